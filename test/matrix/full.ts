// The whole table of programs, or a part of it, in worker threads: `npm run test:full -- --help` says how.
// Progress goes to standard error; failed cells and a summary go to standard output. What has been run is in
// out/matrix/: an interrupted run goes on, a finished one tells again. Exit status: 1 if a cell failed, 2 for bad usage.
import { join } from 'node:path';
import { root } from '../house/root.js';
import { BATCHES, placesOf, wantedOf } from './batches.js';
import { HELP, planOf, type Plan } from './options.js';
import { runPool } from './pool.js';
import { Progress } from './progress.js';
import { codeVersion, Results } from './results.js';
import { summarise } from './summary.js';
import type { Job } from './worker.js';

/** Whatever can change what a cell does. */
const CODE = ['dist/src', 'dist/isa', 'dist/test/matrix', 'dist/test/programs', 'programs/tiny'];

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
  const progress = new Progress(cells, 'cells');
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

try {
  const plan = planOf(process.argv.slice(2));
  if (plan === 'help') process.stdout.write(HELP);
  else process.exitCode = await run(plan);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n  --help says what there is\n`);
  process.exitCode = 2;
}
