// What a policy or a balancer remembers, for snapshots: as plain data, or not at all.
import { fail } from '../../base/diagnostics.js';
import { copyPlain, NotPlain } from '../../base/plain.js';
import type { Policy, PolicyModule } from '../placement/seam.js';

type Stateful = Pick<Policy, 'getState' | 'setState'>;

/** Its state, or null if it remembers nothing. An InputError if that cannot be told. */
export function policyState(what: 'policy' | 'balancer', policy: Stateful, { name, stateless }: Pick<PolicyModule, 'name' | 'stateless'>): unknown {
  if (stateless) return null;
  if (!policy.getState || !policy.setState) {
    fail(`a run under ${what} "${name}" cannot be snapshotted: the ${what} has no getState and setState`, undefined,
      'if it remembers nothing from call to call, its module says so: stateless: true');
  }
  try {
    return copyPlain(policy.getState());
  } catch (error) {
    if (!(error instanceof NotPlain)) throw error;
    return fail(`${what} "${name}": what getState gives is no plain data: ${error.message}`);
  }
}
