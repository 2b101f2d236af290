// The whole table of programs, or a part of it, in a worker thread for each core: `npm run test:full -- OPTIONS`.
//     --only program=stencil+sort,policy=cost    cells with these values alone
//     --shard 3/8                                every eighth batch, from the third on
//     --threads 1, --check-every 50              how many threads; of how many cells one is checked after every event
// Progress goes to standard error; failed cells and a summary go to standard output. What has been run is in
// out/matrix/: an interrupted run goes on, a finished one tells again. Exit status: 1 if a cell failed, 2 for bad usage.
import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { root } from '../house/root.js';
import { BATCHES, parseFilter, placesOf, wantedOf, type Filter } from './batches.js';
import { runPool } from './pool.js';
import { codeVersion, Results } from './results.js';
import { figure, summarise } from './summary.js';
import type { Job } from './worker.js';

/** Whatever can change what a cell does. */
const CODE = ['dist/src', 'dist/isa', 'dist/test/matrix', 'dist/test/programs', 'programs/tiny'];

const OPTIONS = {
  only: { type: 'string' },
  shard: { type: 'string', default: '1/1' },
  threads: { type: 'string', default: String(availableParallelism()) },
  'check-every': { type: 'string', default: '50' },
} as const;

interface Plan {
  readonly filter: Filter;
  readonly inShard: (batch: number) => boolean;
  readonly threads: number;
  readonly checkEvery: number;
}

function planOf(args: readonly string[]): Plan {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const [, part, parts] = /^(\d+)\/(\d+)$/.exec(values.shard)?.map(Number) ?? [];
  if (part === undefined || parts === undefined || part < 1 || part > parts) {
    throw new Error(`--shard: expected PART/PARTS such as 3/8, not "${values.shard}"`);
  }
  return {
    filter: values.only === undefined ? new Map() : parseFilter(values.only),
    inShard: (batch) => batch % parts === part - 1,
    threads: count('threads', values.threads), checkEvery: count('check-every', values['check-every']),
  };
}

function count(option: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`--${option}: expected a number from 1 to 999999, not "${text}"`);
  return Number(text);
}

async function run({ filter, inShard, threads, checkEvery }: Plan): Promise<number> {
  const version = codeVersion(root, CODE);
  const results = new Results(join(root, 'out', 'matrix', `${version}.jsonl`));
  const jobs: Job[] = [];
  let cells = 0;
  for (let batch = 0; batch < BATCHES; batch++) {
    if (!inShard(batch)) continue;
    const mask = wantedOf(batch, filter) & ~results.ranOf(batch);
    if (mask === 0n) continue;
    jobs.push({ batch, mask });
    cells += placesOf(mask).length;
  }
  const progress = new Progress(cells);
  await runPool(jobs.values(), {
    threads: Math.min(threads, jobs.length), checkEvery, script: new URL('worker.js', import.meta.url),
    onLine(line) {
      results.add(line);
      progress.add(placesOf(BigInt(`0x${line.ran}`)).length, Object.keys(line.faults ?? {}).length);
    },
  });
  const { text, failed } = summarise(results, filter, inShard);
  process.stdout.write(`${text}\n`);
  return failed > 0 ? 1 : 0;
}

/** Rate and time left, on a terminal in one line, elsewhere now and then. */
class Progress {
  private readonly cells: number;
  private readonly startedMs = Date.now();
  private saidMs = 0;
  private done = 0;
  private failed = 0;

  constructor(cells: number) {
    this.cells = cells;
  }

  add(done: number, failed: number): void {
    this.done += done;
    this.failed += failed;
    const nowMs = Date.now();
    const last = this.done === this.cells;
    if (!last && nowMs - this.saidMs < (process.stderr.isTTY ? 200 : 30_000)) return;
    this.saidMs = nowMs;
    const rate = this.done / Math.max(0.001, (nowMs - this.startedMs) / 1000);
    const minutesLeft = Math.ceil((this.cells - this.done) / rate / 60);
    const text = `${figure(this.done)} of ${figure(this.cells)} cells, ${figure(this.failed)} failed, ${rate.toFixed(0)} a second, `
      + `${minutesLeft} min left`;
    process.stderr.write(process.stderr.isTTY ? `\r${text}  ${last ? '\n' : ''}` : `${text}\n`);
  }
}

try {
  process.exitCode = await run(planOf(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
