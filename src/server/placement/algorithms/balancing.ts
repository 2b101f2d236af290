// What load balancers share: how often they look, whom they send, who has too many.
import type { NodeView } from '../seam.js';

/** sysctl_sched_migration_cost over sysctl_sched_base_slice, 0.5 and 0.7 ms (kernel/sched/fair.c of Linux 6.12). */
const PERIOD_IN_SLICES = 0.5 / 0.7;

export function balancePeriodPs({ machine, timeScale }: NodeView): number {
  return Math.max(1, Math.round(machine.timeSlicePs * PERIOD_IN_SLICES * timeScale));
}

/** Of the vCPUs that may go, the one with fewest pages here; of equals, that which would wait longest. -1 if none may. */
export function leastWarm(view: NodeView & { movable(): readonly number[] }): number {
  let least = Infinity;
  let found = -1;
  for (const vcpu of view.movable()) {
    const warmth = view.warmth(vcpu);
    if (warmth > least) continue;
    least = warmth;
    found = vcpu;
  }
  return found;
}

/** vCPUs for each core that another node has too many, as far as it has told. */
export function overload(node: number, view: NodeView): number {
  return Math.max(0, view.hintedLoad(node) - view.cores(node)) / view.cores(node);
}
