// What a running server tells whoever watches. Observers only observe: nothing they do reaches simulated state.

/** Where a vCPU's time goes. The parts of a vCPU add up to its lifetime exactly. */
export const TIME_PARTS = ['compute', 'memory', 'remote', 'pageWait', 'coreWait', 'migrating', 'handlers'] as const;
export type TimePart = (typeof TIME_PARTS)[number];

/** running covers compute, memory, and load/store remote time of a slice. */
export type SpanKind = 'running' | 'remote' | 'pageWait' | 'coreWait' | 'migrating' | 'handlers';

export type MoveKind = 'place' | 'bring' | 'copy' | 'map' | 'remote' | 'send' | 'invalidate';

export interface Observer {
  /** vCPU `vcpu` was in this state on `node` over [fromPs, toPs); core is -1 where it occupied none. */
  span?(vcpu: number, node: number, core: number, kind: SpanKind, fromPs: number, toPs: number): void;
  /** A page came to `to` (from -1 for a dormant page, or the node whose copy was dropped for `invalidate`). */
  pageMoved?(page: number, kind: MoveKind, from: number, to: number, atPs: number, reason: string): void;
  vcpuMoved?(vcpu: number, from: number, to: number, departPs: number, arrivePs: number, reason: string): void;
  /** roi_begin, roi_end, mark N of the guest. */
  mark?(vcpu: number, name: string, atPs: number): void;
  output?(text: string): void;
  /** Called now and then at slice ends. */
  progress?(instructions: number, simulatedPs: number): void;
}
