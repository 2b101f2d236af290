// Work stealing: a node that has fewer vCPUs than cores asks another for one. Whom: the node with most vCPUs for each core, as
// far as it has been told of one with too many; else one at random, as in Cilk (Blumofe and Leiserson, "Scheduling
// multithreaded computations by work stealing", FOCS 1994).
import { balancePeriodPs, leastWarm, overload } from '../algorithms/balancing.js';
import type { BalanceView, BalancerModule } from '../seam.js';

const REASON = 'steal';

export const balancer: BalancerModule = {
  name: 'steal',
  summary: 'a node with fewer vCPUs than cores asks another for one that waits',
  source: 'Blumofe and Leiserson, FOCS 1994; the period: sysctl_sched_migration_cost of Linux, 0.5 ms (kernel/sched/fair.c), which '
    + 'a core must be idle to look for work, scaled as the time slice',
  reasons: [{ slug: REASON, meaning: 'a node had idle cores, and the vCPU waited for one' }],
  stateless: true,
  create: (own) => ({
    periodPs: balancePeriodPs(own),
    onPeriod: (_nowPs, view) => {
      if (view.present() >= view.cores() || view.nodes === 1) return [];
      return [{ what: 'ask', from: victim(view) }];
    },
    onAsk: (_from, view) => {
      const vcpu = view.present() > view.cores() ? leastWarm(view) : -1;
      return vcpu < 0 ? null : { vcpu, reason: REASON };
    },
  }),
};

function victim(view: BalanceView): number {
  let most = 0;
  let found = -1;
  for (let node = 0; node < view.nodes; node++) {
    if (node === view.node || view.cores(node) === 0 || overload(node, view) <= most) continue;
    most = overload(node, view);
    found = node;
  }
  const at = Math.floor(view.random.next() * (view.nodes - 1));
  return found >= 0 ? found : at + (at >= view.node ? 1 : 0);
}
