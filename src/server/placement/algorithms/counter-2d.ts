// The counter algorithm for page migration: 3-competitive, the best that a deterministic algorithm can be. Source: Black
// and Sleator, "Competitive algorithms for replication and migration problems", CMU-CS-89-201 (uniform networks).
import type { PageMigration } from './page-migration.js';

export interface CounterState {
  readonly at: number;
  /** By place, each from 0 to below the threshold. */
  readonly counts: readonly number[];
}

/**
 * A request raises the count of its place and lowers one other that is above 0, the first. At `threshold`, which is
 * 2 D for the bound of 3, the page comes and the count starts anew.
 */
export function counter(places: number, threshold: number): PageMigration<CounterState> {
  return {
    start: (at) => ({ at, counts: new Array<number>(places).fill(0) }),
    request({ at, counts }, place) {
      const next = [...counts];
      next[place]!++;
      const other = next.findIndex((count, index) => index !== place && count > 0);
      if (other >= 0) next[other]!--;
      if (next[place]! < threshold) return { at, counts: next };
      next[place] = 0;
      return { at: place, counts: next };
    },
  };
}
