// The page always comes to the vCPU. Source: page-based distributed shared memory with one owner, as GiantVM's
// (github.com/GiantVM/Linux-DSM, arch/x86/kvm/ivy.c) without its read copies.
import { placeAtToucher, TOUCHER_REASONS } from '../algorithms/toucher.js';
import type { PolicyModule } from '../seam.js';

export const policy: PolicyModule = {
  name: 'page',
  summary: 'always brings the page; vCPUs never move',
  source: 'page-based distributed shared memory with one owner, as GiantVM (github.com/GiantVM/Linux-DSM, '
    + 'arch/x86/kvm/ivy.c) without its read copies',
  stateless: true,
  parameters: [],
  reasons: [...TOUCHER_REASONS, { slug: 'page-comes', meaning: 'the page comes to the vCPU' }],
  create: () => ({
    onStall(stall, view) {
      return stall.dormant ? placeAtToucher(view) : { action: 'bring', reason: 'page-comes' };
    },
  }),
};
