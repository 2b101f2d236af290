// Where a run can be taken back to at once. Close together near where the user is, further apart the further away, so that a
// step back replays little and a long run fits in memory.
import type { Part, Saved } from './rewind.js';

export interface Checkpoint<S> extends Saved<S> {
  readonly position: number;
  /** Instructions retired so far, by vCPU. */
  readonly retired: readonly number[];
}

export interface CheckpointLimits {
  readonly count: number;
  readonly bytes: number;
}

export class Checkpoints<S> {
  /** Memory of all of them, what they share once. */
  bytes = 0;
  /** By position, ascending. */
  private readonly list: Checkpoint<S>[] = [];
  private readonly limits: CheckpointLimits;
  private readonly uses = new Map<Part, number>();

  constructor(limits: CheckpointLimits) {
    this.limits = limits;
  }

  get positions(): number[] { return this.list.map(({ position }) => position); }

  /** The last one at or before `position` that `fits`. */
  last(position: number, fits: (checkpoint: Checkpoint<S>) => boolean = () => true): Checkpoint<S> | undefined {
    return this.list.findLast((checkpoint) => checkpoint.position <= position && fits(checkpoint));
  }

  /** Adds one; others go where there are too many: those that leave the smallest gap for their distance from it. */
  add(checkpoint: Checkpoint<S>): void {
    this.list.splice(this.list.findLastIndex(({ position }) => position < checkpoint.position) + 1, 0, checkpoint);
    this.account(checkpoint, 1);
    while (this.list.length > 2 && (this.list.length > this.limits.count || this.bytes > this.limits.bytes)) {
      const [gone] = this.list.splice(this.leastMissed(checkpoint.position), 1);
      this.account(gone!, -1);
    }
  }

  /** Never the first, from which all can be replayed. */
  private leastMissed(here: number): number {
    let best = 1;
    let least = Infinity;
    for (let i = 1; i < this.list.length; i++) {
      const at = this.list[i]!.position;
      if (at === here) continue;
      const gap = (this.list[i + 1]?.position ?? at) - this.list[i - 1]!.position;
      const missed = gap / Math.abs(here - at);
      if (missed < least) [best, least] = [i, missed];
    }
    return best;
  }

  private account({ parts, ownBytes }: Checkpoint<S>, change: 1 | -1): void {
    this.bytes += change * ownBytes;
    for (const part of parts) {
      const before = this.uses.get(part) ?? 0;
      const after = before + change;
      if (before === 0 || after === 0) this.bytes += change * part.byteLength;
      if (after === 0) this.uses.delete(part);
      else this.uses.set(part, after);
    }
  }
}
