// Keeps nodes equally loaded. In every period a node tells a random other its load, as in MOSIX (Barak and Shiloh, "A
// distributed load-balancing policy for a multicomputer", Software: Practice and Experience 15(9), 1985), and gives a vCPU to the
// node with least, as far as it has been told, if it has a quarter more for each core than that would have then.
import { balancePeriodPs, leastWarm } from '../algorithms/balancing.js';
import type { BalanceAction, BalanceView, BalancerModule } from '../seam.js';

const REASON = 'spread';
/** sd->imbalance_pct of Linux between nodes: 125 (kernel/sched/topology.c). */
const IMBALANCE = 1.25;

export const balancer: BalancerModule = {
  name: 'spread',
  summary: 'nodes tell their load to random others, and give a vCPU to the one with least',
  source: 'MOSIX (Barak and Shiloh, Software: Practice and Experience 15(9), 1985); imbalance of 125 % (kernel/sched/topology.c); the '
    + 'period: sysctl_sched_migration_cost of Linux, 0.5 ms (kernel/sched/fair.c), scaled as the time slice',
  reasons: [{ slug: REASON, meaning: 'another node had fewer vCPUs for each core' }],
  stateless: true,
  create: (own) => ({
    periodPs: balancePeriodPs(own),
    onPeriod: (_nowPs, view) => {
      if (view.nodes === 1) return [];
      const at = Math.floor(view.random.next() * (view.nodes - 1));
      const tell: BalanceAction = { what: 'tell', to: at + (at >= view.node ? 1 : 0) };
      const to = leastLoaded(view);
      const vcpu = to < 0 ? -1 : leastWarm(view);
      return vcpu < 0 ? [tell] : [tell, { what: 'give', vcpu, to, reason: REASON }];
    },
  }),
};

/** The node that would still have the fewest vCPUs for each core with one more, if that is much less than here; or -1. */
function leastLoaded(view: BalanceView): number {
  let least = view.cores() === 0 ? Infinity : view.load() / view.cores() / IMBALANCE;
  let found = -1;
  for (let node = 0; node < view.nodes; node++) {
    if (node === view.node || view.cores(node) === 0 || view.hintedLoad(node) < 0) continue;
    const then = (view.hintedLoad(node) + 1) / view.cores(node);
    if (then > least || (then === least && found >= 0)) continue;
    least = then;
    found = node;
  }
  return found;
}
