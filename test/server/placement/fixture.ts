// A node's view and a stall made by hand, for tests of policies.
import { randomStream } from '../../../src/base/random.js';
import { machinePreset } from '../../../src/server/fabric/presets.js';
import { nominalCostPs } from '../../../src/server/placement/algorithms/cost-model.js';
import type { NodeView, OwnerRequest, Policy, Stall } from '../../../src/server/placement/seam.js';
import { createPolicy, policyModule } from '../../../src/server/placement/catalogue.js';

export interface ViewSettings {
  readonly node?: number;
  readonly nodes?: number;
  readonly machine?: string;
  readonly load?: number;
  readonly cores?: number;
  readonly freeFrames?: number;
  readonly warmth?: number;
  readonly hintedLoad?: number;
}

/** Node 1 of 4 with both cores busy and so the others as far as known, unless told otherwise. */
export function view(settings: ViewSettings = {}): NodeView {
  const machine = machinePreset(settings.machine ?? 'sds-ethernet-25g');
  return {
    node: settings.node ?? 1,
    nodes: settings.nodes ?? 4,
    machine,
    timeScale: 1,
    random: randomStream(1, 'policy'),
    load: () => settings.load ?? machine.coresPerNode,
    cores: () => settings.cores ?? machine.coresPerNode,
    freeFrames: () => settings.freeFrames ?? 100,
    warmth: () => settings.warmth ?? 4,
    hintedLoad: () => settings.hintedLoad ?? -1,
    misses: () => 0,
    cost: (action) => nominalCostPs(machine, action),
  };
}

/** A read by vCPU 5 of page 40, which node 2 owns. */
export function stall(changes: Partial<Stall> = {}): Stall {
  return {
    vcpu: 5, page: 40, kind: 'read', nowPs: 0, dormant: false, owner: 2, holdsCopy: false, repeats: 0, run: 1, ...changes,
  };
}

/** Node 3 asks for page 40. */
export function request(changes: Partial<OwnerRequest> = {}): OwnerRequest {
  return { page: 40, from: 3, want: 'service', write: true, nowPs: 0, copies: 0, localMisses: 0, newLocalMisses: 0, ...changes };
}

/** The policy of that name, which fails the test when it gives a reason that it does not document. */
export function checked(name: string, options: Readonly<Record<string, string>> = {}, at: NodeView = view()): Policy {
  const known = policyModule(name).reasons.map(({ slug }) => slug);
  const documented = <T extends { readonly reason: string }>(decision: T): T => {
    if (!known.includes(decision.reason)) throw new Error(`${name} gave the undocumented reason "${decision.reason}"`);
    return decision;
  };
  const policy = createPolicy(name, options, at);
  return {
    onStall: (s, v) => documented(policy.onStall(s, v)),
    onOwnerRequest: (r, v) => documented(policy.onOwnerRequest?.(r, v) ?? { action: 'serve', reason: known[0]! }),
    onArrive: (what, v) => policy.onArrive?.(what, v),
    getState: () => policy.getState?.(),
    setState: (state) => policy.setState?.(state),
  };
}
