// The campaign by command: `npm run agreement` runs 100,000 blocks and 10,000 programs of every ISA, and the whole
// table of programs, on the reference engine and another, in a worker thread for each core. Options narrow it, or run one case again:
//     npm run agreement -- --isa tiny --kind program --count 640 --batch x     (batches x0, x1, ...)
//     npm run agreement -- --isa tiny --kind program --batch x3 --case 17
//     npm run agreement -- --kind table --count 1000                           (cells of the table of programs)
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { engineNames } from '../../src/server/engines.js';
import type { EngineName } from '../../src/server/spec.js';
import { BATCHES, cellIn } from '../matrix/batches.js';
import { Progress } from '../matrix/progress.js';
import { BATCH, runAlone, runBatch, type Pairing } from './campaign.js';
import { pairingOf } from './engines.js';
import { EVERY_ISA } from './isas.js';
import type { Kind } from './program.js';
import { tableDifference } from './table.js';
import { tell } from './tell.js';

type Work = Kind | 'table';

const FULL: Readonly<Record<Work, number>> = { block: 100_000, program: 10_000, table: BATCHES * BATCH };

/** A worker then makes way for a new one: V8 keeps the code of forgotten modules for long, and has room for so much. */
const TASKS_OF_A_WORKER = 64;

interface Task { readonly isa: string; readonly kind: Work; readonly batch: string; readonly cases: number }

const HELP = `npm run agreement -- OPTIONS

Runs random blocks and programs of every ISA, and the table of programs, on the reference engine and another, and compares them
after every slice.

  --isa NAME       that ISA alone: ${EVERY_ISA.map(({ name }) => name).join(', ')}
  --kind KIND      that alone: block (100,000 of each ISA), program (10,000), table (its cells)
  --count COUNT    so many of each instead
  --batch NAME     other random ones: beginnings of the names of their batches; with --case, the batch
  --case NUMBER    that case of the batch alone
  --engine NAME    the other engine: ${engineNames().join(', ')} (wasm)
  --help           this

Exit status: 0 if they agree, 1 if they do not, 2 for bad usage.
`;

/** A word of the command line that cannot be meant: one line, and exit status 2. */
function refuse(message: string): never {
  process.stderr.write(`${message}\n  --help says what there is\n`);
  process.exit(2);
}

function given() {
  try {
    return parseArgs({
      args: isMainThread ? process.argv.slice(2) : workerData as string[],
      options: {
        isa: { type: 'string' }, kind: { type: 'string' }, count: { type: 'string' }, batch: { type: 'string' },
        case: { type: 'string' }, engine: { type: 'string', default: 'wasm' }, help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

const values = given();
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

const among = <T extends string>(option: string, value: string | undefined, all: readonly T[]): readonly T[] => {
  if (value === undefined) return all;
  return all.includes(value as T) ? [value as T] : refuse(`--${option}: expected one of ${all.join(', ')}, not "${value}"`);
};
const whole = (option: 'count' | 'case', least: number): number | undefined => {
  const text = values[option];
  if (text === undefined) return undefined;
  return /^\d{1,9}$/.test(text) && Number(text) >= least ? Number(text) : refuse(`--${option}: expected a number from ${least} on, not "${text}"`);
};
const isas = among('isa', values.isa, EVERY_ISA.map(({ name }) => name));
const kinds = among('kind', values.kind, ['block', 'program', 'table'] as const);
const [engine] = among<EngineName>('engine', values.engine, engineNames());
const wantedCount = whole('count', 1);
const wantedCase = whole('case', 0);

const pairing = (name: string): Pairing => pairingOf(EVERY_ISA.find((isa) => isa.name === name)!, engine!);

/** What was found, in words. */
async function run({ isa, kind, batch, cases }: Task): Promise<string | undefined> {
  if (kind === 'table') return await tableBatch(Number(batch));
  const found = runBatch(pairing(isa), kind, batch, cases);
  return found && tell(pairing(isa).isa, found);
}

async function tableBatch(batch: number): Promise<string | undefined> {
  const found: string[] = [];
  for (let place = 0; place < BATCH; place++) {
    const cell = cellIn(batch, place);
    const difference = cell && await tableDifference(cell, batch + place, ['reference', engine!]);
    if (difference !== undefined) found.push(difference);
  }
  return found.length > 0 ? found.join('\n') : undefined;
}

function tasks(): Task[] {
  return isas.flatMap((isa) => kinds.flatMap((kind) => {
    // The programs of the table are tiny's.
    if (kind === 'table' && isa !== 'tiny') return [];
    const count = wantedCount ?? FULL[kind];
    return Array.from({ length: Math.ceil(count / BATCH) }, (_, i) => (
      { isa, kind, batch: `${values.batch ?? ''}${i}`, cases: Math.min(BATCH, count - BATCH * i) }));
  }));
}

async function runAll(all: readonly Task[]): Promise<number> {
  const progress = new Progress(all.reduce((sum, task) => sum + task.cases, 0), 'cases');
  let next = 0;
  let cases = 0;
  let findings = 0;
  const serve = (): Promise<void> => new Promise((resolve, reject) => {
    let taken = 0;
    const worker = new Worker(fileURLToPath(import.meta.url), { argv: [], workerData: process.argv.slice(2) });
    const take = (): void => {
      if (next < all.length && taken++ < TASKS_OF_A_WORKER) worker.postMessage(all[next++]);
      else void worker.terminate().then(() => resolve());
    };
    worker.on('message', ({ task, found }: { task: Task; found: string | undefined }) => {
      cases += task.cases;
      if (found !== undefined) {
        findings++;
        process.stdout.write(`${found}\n`);
      }
      progress.add(task.cases, found === undefined ? 0 : 1);
      take();
    });
    worker.on('error', reject);
    take();
  });
  const work = async (): Promise<void> => {
    while (next < all.length) await serve();
  };
  await Promise.all(Array.from({ length: Math.min(all.length, availableParallelism()) }, work));
  process.stdout.write(`${cases} cases of ${kinds.join(' and ')} for ${isas.join(', ')}: reference and ${engine!}, `
    + `${findings} batches with a difference\n`);
  return findings;
}

if (!isMainThread) {
  parentPort!.on('message', (task: Task) => void run(task).then((found) => parentPort!.postMessage({ task, found })));
} else if (wantedCase !== undefined) {
  for (const isa of isas) {
    for (const kind of kinds) {
      if (kind === 'table') continue;
      const [batch, index] = [values.batch ?? '0', wantedCase];
      const found = runAlone(pairing(isa), kind, batch, index) ?? runBatch(pairing(isa), kind, batch, index + 1);
      process.stdout.write(found ? `${tell(pairing(isa).isa, found)}\n` : `${isa}, ${kind}: no difference\n`);
      if (found) process.exitCode = 1;
    }
  }
} else {
  process.exitCode = await runAll(tasks()) > 0 ? 1 : 0;
}
