// A worker thread of the full table: runs the cells of one batch after another. `places` tells the main thread at which
// cell it is, so that a cell without end can be named.
import { parentPort, workerData } from 'node:worker_threads';
import { cellIn, placesOf, type Mask } from './batches.js';
import { runCell } from './cell.js';
import type { Line } from './results.js';

/** The batch to run, and which cells of it. */
export interface Job {
  readonly batch: number;
  readonly mask: Mask;
}

export interface WorkerOptions {
  /** One number: the place of the cell that is being run. */
  readonly places: Int32Array;
  /** Of so many cells one has the coherence rules checked after every event. */
  readonly checkEvery: number;
}

const { places, checkEvery } = workerData as WorkerOptions;

parentPort!.on('message', (job: Job) => {
  void run(job).then((line) => parentPort!.postMessage(line));
});

async function run({ batch, mask }: Job): Promise<Line> {
  const faults: Record<string, string> = {};
  const total = { instructions: 0, stalls: 0, messages: 0, pressed: 0 };
  for (const place of placesOf(mask)) {
    Atomics.store(places, 0, place);
    const { fault, instructions, stalls, messages, pressed } = await runCell(cellIn(batch, place)!, (batch + place) % checkEvery === 0);
    total.instructions += instructions;
    total.stalls += stalls;
    total.messages += messages;
    if (pressed) total.pressed++;
    if (fault !== undefined) faults[place] = fault;
  }
  return { batch, ran: mask.toString(16), ...(Object.keys(faults).length > 0 ? { faults } : {}), ...total };
}
