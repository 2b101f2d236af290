// What accesses beyond L1 cost: a table for each node, by the classes of core-block.ts, in the arena for compiled code. A line of
// a stream costs a part of one alone (Little's law: a core has `streamLines` of them under way at once); for a store nothing but
// its part of the waits, since an exclusive prefetch and a store buffer hide the rest.
//
// Table of a node: for each class { u64 cycles, in the upper half }, what a slice's budget is charged; then for each { f64 ps }.
import type { Arena } from './arena.js';
import { CLASS, classCount, classesOf, NODE_CLASS } from './core-block.js';
import type { CacheSpec, CoreSpec, MemorySpec } from './spec.js';

/** How long a line from a node's memory takes beyond its unloaded latency: at the controller, and on the links to it. */
export interface Waits {
  readonly controllerPs: number;
  readonly linkPs: number;
}

/** A cost, or a sum of costs, by what it is for. */
export interface LineCost extends Waits {
  readonly basePs: number;
}

export interface CostShape {
  readonly core: CoreSpec;
  readonly memory: MemorySpec;
  readonly caches: CacheSpec | null;
  /** Hops from the node of the row to the node of the column. */
  readonly hops: readonly (readonly number[])[];
}

const NO_WAITS: Waits = { controllerPs: 0, linkPs: 0 };
const NONE: LineCost = { basePs: 0, ...NO_WAITS };

export class Costs {
  readonly nodes: number;
  readonly classes: number;
  private readonly arena: Arena;
  private readonly shape: CostShape;
  private readonly base: number;
  private readonly tableBytes: number;
  /** Those of node n for node t at n * nodes + t. */
  private waits: Waits[];
  /** Of each node, the answer of `excess`, until a cost of it changes. */
  private readonly excesses: (number | undefined)[] = [];

  constructor(arena: Arena, shape: CostShape) {
    this.arena = arena;
    this.shape = shape;
    this.nodes = shape.hops.length;
    this.classes = classCount(this.nodes);
    this.tableBytes = 16 * this.classes;
    this.base = arena.takeDerived(this.nodes * this.tableBytes);
    this.waits = new Array<Waits>(this.nodes ** 2).fill(NO_WAITS);
    this.fill();
  }

  toState(): readonly Waits[] { return this.waits; }

  restore(waits: readonly Waits[]): void {
    this.waits = [...waits];
    this.fill();
  }

  /** Byte offset of the node's table, and of the part of it that is in ps. */
  tableOf(node: number): number { return this.base + node * this.tableBytes; }
  psTableOf(node: number): number { return this.tableOf(node) + 8 * this.classes; }

  waitsOf(node: number, target: number): Waits { return this.waits[node * this.nodes + target]!; }

  setWaits(node: number, target: number, waits: Waits): void {
    this.waits[node * this.nodes + target] = waits;
    this.fillTarget(node, target);
  }

  /** Whole cycles that a budget is charged for one access of the class. */
  cycles(node: number, of: number): number { return this.arena.u32[((this.tableOf(node) + 8 * of) >>> 2) + 1]!; }

  ps(node: number, of: number): number { return this.arena.f64[(this.psTableOf(node) >>> 3) + of]!; }

  /** The most by which accesses can take longer than the whole cycles that they are charged, as a part of these. */
  excess(node: number): number {
    return (this.excesses[node] ??= this.findExcess(node));
  }

  private findExcess(node: number): number {
    const { cyclePs } = this.shape.core;
    let most = 0;
    for (let of = 0; of < this.classes; of++) {
      const cycles = this.cycles(node, of);
      if (cycles > 0) most = Math.max(most, this.ps(node, of) / (cycles * cyclePs) - 1);
    }
    return most;
  }

  /** What one line of a class (NODE_CLASS) of the target costs a core of the node. */
  lineCost(node: number, target: number, of: number): LineCost {
    const { streamLines } = this.shape.memory;
    const { controllerPs, linkPs } = this.waitsOf(node, target);
    // What is out of a cache crosses the links and leaves the controller alone.
    if (of === NODE_CLASS.far) return node === target ? NONE : { basePs: this.basePs(node, target, true), controllerPs: 0, linkPs };
    const alone: LineCost = { basePs: this.basePs(node, target, false), controllerPs, linkPs };
    if (streamLines === 1 || of === NODE_CLASS.memory || of === NODE_CLASS.memoryStore) return alone;
    const part = (ps: number): number => Math.round(ps / streamLines);
    return { basePs: of === NODE_CLASS.streamStore ? 0 : part(alone.basePs), controllerPs: part(controllerPs), linkPs: part(linkPs) };
  }

  /** Of a line from the target's memory, or out of a cache there, without waits. */
  private basePs(node: number, target: number, fromCache: boolean): number {
    const { localPs, cacheToCachePs, remotePs, remoteCacheToCachePs, fartherPs } = this.shape.memory;
    if (node === target) return fromCache ? cacheToCachePs : localPs;
    const hops = this.shape.hops[node]![target]!;
    const beyondPs = hops < 2 ? 0 : (fartherPs[Math.min(hops - 2, fartherPs.length - 1)] ?? remotePs) - remotePs;
    return beyondPs + (fromCache ? remoteCacheToCachePs : remotePs);
  }

  private fill(): void {
    const { caches, core, memory } = this.shape;
    for (let node = 0; node < this.nodes; node++) {
      this.set(node, CLASS.tlb, core.tlbMissPs);
      if (caches) {
        this.set(node, CLASS.l2, caches.l2Ps);
        this.set(node, CLASS.llc, caches.llcPs);
      }
      this.set(node, CLASS.near, memory.cacheToCachePs);
      for (let target = 0; target < this.nodes; target++) this.fillTarget(node, target);
    }
  }

  private fillTarget(node: number, target: number): void {
    for (const of of Object.values(NODE_CLASS)) {
      const { basePs, controllerPs, linkPs } = this.lineCost(node, target, of);
      this.set(node, classesOf(target) + of, basePs + controllerPs + linkPs);
    }
  }

  private set(node: number, of: number, ps: number): void {
    const { f64, u32 } = this.arena;
    this.excesses[node] = undefined;
    f64[(this.psTableOf(node) >>> 3) + of] = ps;
    u32[((this.tableOf(node) + 8 * of) >>> 2) + 1] = Math.max(1, Math.round(ps / this.shape.core.cyclePs));
  }
}
