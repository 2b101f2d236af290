// What a running server tells whoever watches. Observers only observe: nothing they do reaches simulated state.

/** Where a vCPU's time goes. The parts of a vCPU add up to its lifetime exactly. */
export const TIME_PARTS = ['compute', 'memory', 'remote', 'pageWait', 'coreWait', 'migrating', 'handlers'] as const;
export type TimePart = (typeof TIME_PARTS)[number];

/**
 * The parts of a vCPU's time in a stack, with the one of the above that each belongs to; null for what is after its lifetime.
 * They add up to the simulated time exactly. A hit in the first-level cache costs no more than its instruction: it is compute.
 */
export const COARSE_PART = {
  compute: 'compute',
  tlb: 'memory',
  l2: 'memory',
  llc: 'memory',
  /** Out of another core's cache on the node. */
  near: 'memory',
  /** From the own node's memory, and what a line waits at its controller. */
  local: 'memory',
  controller: 'memory',
  /** From another node's memory; out of a cache there; what lines wait at its controller, and on links. */
  remote: 'remote',
  far: 'remote',
  remoteController: 'remote',
  link: 'remote',
  /** Accesses that another node performs. */
  served: 'remote',
  pageWait: 'pageWait',
  coreWait: 'coreWait',
  migrating: 'migrating',
  /** Its own guest calls; what else its core does for the kernel. */
  calls: 'handlers',
  handlers: 'handlers',
  unstarted: 'coreWait',
  halted: null,
} as const satisfies Readonly<Record<string, TimePart | null>>;
export type StackPart = keyof typeof COARSE_PART;
export const STACK_PARTS = Object.keys(COARSE_PART) as readonly StackPart[];

/** running covers compute, memory, and load/store remote time of a slice. */
export type SpanKind = 'running' | 'remote' | 'pageWait' | 'coreWait' | 'migrating' | 'handlers';

export type MoveKind = 'place' | 'bring' | 'own' | 'copy' | 'map' | 'remote' | 'send' | 'invalidate';

/** An access that found no right to its page, and what is done about it. */
export interface StallNote {
  readonly vcpu: number;
  readonly node: number;
  readonly page: number;
  readonly kind: 'read' | 'write' | 'rmw' | 'fetch';
  readonly address: number;
  readonly bytes: number;
  /** Where the node believes the owner is; itself if it is that, -1 if it has never heard of the page. */
  readonly owner: number;
  /** What the node asks for, or `move`: the vCPU leaves for node `to` at once. */
  readonly want: string;
  /** -1 but for `move`. */
  readonly to: number;
  readonly reason: string;
  /** If the page turns out to be dormant: the node that gets it, else -1, and why. */
  readonly place: number;
  readonly placeReason: string;
  readonly atPs: number;
}

/** A message that was handed to the fabric. */
export interface MessageNote {
  readonly kind: string;
  /** What a request wants, or what a grant gives; '' elsewhere. */
  readonly detail: string;
  readonly from: number;
  readonly to: number;
  /** -1 for a vCPU. */
  readonly page: number;
  /** The vCPU that travels, or for which a page is asked; -1 elsewhere. */
  readonly vcpu: number;
  /** As the policy gave it, in messages that have one, else ''. */
  readonly reason: string;
  readonly departPs: number;
  readonly arrivePs: number;
}

export interface Observer {
  /** vCPU `vcpu` was in this state on `node` over [fromPs, toPs); core is -1 where it occupied none. */
  span?(vcpu: number, node: number, core: number, kind: SpanKind, fromPs: number, toPs: number): void;
  /** A page came to `to` (own: with the ownership, while the former owner keeps a copy; from -1 for a dormant page, or the node whose copy was dropped for `invalidate`). */
  pageMoved?(page: number, kind: MoveKind, from: number, to: number, atPs: number, reason: string): void;
  vcpuMoved?(vcpu: number, from: number, to: number, departPs: number, arrivePs: number, reason: string): void;
  stalled?(stall: StallNote): void;
  sent?(message: MessageNote): void;
  /** roi_begin, roi_end, mark N of the guest. */
  mark?(vcpu: number, name: string, atPs: number): void;
  output?(text: string): void;
  /** Called now and then at slice ends. */
  progress?(instructions: number, simulatedPs: number): void;
}
