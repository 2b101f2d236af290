// Players made of the project's own decision code: an algorithm that sees every request, and a policy as the nodes of a
// server play it: the node that stalls and the owner are asked, and what the owner notes goes along with the page.
import { createPolicy } from '../../../../src/server/placement/catalogue.js';
import type { MigrationState, PageMigration } from '../../../../src/server/placement/algorithms/page-migration.js';
import type { NodeView, Policy } from '../../../../src/server/placement/seam.js';
import { request, stall, view } from '../fixture.js';
import type { Player } from './ratio.js';

export function algorithmPlayer(algorithm: PageMigration, price: number): Player {
  return {
    start: algorithm.start(0),
    request(state, place) {
      const before = state as MigrationState;
      const after = algorithm.request(before, place);
      return { state: after, paid: Number(place !== before.at) + (after.at === before.at ? 0 : price) };
    },
  };
}

interface Server {
  readonly owner: number;
  /** Accesses of the owner's own since it was last asked. */
  readonly own: number;
  /** Of each node's policy. */
  readonly policies: readonly unknown[];
}

/** More accesses of an owner in a row than any of these policies tells apart. */
const MANY = 30;
const PAGE = 40;

/**
 * One policy on each of `nodes` nodes, on a machine where a page move costs `price` remote accesses. A policy that answers
 * otherwise than bring or remote is not about this problem.
 */
export function policyPlayer(name: string, nodes: number, price: number, options: Readonly<Record<string, string>> = {}): Player {
  const views = Array.from({ length: nodes }, (_, node) => pricedView(node, nodes, price));
  const policies: Policy[] = views.map((at) => createPolicy(name, options, at));
  const stateOf = (policy: Policy): unknown => policy.getState?.() ?? null;
  return {
    start: { owner: 0, own: 0, policies: policies.map(stateOf) } satisfies Server,
    request(state, node) {
      const { owner, own, policies: states } = state as Server;
      if (node === owner) return { state: { owner, own: Math.min(own + 1, MANY), policies: states } satisfies Server, paid: 0 };
      for (const [i, policy] of policies.entries()) policy.setState?.(states[i]);
      const [asking, asked] = [policies[node]!, policies[owner]!];
      const { action } = asking.onStall(stall({ page: PAGE, kind: 'write', owner }), views[node]!);
      if (action !== 'bring' && action !== 'remote') throw new Error(`${name} answered ${action}`);
      const answer = asked.onOwnerRequest?.(request({
        page: PAGE, from: node, want: action === 'bring' ? 'bring' : 'service', localMisses: own, newLocalMisses: own,
      }), views[owner]!);
      const moves = action === 'bring' || answer?.action === 'give';
      if (moves) asking.onArrive?.({ page: PAGE, nowPs: 0, ...(answer?.action === 'give' && answer.note && { note: answer.note }) }, views[node]!);
      const after: Server = { owner: moves ? node : owner, own: 0, policies: policies.map(stateOf) };
      return { state: after, paid: moves ? 1 + price : 1 };
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
