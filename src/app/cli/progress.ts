// Progress on standard error, if a person looks there.
import type { Observer } from '../../server/observe.js';

/** Tells how far a run, or the `total` runs of a comparison, have come. */
export interface Progress {
  readonly observer: Observer;
  runDone(done: number): void;
  /** Takes the line away, so that something else can be written. */
  clear(): void;
}

export async function openProgress(quiet: boolean, total?: number): Promise<Progress> {
  if (quiet || process.stderr.isTTY !== true || process.env.TERM === 'dumb') {
    return { observer: {}, runDone: () => {}, clear: () => {} };
  }
  const { ProgressLine } = await import('./progress-line.js');
  return new ProgressLine(total);
}
