// Worker threads that share a list of jobs. A worker that dies, or that is longer at one cell than any cell may take, fails
// that cell; another takes over behind it.
import { Worker } from 'node:worker_threads';
import { placesOf } from './batches.js';
import type { Line } from './results.js';
import type { Job, WorkerOptions } from './worker.js';

/** Wall clock: many hundred times what the longest cell takes, on a machine that is busy with other things too. */
const LONGEST_CELL_MS = 600_000;
const LOOK_EVERY_MS = 5000;

export interface PoolOptions {
  readonly threads: number;
  readonly checkEvery: number;
  readonly script: URL;
  readonly onLine: (line: Line) => void;
}

/** Resolves when all jobs are done. */
export async function runPool(jobs: Iterator<Job>, options: PoolOptions): Promise<void> {
  await Promise.all(Array.from({ length: options.threads }, () => work(jobs, options)));
}

async function work(jobs: Iterator<Job>, options: PoolOptions): Promise<void> {
  let job = nextOf(jobs);
  while (job) {
    const left = await runWorker(job, jobs, options);
    job = left ?? nextOf(jobs);
  }
}

function nextOf(jobs: Iterator<Job>): Job | undefined {
  const next = jobs.next();
  return next.done === true ? undefined : next.value;
}

/** Runs jobs in one worker until there are none; gives what is left of a job whose cell brought the worker down. */
function runWorker(first: Job, jobs: Iterator<Job>, { script, checkEvery, onLine }: PoolOptions): Promise<Job | undefined> {
  return new Promise((resolve) => {
    const places = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(script, { workerData: { places, checkEvery } satisfies WorkerOptions });
    let job = first;
    let seen = { batch: -1, place: -1, sinceMs: Date.now() };
    const give = (): void => {
      Atomics.store(places, 0, -1);
      worker.postMessage(job);
    };
    const end = (left: Job | undefined): void => {
      clearInterval(watch);
      void worker.terminate().then(() => resolve(left));
    };
    const failHere = (fault: string): void => {
      const place = Atomics.load(places, 0);
      // Cells of the batch before this one are run again: what they gave went down with the worker.
      const mask = place < 0 ? job.mask & -job.mask : 1n << BigInt(place);
      onLine({
        batch: job.batch, ran: mask.toString(16), faults: { [placesOf(mask)[0]!]: fault },
        instructions: 0, stalls: 0, messages: 0, pressed: 0, alike: 0,
      });
      const rest = job.mask & ~mask;
      end(rest === 0n ? undefined : { batch: job.batch, mask: rest });
    };
    const watch = setInterval(() => {
      const place = Atomics.load(places, 0);
      if (seen.batch !== job.batch || seen.place !== place) seen = { batch: job.batch, place, sinceMs: Date.now() };
      else if (Date.now() - seen.sinceMs > LONGEST_CELL_MS) failHere(`came to no end in ${LONGEST_CELL_MS / 60_000} minutes`);
    }, LOOK_EVERY_MS);
    worker.on('message', (line: Line) => {
      onLine(line);
      const next = nextOf(jobs);
      if (!next) return end(undefined);
      job = next;
      give();
    });
    worker.on('error', (error) => failHere(`the worker died: ${error.message}`));
    give();
  });
}
