// Counts that fade: all are halved at the end of every window of simulated time, so that they stand for frequencies and
// compare with one another. Bounded; plain data.
import { RecentMap } from './recent-map.js';

export interface FadingState {
  readonly window: number;
  readonly counts: readonly (readonly [number, number])[];
}

/** A count that has faded below this is forgotten, so that nothing is carried along for ever. */
const GONE = 1 / 16;
const MAX_HALVINGS = 64;

export class FadingCounts {
  private readonly windowPs: number;
  private readonly counts: RecentMap<number>;
  private window = 0;

  /** Remembers the counts of `capacity` keys. */
  constructor(capacity: number, windowPs: number) {
    this.counts = new RecentMap(capacity);
    this.windowPs = windowPs;
  }

  /** Adds one and returns the count. A time before the latest counts as the latest. */
  add(key: number, nowPs: number): number {
    this.fade(nowPs);
    const count = this.of(key) + 1;
    this.counts.set(key, count);
    return count;
  }

  /** As of the latest `fade` or `add`. */
  of(key: number): number {
    return this.counts.get(key) ?? 0;
  }

  /** Longest unset first. */
  all(): readonly (readonly [number, number])[] {
    return this.counts.toState();
  }

  fade(nowPs: number): void {
    const window = Math.floor(nowPs / this.windowPs);
    if (window <= this.window) return;
    let factor = 1;
    for (let halvings = Math.min(window - this.window, MAX_HALVINGS); halvings > 0; halvings--) factor /= 2;
    this.window = window;
    this.counts.restore(this.counts.toState().flatMap(([key, count]) => (
      count * factor < GONE ? [] : [[key, count * factor] as const])));
  }

  toState(): FadingState {
    return { window: this.window, counts: this.counts.toState() };
  }

  restore({ window, counts }: FadingState): void {
    this.window = window;
    this.counts.restore(counts);
  }
}
