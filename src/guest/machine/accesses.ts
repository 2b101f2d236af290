// What a core's accesses beyond its L1 come to when a slice is booked: counts by class, and where the time went. Costs are
// constant between two bookings, so the counts say all.
import type { Arena } from './arena.js';
import { CLASS, classesOf, COUNTS, FIRST_NODE_CLASS, NODE_CLASS, NODE_CLASSES, nodeOfClass } from './core-block.js';
import type { Costs } from './costs.js';

// Bound at module scope: inside jest's vm contexts global look-ups in hot loops cost 18x (nodejs/node#31658).
const max = Math.max;

export const COST_PARTS = ['tlb', 'l2', 'llc', 'near', 'local', 'remote', 'far', 'controller', 'link'] as const;
/** Near and far: out of another core's cache, on the node and beyond. Controller and link: what lines waited for these. */
export type CostPart = (typeof COST_PARTS)[number];

/** Lines that one node served. */
export interface LinesOf {
  readonly node: number;
  /** From its memory alone; as part of a stream; of both, those for a store. */
  readonly memory: number;
  readonly stream: number;
  readonly written: number;
  /** Out of a cache there, if it is another node. */
  readonly far: number;
}

export interface Accesses {
  /** The core's. */
  readonly node: number;
  /** All but TLB misses; of them, those that another node served. */
  readonly lineMisses: number;
  readonly remoteMisses: number;
  readonly tlb: number;
  readonly l2: number;
  readonly llc: number;
  readonly near: number;
  /** Of nodes that served any, ascending. */
  readonly lines: readonly LinesOf[];
  /** They add up to localPs and remotePs. */
  readonly parts: Readonly<Record<CostPart, number>>;
  /** Of what the own node served, waits and all; of what others did. */
  readonly localPs: number;
  readonly remotePs: number;
}

export class AccessCounts {
  private readonly arena: Arena;
  private readonly costs: Costs;
  /** Cores have accesses to memory of other nodes. */
  private readonly sharedLines: boolean;

  constructor(arena: Arena, costs: Costs, sharedLines: boolean) {
    this.arena = arena;
    this.costs = costs;
    this.sharedLines = sharedLines;
  }

  add(core: number, of: number): void {
    this.arena.u32[this.index(core) + of]!++;
  }

  /** Whole cycles that the core's counts are charged to a budget. */
  cycles(core: number, node: number): number {
    const [first, end] = [this.index(core), this.end(node)];
    let sum = 0;
    for (let of = this.counted(first, 0, node); of < end; of = this.counted(first, of + 1, node)) {
      sum += this.arena.u32[first + of]! * this.costs.cycles(node, of);
    }
    return sum;
  }

  ps(core: number, node: number): number {
    const [first, end] = [this.index(core), this.end(node)];
    let sum = 0;
    for (let of = this.counted(first, 0, node); of < end; of = this.counted(first, of + 1, node)) {
      sum += this.arena.u32[first + of]! * this.costs.ps(node, of);
    }
    return sum;
  }

  /** What the core has counted, which is nothing then; undefined if it was. */
  take(core: number, node: number): Accesses | undefined {
    const { arena: { u32 }, costs } = this;
    const [first, end] = [this.index(core), this.end(node)];
    if (this.counted(first, 0, node) === end) return undefined;
    const tlb = u32[first + CLASS.tlb]!;
    const l2 = u32[first + CLASS.l2]!;
    const llc = u32[first + CLASS.llc]!;
    const near = u32[first + CLASS.near]!;
    const parts = {
      tlb: tlb * costs.ps(node, CLASS.tlb), l2: l2 * costs.ps(node, CLASS.l2), llc: llc * costs.ps(node, CLASS.llc),
      near: near * costs.ps(node, CLASS.near), local: 0, remote: 0, far: 0, controller: 0, link: 0,
    };
    const lines: LinesOf[] = [];
    let lineMisses = l2 + llc + near;
    let localPs = parts.tlb + parts.l2 + parts.llc + parts.near;
    let remoteMisses = 0;
    let remotePs = 0;
    for (let of = this.counted(first, FIRST_NODE_CLASS, node); of < end; of = this.counted(first, of, node)) {
      const target = nodeOfClass(of);
      const found = this.linesOf(first, target);
      lines.push(found);
      const count = found.memory + found.stream + found.far;
      const ps = this.addParts(first, node, target, parts);
      lineMisses += count;
      if (target === node) {
        localPs += ps;
      } else {
        remoteMisses += count;
        remotePs += ps;
      }
      u32.fill(0, first + classesOf(target), first + classesOf(target + 1));
    }
    u32.fill(0, first, first + FIRST_NODE_CLASS);
    return { node, lineMisses, remoteMisses, tlb, l2, llc, near, lines, parts, localPs, remotePs };
  }

  private linesOf(first: number, node: number): LinesOf {
    const { u32 } = this.arena;
    const at = first + classesOf(node);
    const written = u32[at + NODE_CLASS.memoryStore]! + u32[at + NODE_CLASS.streamStore]!;
    const memory = u32[at + NODE_CLASS.memory]! + u32[at + NODE_CLASS.memoryStore]!;
    const stream = u32[at + NODE_CLASS.stream]! + u32[at + NODE_CLASS.streamStore]!;
    const far = u32[at + NODE_CLASS.far]!;
    return { node, memory, stream, written, far };
  }

  /** Adds what the lines from the target cost; returns the sum. */
  private addParts(first: number, node: number, target: number, parts: Record<CostPart, number>): number {
    let sum = 0;
    for (let of = 0; of < NODE_CLASSES; of++) {
      const count = this.arena.u32[first + classesOf(target) + of]!;
      if (count === 0) continue;
      const { basePs, controllerPs, linkPs } = this.costs.lineCost(node, target, of);
      parts[of === NODE_CLASS.far ? 'far' : target === node ? 'local' : 'remote'] += count * basePs;
      parts.controller += count * controllerPs;
      parts.link += count * linkPs;
      sum += count * (basePs + controllerPs + linkPs);
    }
    return sum;
  }

  private index(core: number): number { return (this.arena.coreOffset(core) + COUNTS) >>> 2; }

  /**
   * The first class from `of` on that the core has counted, of those that it can have: of other nodes only where lines are shared;
   * or their end. Nearly all counts of a large machine are 0, and this is asked several times for each stall.
   */
  private counted(first: number, of: number, node: number): number {
    const { u32 } = this.arena;
    const end = this.end(node);
    if (!this.sharedLines) {
      for (; of < FIRST_NODE_CLASS; of++) if (u32[first + of] !== 0) return of;
      of = max(of, classesOf(node));
    }
    while (of < end && u32[first + of] === 0) of++;
    return of;
  }

  private end(node: number): number { return classesOf(this.sharedLines ? this.costs.nodes : node + 1); }
}
