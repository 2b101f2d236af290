// A page lives where it was first touched and never moves. Source: local allocation, the default memory policy of Linux
// (Documentation/admin-guide/mm/numa_memory_policy.rst).
import { placeAtToucher, TOUCHER_REASONS } from '../algorithms/toucher.js';
import type { PolicyModule } from '../seam.js';

export const policy: PolicyModule = {
  name: 'first-touch',
  summary: 'a page stays where it was first touched; other nodes reach it remotely',
  source: 'local allocation, the default memory policy of Linux (Documentation/admin-guide/mm/numa_memory_policy.rst)',
  stateless: true,
  parameters: [],
  reasons: [...TOUCHER_REASONS, { slug: 'stays', meaning: 'the page stays where it was placed' }],
  create: () => ({
    onStall(stall, view) {
      return stall.dormant ? placeAtToucher(view) : { action: 'remote', reason: 'stays' };
    },
  }),
};
