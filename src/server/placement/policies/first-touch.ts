// A page lives where it was first touched and never moves. Source: local allocation, the default memory policy of Linux
// (Documentation/admin-guide/mm/numa_memory_policy.rst).
import { CODE_REASON, COPY_CODE, placeAtToucher, TOUCHER_REASONS } from '../algorithms/toucher.js';
import type { PolicyModule } from '../seam.js';

export const policy: PolicyModule = {
  name: 'first-touch',
  summary: 'a page stays where it was first touched; other nodes reach it remotely',
  source: 'local allocation, the default memory policy of Linux (Documentation/admin-guide/mm/numa_memory_policy.rst)',
  parameters: [],
  reasons: [...TOUCHER_REASONS, CODE_REASON, { slug: 'stays', meaning: 'the page stays where it was placed' }],
  create: () => ({
    onStall(stall, view) {
      if (stall.dormant) return placeAtToucher(view);
      return stall.kind === 'fetch' ? COPY_CODE : { action: 'remote', reason: 'stays' };
    },
  }),
};
