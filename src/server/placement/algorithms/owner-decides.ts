// A policy for which owners play page migration: other nodes ask for single accesses, and the owner performs them until
// its algorithm says that the page should go.
import type { Arrival, Decision, NodeView, OwnerDecision, OwnerRequest, Policy, PolicyReason, Stall } from '../seam.js';
import { OwnerSeat, type SeatState } from './owner-seat.js';
import type { PageMigration } from './page-migration.js';
import { placeAtToucher, TOUCHER_REASONS } from './toucher.js';

export const OWNER_REASONS: readonly PolicyReason[] = [
  ...TOUCHER_REASONS,
  { slug: 'owner-decides', meaning: 'the owner performs the access, or gives the page if that has paid by now' },
  { slug: 'stays', meaning: 'the page is as well where it is, as far as accesses so far tell' },
  { slug: 'must-come', meaning: 'the access spans pages or is a guest call\'s: it cannot be performed elsewhere' },
];

/**
 * On a message fabric the owner sees all accesses of other nodes; on a load/store fabric the faults that set up mappings,
 * and no access through them. Of its own cores' accesses it sees line misses.
 */
export class OwnerDecides implements Policy {
  private readonly seat: OwnerSeat;
  private readonly moves: string;

  /** `moves` is the reason for a page that goes by the algorithm. */
  constructor(algorithm: PageMigration, view: NodeView, pages: number, moves: string) {
    this.seat = new OwnerSeat(algorithm, view.node, pages);
    this.moves = moves;
  }

  onStall({ dormant }: Stall, view: NodeView): Decision {
    return dormant ? placeAtToucher(view) : { action: 'remote', reason: 'owner-decides' };
  }

  onOwnerRequest(request: OwnerRequest): OwnerDecision {
    if (request.want === 'copy') return { action: 'serve', reason: 'stays' };
    if (request.want === 'bring') return { action: 'give', reason: 'must-come', note: this.seat.taken(request) };
    const note = this.seat.asked(request);
    return note ? { action: 'give', reason: this.moves, note } : { action: 'serve', reason: 'stays' };
  }

  onArrive({ page, note }: Arrival): void {
    if (page !== undefined) this.seat.arrived(page, note);
  }

  getState(): unknown {
    return this.seat.toState();
  }

  setState(state: unknown): void {
    this.seat.restore(state as SeatState);
  }
}
