// The work function algorithm for page migration: go where the best schedule for all requests so far would like to be,
// unless it is too far. Source: Chrobak and Larmore, "The server problem and on-line games" (1992), after Borodin, Linial
// and Saks; 3-competitive in the uniform metric, as searched for in test/server/placement/ratio/.
import type { PageMigration } from './page-migration.js';

/** The work function after a request from `place`, not yet lessened by its least value. */
export function workAfter(work: readonly number[], place: number, price: number): number[] {
  const served = work.map((cost, index) => (index === place ? cost : cost + 1));
  const bound = Math.min(...served) + price;
  return served.map((cost) => Math.min(cost, bound));
}

/**
 * `price` is D. Values are the work of each place: what the best schedule that ends there has cost, less the least of them;
 * from 0 to D.
 */
export function workFunction(places: number, price: number): PageMigration {
  return {
    start: (at) => ({ at, values: Array.from({ length: places }, (_, index) => (index === at ? 0 : price)) }),
    request({ at, values }, place) {
      const next = workAfter(values, place, price);
      const least = Math.min(...next);
      return { at: bestPlace(next, at, price), values: next.map((cost) => cost - least) };
    },
    enough: 2 * Math.ceil(price),
  };
}

/**
 * Least work plus the way there; on a tie the place of less work, then the lower number. No work exceeds the least by more
 * than D, so staying is never worse than a tie: who breaks it by staying never moves, at any cost.
 */
function bestPlace(work: readonly number[], at: number, price: number): number {
  const total = (place: number): number => work[place]! + (place === at ? 0 : price);
  return work.reduce((best, cost, place) => {
    const lead = total(best) - total(place);
    return lead > 0 || (lead === 0 && cost < work[best]!) ? place : best;
  }, at);
}
