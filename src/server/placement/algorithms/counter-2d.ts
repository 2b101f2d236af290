// The counter algorithm for page migration: 3-competitive, the best that a deterministic algorithm can be. Source: Black
// and Sleator, "Competitive algorithms for replication and migration problems", CMU-CS-89-201 (uniform networks).
import type { PageMigration } from './page-migration.js';

/**
 * Values are counts, each from 0 to below the threshold. A request raises the count of its place and lowers one other that
 * is above 0, the first. At `threshold`, which is 2 D for the bound of 3, the page comes and the count starts anew.
 */
export function counter(places: number, threshold: number): PageMigration {
  return {
    start: (at) => ({ at, values: new Array<number>(places).fill(0) }),
    request({ at, values }, place) {
      const next = [...values];
      next[place]!++;
      const other = next.findIndex((count, index) => index !== place && count > 0);
      if (other >= 0) next[other]!--;
      if (next[place]! < threshold) return { at, values: next };
      next[place] = 0;
      return { at: place, values: next };
    },
    enough: places * Math.ceil(threshold),
  };
}
