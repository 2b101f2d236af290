// The page migration problem: one page, places that ask for it, no copies. A request from another place costs 1, a move
// costs D, whatever the places (the uniform metric). Source: Black and Sleator, CMU-CS-89-201; what an online algorithm
// may cost at worst, as a multiple of the best schedule, is searched for in test/server/placement/ratio/.
import type { NodeView } from '../seam.js';

export interface MigrationState {
  /** The place where the page lies. */
  readonly at: number;
  /** By place, what the algorithm remembers of it. */
  readonly values: readonly number[];
}

/** An online algorithm over places 0, 1, ...; pure: a state is plain data and never changed. */
export interface PageMigration {
  /** The page lies at `place`, and nobody has asked for it. */
  start(place: number): MigrationState;
  /** After a request from `place`, also from where the page lies. */
  request(state: MigrationState, place: number): MigrationState;
  /** So many requests in a row from where the page lies have done all that more of them could do to other places. */
  readonly enough: number;
}

/**
 * D by this machine's prices: what a move costs more than an access at home does, in remote accesses. In sixteenths, so
 * that sums of prices and ones are exact.
 */
export function movePrice(view: NodeView, action: 'bring' | 'send'): number {
  const extraPs = view.cost('remote') - view.machine.memory.localPs;
  return Math.max(1, Math.round((16 * view.cost(action)) / extraPs)) / 16;
}
