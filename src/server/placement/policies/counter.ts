// A page comes once this node has asked for it twice as often as its move is worth. Source: the counter algorithm of Black
// and Sleator (CMU-CS-89-201), see algorithms/counter-2d.ts; each node plays it from its own seat.
import { counter, type CounterState } from '../algorithms/counter-2d.js';
import { MigrationSeat, SEAT_PLACES, type SeatState } from '../algorithms/migration-seat.js';
import { movePrice } from '../algorithms/page-migration.js';
import { placeAtToucher, TOUCHER_REASONS } from '../algorithms/toucher.js';
import type { Decision, NodeView, Policy, PolicyModule, Stall } from '../seam.js';

export const policy: PolicyModule = {
  name: 'counter',
  summary: 'brings a page after 2 D remote accesses, D being what its move costs in remote accesses',
  source: 'Black and Sleator, Competitive algorithms for replication and migration problems (CMU-CS-89-201)',
  parameters: [
    { name: 'factor', default: 2, min: 0.125, max: 1000, meaning: 'the page comes after this times D accesses; 2 has the least worst case' },
    { name: 'price', default: 0, min: 0, max: 1e6, meaning: 'D: what a page move costs, in remote accesses; 0: by the machine\'s prices' },
    { name: 'pages', default: 1024, min: 1, max: 1e6, meaning: 'pages that a node remembers' },
  ],
  reasons: [
    ...TOUCHER_REASONS,
    { slug: 'earned', meaning: 'this node asked for the page often enough to pay for its move' },
    { slug: 'not-yet', meaning: 'this node has not yet asked for the page often enough' },
  ],
  create: (options, view) => new CounterPolicy(options, view),
};

/**
 * Sees this node's stalls: on a message fabric all its accesses to pages elsewhere, on a load/store fabric the faults that
 * set up mappings, and no access through them. It does not see what other nodes and the owner ask for, so counts fall to
 * nothing but a move. Played so, the worst case is 3 times the best schedule on two nodes, and more on three.
 */
class CounterPolicy implements Policy {
  private readonly seat: MigrationSeat<CounterState>;

  constructor(options: Readonly<Record<string, number>>, view: NodeView) {
    const price = options['price']! || movePrice(view, 'bring');
    this.seat = new MigrationSeat(counter(SEAT_PLACES, options['factor']! * price), Math.floor(options['pages']!));
  }

  onStall({ dormant, page }: Stall, view: NodeView): Decision {
    if (dormant) return placeAtToucher(view);
    return this.seat.accessed(page) ? { action: 'bring', reason: 'earned' } : { action: 'remote', reason: 'not-yet' };
  }

  getState(): unknown {
    return this.seat.toState();
  }

  setState(state: unknown): void {
    this.seat.restore(state as SeatState<CounterState>);
  }
}
