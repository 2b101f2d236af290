// A page goes to a node that has asked for it twice as often as its move is worth, requests of others taken off. Source: the
// counter algorithm of Black and Sleator (CMU-CS-89-201), see algorithms/counter-2d.ts; owners play it.
import { counter } from '../algorithms/counter-2d.js';
import { OWNER_REASONS, OwnerDecides } from '../algorithms/owner-decides.js';
import { movePrice } from '../algorithms/page-migration.js';
import type { PolicyModule } from '../seam.js';

export const policy: PolicyModule = {
  name: 'counter',
  summary: 'gives a page to a node that is 2 D accesses ahead of others, D being what its move costs in remote accesses',
  source: 'Black and Sleator, Competitive algorithms for replication and migration problems (CMU-CS-89-201)',
  parameters: [
    { name: 'factor', default: 2, min: 0.125, max: 1000, meaning: 'the page goes after this times D accesses; 2 has the least worst case' },
    { name: 'price', default: 0, min: 0, max: 1e6, meaning: 'D: what a page move costs, in remote accesses; 0: by the machine\'s prices' },
    { name: 'pages', default: 1024, min: 1, max: 1e6, meaning: 'pages that a node remembers' },
  ],
  reasons: [...OWNER_REASONS, { slug: 'earned', meaning: 'the node asked for the page often enough to pay for its move' }],
  create(options, view) {
    const price = options['price']! || movePrice(view, 'bring');
    return new OwnerDecides(counter(view.nodes, options['factor']! * price), view, Math.floor(options['pages']!), 'earned');
  },
};
