// Pages are dealt out to the nodes by number and never move. Source: MPOL_INTERLEAVE of Linux
// (Documentation/admin-guide/mm/numa_memory_policy.rst), which deals by the page's offset in its mapping.
import type { PolicyModule } from '../seam.js';

export const policy: PolicyModule = {
  name: 'interleave',
  summary: 'page P stays on node P modulo the number of nodes; other nodes reach it remotely',
  source: 'MPOL_INTERLEAVE of Linux (Documentation/admin-guide/mm/numa_memory_policy.rst)',
  interleaves: true,
  stateless: true,
  parameters: [],
  reasons: [
    { slug: 'dealt', meaning: 'a dormant page gets memory on the node its number names' },
    { slug: 'stays', meaning: 'the page stays where it was placed' },
  ],
  create: () => ({
    onStall(stall, view) {
      return stall.dormant
        ? { action: 'place', node: stall.page % view.nodes, reason: 'dealt' }
        : { action: 'remote', reason: 'stays' };
    },
  }),
};
