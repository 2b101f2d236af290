// Leaves vCPUs where the placement policy has them.
import type { BalancerModule } from '../seam.js';

export const balancer: BalancerModule = {
  name: 'none',
  summary: 'vCPUs change nodes on the word of the placement policy alone',
  source: 'the cores of a node share one queue, as those of a socket do under Xen\'s Credit2 (xen/common/sched/credit2.c)',
  reasons: [],
  stateless: true,
  create: () => ({}),
};
