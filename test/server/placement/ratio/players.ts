// Players made of the project's own decision code: an algorithm that sees every request, and a policy as the nodes of a
// server play it, where each sees its own stalls.
import { createPolicy } from '../../../../src/server/placement/catalogue.js';
import type { PageMigration } from '../../../../src/server/placement/algorithms/page-migration.js';
import type { NodeView, Policy } from '../../../../src/server/placement/seam.js';
import { stall, view } from '../fixture.js';
import type { Player } from './ratio.js';

export function algorithmPlayer<S extends { readonly at: number }>(algorithm: PageMigration<S>, price: number): Player {
  return {
    start: algorithm.start(0),
    request(state, place) {
      const before = state as S;
      const after = algorithm.request(before, place);
      return { state: after, paid: Number(place !== before.at) + (after.at === before.at ? 0 : price) };
    },
  };
}

interface Server {
  readonly owner: number;
  /** Of each node's policy. */
  readonly policies: readonly unknown[];
}

/**
 * One policy on each of `nodes` nodes, on a machine where a page move costs `price` remote accesses. A policy that answers
 * otherwise than bring or remote is not about this problem.
 */
export function policyPlayer(name: string, nodes: number, price: number, options: Readonly<Record<string, string>> = {}): Player {
  const views = Array.from({ length: nodes }, (_, node) => pricedView(node, nodes, price));
  const policies: Policy[] = views.map((at) => createPolicy(name, options, at));
  const stateOf = (policy: Policy): unknown => policy.getState?.() ?? null;
  return {
    start: { owner: 0, policies: policies.map(stateOf) } satisfies Server,
    request(state, node) {
      const { owner, policies: states } = state as Server;
      if (node === owner) return { state, paid: 0 };
      const policy = policies[node]!;
      policy.setState?.(states[node]);
      const { action } = policy.onStall(stall({ kind: 'write', owner }), views[node]!);
      if (action !== 'bring' && action !== 'remote') throw new Error(`${name} answered ${action}`);
      const after: Server = {
        owner: action === 'bring' ? node : owner,
        policies: states.map((old, other) => (other === node ? stateOf(policy) : old)),
      };
      return { state: after, paid: action === 'bring' ? 1 + price : 1 };
    },
  };
}

/** Node `node` of a machine on which D is `price` exactly. */
function pricedView(node: number, nodes: number, price: number): NodeView {
  const made = view({ node, nodes });
  const remotePs = 1e6;
  return {
    ...made,
    machine: { ...made.machine, memory: { ...made.machine.memory, localPs: 0 } },
    cost: (action) => (action === 'bring' || action === 'copy' ? price * remotePs : remotePs),
  };
}
