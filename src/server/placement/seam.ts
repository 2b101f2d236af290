// The placement seam: what a policy sees and what it may answer. A policy advises; progress and correctness belong to
// the hyperkernel (SEMANTICS rules 17 to 21), which may override advice, with reason `progress`.
import type { Random } from '../../base/random.js';
import type { MachineSpec } from '../spec.js';

/** Fetches of code replicate it without asking the policy (SEMANTICS 18). */
export type AccessKind = 'read' | 'write' | 'rmw';

/** An access that a vCPU's node could not serve. */
export interface Stall {
  readonly vcpu: number;
  readonly page: number;
  readonly kind: AccessKind;
  readonly nowPs: number;
  /** The page has no memory behind it yet, as far as this node knows: the only answer is `place`. */
  readonly dormant: boolean;
  /** Where this node believes the owner is, or -1. */
  readonly owner: number;
  /** This node holds a read-only copy (so this is a write stall on a copy). */
  readonly holdsCopy: boolean;
  /** How often this vCPU has stalled on this page since it came to this node. */
  readonly repeats: number;
  /** How often this vCPU has stalled in a row on pages of that owner. */
  readonly run: number;
}

/**
 * What owners have found out about a page, which travels with it when its owner gives it away: whole numbers below 2^32,
 * and four bytes each on the wire.
 */
export type PageNote = readonly number[];

/** A request for a page that this node owns. A `service` is one access, which the owner performs unless it gives the page. */
export interface OwnerRequest {
  readonly page: number;
  readonly from: number;
  readonly want: 'bring' | 'copy' | 'map' | 'service';
  readonly write: boolean;
  readonly nowPs: number;
  /** Nodes that hold copies of the page. */
  readonly copies: number;
  /** Line misses on the page by this node's cores since it came. */
  readonly localMisses: number;
  /** Those of them since the policy was last asked about the page. */
  readonly newLocalMisses: number;
}

export type Decision =
  /** Bring the page here; no copy stays behind. */
  | { readonly action: 'bring'; readonly reason: string }
  /** Fetch a read-only copy (a write brings the page instead). */
  | { readonly action: 'copy'; readonly reason: string }
  /** Send the vCPU to the page's owner. */
  | { readonly action: 'send'; readonly reason: string }
  /** Send the vCPU there and take one of that node's in return. */
  | { readonly action: 'swap'; readonly reason: string }
  /** Page and vCPU meet on a third node. */
  | { readonly action: 'meet'; readonly node: number; readonly reason: string }
  /** Leave both: map the page over a load/store fabric, else serve this one access by message. */
  | { readonly action: 'remote'; readonly reason: string }
  /** The node that gets a dormant page. */
  | { readonly action: 'place'; readonly node: number; readonly reason: string };

/**
 * `serve` as asked; `give` the page away whatever was asked; `copy` instead of giving; `refuse`: then the vCPU comes. Of a
 * service only `give` changes anything.
 */
export type OwnerDecision =
  | { readonly action: 'serve' | 'copy' | 'refuse'; readonly reason: string }
  | { readonly action: 'give'; readonly reason: string; readonly note?: PageNote };

/** A page, with what its last owner's policy noted; or a vCPU. */
export interface Arrival {
  readonly page?: number;
  readonly note?: PageNote;
  readonly vcpu?: number;
  readonly nowPs: number;
}

export type EpochMove =
  | { readonly what: 'page'; readonly page: number; readonly to: number; readonly reason: string }
  | { readonly what: 'vcpu'; readonly vcpu: number; readonly to: number; readonly reason: string };

/** This node's truth, and what it costs to do things; nothing of other nodes but hints. */
export interface NodeView {
  readonly node: number;
  readonly nodes: number;
  readonly machine: MachineSpec;
  readonly timeScale: number;
  /** This node's own stream of the run's seed. */
  readonly random: Random;
  /** vCPUs waiting for or running on this node's cores. */
  load(): number;
  /** Cores that run vCPUs, of this node or another: what a machine has is known to all. */
  cores(node?: number): number;
  freeFrames(): number;
  /** Pages resident here that this vCPU stalled for since it came: its warmth on this node. */
  warmth(vcpu: number): number;
  /** The load another node last told (with its last message), or -1. */
  hintedLoad(node: number): number;
  /** Line misses on a page held here since it came, by this node's cores. */
  misses(page: number): number;
  /** Nominal time until the stalled instruction resumes, without queueing. */
  cost(action: 'bring' | 'copy' | 'send' | 'remote'): number;
}

/** One per node; keeps its own state between calls. All hooks but onStall are optional. */
export interface Policy {
  onStall(stall: Stall, view: NodeView): Decision;
  onOwnerRequest?(request: OwnerRequest, view: NodeView): OwnerDecision;
  onArrive?(what: Arrival, view: NodeView): void;
  /** Every `epochPs` of simulated time, if the policy has that. */
  onEpoch?(nowPs: number, view: NodeView): readonly EpochMove[];
  readonly epochPs?: number;
  /** Plain data of the policy's state, and its restoration; needed unless its module is `stateless`. */
  getState?(): unknown;
  setState?(state: unknown): void;
}

export interface PolicyParameter {
  readonly name: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly meaning: string;
}

/** Why a decision was taken: a short slug, counted in reports. A policy uses no others. */
export interface PolicyReason {
  readonly slug: string;
  readonly meaning: string;
}

export interface PolicyModule {
  readonly name: string;
  readonly summary: string;
  /** Where the algorithm and its constants come from. */
  readonly source: string;
  readonly parameters: readonly PolicyParameter[];
  readonly reasons: readonly PolicyReason[];
  /** It deals pages out over the nodes: what numastat counts as interleave_hit. */
  readonly interleaves?: boolean;
  /** How load is balanced between nodes under this policy, where no balancer is asked for by name. */
  readonly balancer?: BalancerModule;
  /** Its instances remember nothing from call to call. Those of others have getState and setState, or no snapshot is taken. */
  readonly stateless?: true;
  create(options: Readonly<Record<string, number>>, view: NodeView): Policy;
}

// Balancing: when a vCPU that waits for a core goes to another node because of load alone. Within a node there is nothing to
// balance, as its cores share one queue. A balancer advises; the hyperkernel gives away none but a vCPU that only waits for a
// core and has run since it came.

export interface BalanceView extends NodeView {
  /** vCPUs on this node that have not halted, whether or not they wait for something. */
  present(): number;
  /** vCPUs of this node that may go to another, in the order in which they would get a core. */
  movable(): readonly number[];
}

export type BalanceAction =
  /** A vCPU of `movable` goes to the node. */
  | { readonly what: 'give'; readonly vcpu: number; readonly to: number; readonly reason: string }
  /** That node is asked for a vCPU. */
  | { readonly what: 'ask'; readonly from: number }
  /** That node is told the load of this one, as with every message. */
  | { readonly what: 'tell'; readonly to: number };

/** One per node; keeps its own state between calls. */
export interface Balancer {
  /** Every `periodPs` of simulated time, if it has that. */
  onPeriod?(nowPs: number, view: BalanceView): readonly BalanceAction[];
  readonly periodPs?: number;
  /** A node asks for a vCPU: the one of `movable` that goes, and why; or null. */
  onAsk?(from: number, view: BalanceView): { readonly vcpu: number; readonly reason: string } | null;
  /** Plain data of its state, and its restoration; needed unless its module is `stateless`. */
  getState?(): unknown;
  setState?(state: unknown): void;
}

export interface BalancerModule {
  readonly name: string;
  readonly summary: string;
  /** Where the algorithm and its constants come from. */
  readonly source: string;
  readonly reasons: readonly PolicyReason[];
  readonly stateless?: true;
  create(view: BalanceView): Balancer;
}
