// The campaign by command: `npm run agreement` runs 100,000 blocks and 10,000 programs of every ISA on the reference engine and
// the default one, in a worker thread for each core. Options narrow it, or run one case again:
//     npm run agreement -- --isa tiny --kind program --count 640 --batch x     (batches x0, x1, ...)
//     npm run agreement -- --isa tiny --kind program --batch x3 --case 17
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { DEFAULT_ENGINE, engineNames } from '../../src/server/engines.js';
import type { EngineName } from '../../src/server/spec.js';
import { BATCH, runAlone, runBatch, type Pairing } from './campaign.js';
import { pairingOf } from './engines.js';
import { EVERY_ISA } from './isas.js';
import type { Kind } from './program.js';
import { tell } from './tell.js';

const FULL: Readonly<Record<Kind, number>> = { block: 100_000, program: 10_000 };

interface Task { readonly isa: string; readonly kind: Kind; readonly batch: string; readonly cases: number }

const { values } = parseArgs({
  args: isMainThread ? process.argv.slice(2) : workerData as string[],
  options: {
    isa: { type: 'string' }, kind: { type: 'string' }, count: { type: 'string' }, batch: { type: 'string' },
    case: { type: 'string' }, engine: { type: 'string', default: DEFAULT_ENGINE },
  },
});

const among = <T extends string>(option: string, value: string | undefined, all: readonly T[]): readonly T[] => {
  if (value === undefined) return all;
  if (!all.includes(value as T)) throw new Error(`--${option}: one of ${all.join(', ')}, not "${value}"`);
  return [value as T];
};
const isas = among('isa', values.isa, EVERY_ISA.map(({ name }) => name));
const kinds = among('kind', values.kind, ['block', 'program'] as const);
const [engine] = among<EngineName>('engine', values.engine, engineNames());

const pairing = (name: string): Pairing => pairingOf(EVERY_ISA.find((isa) => isa.name === name)!, engine);

/** What was found, in words. */
function run({ isa, kind, batch, cases }: Task): string | undefined {
  const found = runBatch(pairing(isa), kind, batch, cases);
  return found && tell(pairing(isa).isa, found);
}

function tasks(): Task[] {
  return isas.flatMap((isa) => kinds.flatMap((kind) => {
    const count = Number(values.count ?? FULL[kind]);
    return Array.from({ length: Math.ceil(count / BATCH) }, (_, i) => (
      { isa, kind, batch: `${values.batch ?? ''}${i}`, cases: Math.min(BATCH, count - BATCH * i) }));
  }));
}

async function runAll(all: readonly Task[]): Promise<number> {
  let next = 0;
  let cases = 0;
  let findings = 0;
  const work = (): Promise<void> => new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { argv: [], workerData: process.argv.slice(2) });
    const take = (): void => {
      if (next < all.length) worker.postMessage(all[next++]);
      else void worker.terminate().then(() => resolve());
    };
    worker.on('message', ({ task, found }: { task: Task; found: string | undefined }) => {
      cases += task.cases;
      if (found !== undefined) {
        findings++;
        process.stdout.write(`${found}\n`);
      }
      if (process.stderr.isTTY) process.stderr.write(`\r${cases} cases, ${findings} batches with a difference `);
      take();
    });
    worker.on('error', reject);
    take();
  });
  await Promise.all(Array.from({ length: Math.min(all.length, availableParallelism()) }, work));
  process.stdout.write(`${cases} cases of ${kinds.join(' and ')} for ${isas.join(', ')}: reference and ${engine!}, `
    + `${findings} batches with a difference\n`);
  return findings;
}

if (!isMainThread) {
  parentPort!.on('message', (task: Task) => parentPort!.postMessage({ task, found: run(task) }));
} else if (values.case !== undefined) {
  for (const isa of isas) {
    for (const kind of kinds) {
      const [batch, index] = [values.batch ?? '0', Number(values.case)];
      const found = runAlone(pairing(isa), kind, batch, index) ?? runBatch(pairing(isa), kind, batch, index + 1);
      process.stdout.write(found ? `${tell(pairing(isa).isa, found)}\n` : `${isa}, ${kind}: no difference\n`);
      if (found) process.exitCode = 1;
    }
  }
} else {
  process.exitCode = await runAll(tasks()) > 0 ? 1 : 0;
}
