// Load balancers by name: one literal table. A file in balancers/ without an entry here fails a test.
import { fail } from '../../base/diagnostics.js';
import { didYouMean } from '../../base/suggest.js';
import { balancer as none } from './balancers/none.js';
import { balancer as spread } from './balancers/spread.js';
import { balancer as steal } from './balancers/steal.js';
import type { BalancerModule, PolicyModule } from './seam.js';

const BALANCERS: readonly BalancerModule[] = [none, steal, spread];

export function balancerNames(): string[] {
  return BALANCERS.map(({ name }) => name);
}

/** The balancer of that name; an InputError with a suggestion if there is none. */
export function balancerModule(name: string): BalancerModule {
  return BALANCERS.find((balancer) => balancer.name === name)
    ?? fail(`unknown balancer "${name}"`, undefined, didYouMean(name, balancerNames()) ?? `known: ${balancerNames().join(', ')}`);
}

/** The one that is named; else the policy's own; else stealing where vCPUs outnumber cores, and none where each may have one. */
export function balancerFor(name: string | undefined, { balancer }: Pick<PolicyModule, 'balancer'>, overcommitted: boolean): BalancerModule {
  return name === undefined ? balancer ?? (overcommitted ? steal : none) : balancerModule(name);
}
