// A page goes where the best schedule in hindsight would have it, if that is better by enough to pay for the move. Source:
// the work function algorithm (Chrobak and Larmore, 1992), see algorithms/work-function.ts; owners play it.
import { OWNER_REASONS, OwnerDecides } from '../algorithms/owner-decides.js';
import { movePrice } from '../algorithms/page-migration.js';
import { workFunction } from '../algorithms/work-function.js';
import type { PolicyModule } from '../seam.js';

export const policy: PolicyModule = {
  name: 'work-function',
  summary: 'gives a page to the node where the best schedule so far, in hindsight, would have it',
  source: 'the work function algorithm (Chrobak and Larmore, The server problem and on-line games, 1992)',
  parameters: [
    { name: 'price', default: 0, min: 0, max: 1e6, meaning: 'D: what a page move costs, in remote accesses; 0: by the machine\'s prices' },
    { name: 'pages', default: 1024, min: 1, max: 1e6, meaning: 'pages that a node remembers' },
  ],
  reasons: [...OWNER_REASONS, { slug: 'hindsight', meaning: 'the best schedule so far would have the page there' }],
  create(options, view) {
    const price = options['price']! || movePrice(view, 'bring');
    return new OwnerDecides(workFunction(view.nodes, price), view, Math.floor(options['pages']!), 'hindsight');
  },
};
