// Where a run can be taken back to at once. Close together near where the user is, further apart the further away, so that a
// step back replays little and a long run fits in memory.

export interface Checkpoint<S> {
  readonly position: number;
  /** Instructions retired so far, by vCPU. */
  readonly retired: readonly number[];
  readonly saved: S;
  readonly bytes: number;
}

export interface CheckpointLimits {
  readonly count: number;
  readonly bytes: number;
}

export class Checkpoints<S> {
  /** By position, ascending. */
  private readonly list: Checkpoint<S>[] = [];
  private readonly limits: CheckpointLimits;
  private totalBytes = 0;

  constructor(limits: CheckpointLimits) {
    this.limits = limits;
  }

  get count(): number { return this.list.length; }
  get bytes(): number { return this.totalBytes; }

  /** The last one at or before `position` that `fits`. */
  last(position: number, fits: (checkpoint: Checkpoint<S>) => boolean = () => true): Checkpoint<S> | undefined {
    for (let i = this.firstAfter(position) - 1; i >= 0; i--) if (fits(this.list[i]!)) return this.list[i];
    return undefined;
  }

  has(position: number): boolean {
    return this.last(position)?.position === position;
  }

  /** Adds one; others go where there are too many: those that leave the smallest gap for their distance from `position`. */
  add(checkpoint: Checkpoint<S>): void {
    this.list.splice(this.firstAfter(checkpoint.position), 0, checkpoint);
    this.totalBytes += checkpoint.bytes;
    while (this.list.length > 2 && (this.list.length > this.limits.count || this.totalBytes > this.limits.bytes)) {
      const [gone] = this.list.splice(this.leastMissed(checkpoint.position), 1);
      this.totalBytes -= gone!.bytes;
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

  private firstAfter(position: number): number {
    const at = this.list.findIndex((checkpoint) => checkpoint.position > position);
    return at < 0 ? this.list.length : at;
  }
}
