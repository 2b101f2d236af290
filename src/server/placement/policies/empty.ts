// The smallest policy that works, made to be copied: docs/adding-a-policy.md walks through it.
import { placeAtToucher, TOUCHER_REASONS } from '../algorithms/toucher.js';
import type { PolicyModule } from '../seam.js';

export const policy: PolicyModule = {
  name: 'empty',
  summary: 'brings every page; the policy to copy',
  source: 'this project',

  /** `--policy-option NAME=VALUE`; a name or a value that is not declared here is refused. */
  parameters: [],

  /** Every reason that a decision below may give. They are counted in the report. */
  reasons: [...TOUCHER_REASONS, { slug: 'brought', meaning: 'the page comes to whoever needs it' }],

  /** It remembers nothing from call to call; else it would need getState and setState, for snapshots. */
  stateless: true,

  /** Called once on each node. `options` holds a number for each parameter. */
  create: () => ({
    /** Called when a vCPU of this node touches a page that the node does not hold with the right it needs. */
    onStall: (stall, view) => (stall.dormant ? placeAtToucher(view) : { action: 'bring', reason: 'brought' }),
  }),
};
