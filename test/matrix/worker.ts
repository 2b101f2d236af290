// A worker thread of the full table: runs the cells of one batch after another. `places` tells the main thread at which
// cell it is, so that a cell without end can be named.
import { parentPort, workerData } from 'node:worker_threads';
import { cellIn, placesOf, type Mask } from './batches.js';
import { runCell, type Outcome } from './cell.js';
import type { Line } from './results.js';
import { twinOf } from './table.js';

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
  const total = { instructions: 0, stalls: 0, messages: 0, pressed: 0, alike: 0 };
  let last: { readonly twin: string; readonly outcome: Outcome } | undefined;
  for (const place of placesOf(mask)) {
    Atomics.store(places, 0, place);
    const cell = cellIn(batch, place)!;
    const alike = last !== undefined && last.twin === JSON.stringify(cell) && !last.outcome.endedCopies;
    const outcome = alike ? last!.outcome : await runCell(cell, (batch + (place >> 1)) % checkEvery === 0);
    last = { twin: JSON.stringify(twinOf(cell) ?? null), outcome };
    const { fault, instructions, stalls, messages, pressed } = outcome;
    total.instructions += instructions;
    total.stalls += stalls;
    total.messages += messages;
    if (pressed) total.pressed++;
    if (alike) total.alike++;
    if (fault !== undefined) faults[place] = fault;
  }
  return { batch, ran: mask.toString(16), ...(Object.keys(faults).length > 0 ? { faults } : {}), ...total };
}
