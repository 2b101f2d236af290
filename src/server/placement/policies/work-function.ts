// A page comes when the best schedule in hindsight would have it here, and by enough to pay for the move. Source: the work
// function algorithm (Chrobak and Larmore, 1992), see algorithms/work-function.ts; each node plays it from its own seat.
import { MigrationSeat, SEAT_PLACES, type SeatState } from '../algorithms/migration-seat.js';
import { movePrice } from '../algorithms/page-migration.js';
import { placeAtToucher, TOUCHER_REASONS } from '../algorithms/toucher.js';
import { workFunction, type WorkState } from '../algorithms/work-function.js';
import type { Decision, NodeView, Policy, PolicyModule, Stall } from '../seam.js';

export const policy: PolicyModule = {
  name: 'work-function',
  summary: 'brings a page when the best schedule so far, in hindsight, would have it here',
  source: 'the work function algorithm (Chrobak and Larmore, The server problem and on-line games, 1992)',
  parameters: [
    { name: 'price', default: 0, min: 0, max: 1e6, meaning: 'D: what a page move costs, in remote accesses; 0: by the machine\'s prices' },
    { name: 'pages', default: 1024, min: 1, max: 1e6, meaning: 'pages that a node remembers' },
  ],
  reasons: [
    ...TOUCHER_REASONS,
    { slug: 'hindsight', meaning: 'the best schedule so far would have the page here' },
    { slug: 'not-yet', meaning: 'the page is as well where it is, as far as this node\'s accesses tell' },
  ],
  create: (options, view) => new WorkFunctionPolicy(options, view),
};

/**
 * Sees this node's stalls: on a message fabric all its accesses to pages elsewhere, on a load/store fabric the faults that
 * set up mappings, and no access through them. Of two places, when only one is seen to ask, the work function grows as a
 * count does: so it decides as `counter` does, until a node is told what others ask for.
 */
class WorkFunctionPolicy implements Policy {
  private readonly seat: MigrationSeat<WorkState>;

  constructor(options: Readonly<Record<string, number>>, view: NodeView) {
    const price = options['price']! || movePrice(view, 'bring');
    this.seat = new MigrationSeat(workFunction(SEAT_PLACES, price), Math.floor(options['pages']!));
  }

  onStall({ dormant, page }: Stall, view: NodeView): Decision {
    if (dormant) return placeAtToucher(view);
    return this.seat.accessed(page) ? { action: 'bring', reason: 'hindsight' } : { action: 'remote', reason: 'not-yet' };
  }

  getState(): unknown {
    return this.seat.toState();
  }

  setState(state: unknown): void {
    this.seat.restore(state as SeatState<WorkState>);
  }
}
