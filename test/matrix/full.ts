// The whole table of programs, in a worker thread for each core: `npm run test:full`, or a part of it with names of
// programs behind `--`. Progress goes to standard error; a line for each failure and a summary go to standard output; the
// exit status is 1 if anything failed, 2 if there is no such program.
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { programNames } from '../programs/programs.js';
import { describeCell, faultOf, matrix } from './matrix.js';

interface Result {
  readonly cell: number;
  readonly fault: string | undefined;
}

/** Programs that were asked for; none means all. */
const asked = isMainThread ? process.argv.slice(2) : workerData as string[];
const unknown = asked.filter((name) => !programNames().includes(name));
const CELLS = matrix().filter(({ program }) => asked.length === 0 || asked.includes(program));

if (unknown.length > 0) {
  process.stderr.write(`no such program: ${unknown.join(', ')}\nthere are ${programNames().join(', ')}\n`);
  process.exitCode = 2;
} else if (isMainThread) {
  const faults = await runAll();
  const failed = faults.filter((fault) => fault !== undefined).length;
  for (const [i, fault] of faults.entries()) {
    if (fault !== undefined) process.stdout.write(`${describeCell(CELLS[i]!)}: ${fault}\n`);
  }
  process.stdout.write(`${CELLS.length - failed} passed, ${failed} failed\n`);
  process.exitCode = failed > 0 ? 1 : 0;
} else {
  parentPort!.on('message', (cell: number) => {
    parentPort!.postMessage({ cell, fault: faultOf(CELLS[cell]!) } satisfies Result);
  });
}

/** The fault of each cell. A worker that dies fails the cell it was at, and another takes its place. */
async function runAll(): Promise<(string | undefined)[]> {
  const faults = new Array<string | undefined>(CELLS.length).fill('was not run');
  let next = 0;
  let done = 0;
  let failed = 0;

  const finish = ({ cell, fault }: Result): void => {
    faults[cell] = fault;
    done++;
    if (fault !== undefined) failed++;
    report(done, failed);
  };

  const work = (): Promise<void> => new Promise((resolve) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: asked });
    let current = -1;
    const take = (): void => {
      current = next++;
      if (current < CELLS.length) worker.postMessage(current);
      else void worker.terminate().then(() => resolve());
    };
    worker.on('message', (result: Result) => {
      finish(result);
      take();
    });
    worker.on('error', (error) => {
      finish({ cell: current, fault: `the worker died: ${error.message}` });
      void work().then(resolve);
    });
    take();
  });

  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return faults;
}

function report(done: number, failed: number): void {
  const text = `${done} of ${CELLS.length} done, ${failed} failed`;
  if (process.stderr.isTTY) process.stderr.write(`\r${text}${done === CELLS.length ? '\n' : ''}`);
  else if (done % 40 === 0 || done === CELLS.length) process.stderr.write(`${text}\n`);
}
