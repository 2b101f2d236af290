// What the arena holds of one core: clock, streams and counts, then its L1 line table, its TLB, and its L2 if it has one. All
// of it is simulated state.
//
// Block: { f64 local time at the slice's start, u32 contended, 4 unused bytes, u32 for each stream its last line, the youngest
// stream first, 16 unused bytes }, a u32 count of accesses for each class of costs.ts, then the entries that lines.ts and
// ways.ts describe.
import type { Arena } from './arena.js';
import type { CacheSpec, CoreSpec } from './spec.js';
import { WaySets, WAYS } from './ways.js';

export const L1_ENTRY_BYTES = 24;
export const TLB_ENTRY_BYTES = 16;
export const CORE_TIME = 0;
export const CONTENDED = 8;
export const STREAMS = 16;
/** How many streams a core follows: two vectors of compiled code. */
export const STREAM_COUNT = 8;
export const COUNTS = 64;

/** Classes of accesses beyond L1: four whatever the node, then five for each node that has the line. */
export const CLASS = { tlb: 0, l2: 1, llc: 2, near: 3 } as const;
/** Lines from a node's memory, alone or in a stream, and the same taken for a store; lines out of a cache there. */
export const NODE_CLASS = { memory: 0, memoryStore: 1, stream: 2, streamStore: 3, far: 4 } as const;
export const FIRST_NODE_CLASS = 4;
export const NODE_CLASSES = 5;

export function classCount(nodes: number): number {
  return FIRST_NODE_CLASS + NODE_CLASSES * nodes;
}

/** Offset of the node's first class. */
export function classesOf(node: number): number {
  return FIRST_NODE_CLASS + NODE_CLASSES * node;
}

/** The node of a class that is a node's. */
export function nodeOfClass(of: number): number {
  return Math.floor((of - FIRST_NODE_CLASS) / NODE_CLASSES);
}

/** Where the parts of a core's block begin. */
export interface CoreLayout {
  readonly l1: number;
  readonly tlb: number;
  readonly l2: number;
  /** 0: there is no L2. */
  readonly l2Sets: number;
  readonly bytes: number;
}

export function coreLayout(core: CoreSpec, caches: CacheSpec | null, nodes: number): CoreLayout {
  const l1 = align(COUNTS + 4 * classCount(nodes));
  const tlb = align(l1 + L1_ENTRY_BYTES * core.l1Sets);
  const l2 = align(tlb + TLB_ENTRY_BYTES * core.tlbEntries);
  const l2Sets = caches ? caches.l2Bytes / (WAYS * core.lineBytes) : 0;
  return { l1, tlb, l2, l2Sets, bytes: align(l2 + WaySets.bytes(l2Sets, false)) };
}

/** To a line of the host's caches. */
function align(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}

/** A core's clock. */
export class CoreClock {
  private readonly arena: Arena;
  private readonly at: number;

  constructor(arena: Arena, core: number) {
    this.arena = arena;
    this.at = (arena.coreOffset(core) + CORE_TIME) >>> 3;
  }

  /** The core's local time at the start of its slice; the server writes it. */
  get timePs(): number { return this.arena.f64[this.at]!; }
  set timePs(value: number) { this.arena.f64[this.at] = value; }
}

/** Cores that took part in a contended transfer of a line since the server last looked. */
export class ContendedCores {
  private readonly arena: Arena;
  /** Whether there are any: { u32 } at a fixed place. */
  readonly any: number;

  constructor(arena: Arena) {
    this.arena = arena;
    this.any = arena.takeFixed(4);
  }

  get none(): boolean { return this.arena.u32[this.any >>> 2] === 0; }

  add(core: number): void {
    this.arena.u32[(this.arena.coreOffset(core) + CONTENDED) >>> 2] = 1;
    this.arena.u32[this.any >>> 2] = 1;
  }

  /** The cores, ascending; there are none then. */
  take(): number[] {
    if (this.none) return [];
    const cores: number[] = [];
    for (let core = 0; core < this.arena.shape.cores; core++) {
      const at = (this.arena.coreOffset(core) + CONTENDED) >>> 2;
      if (this.arena.u32[at] === 1) cores.push(core);
      this.arena.u32[at] = 0;
    }
    this.arena.u32[this.any >>> 2] = 0;
    return cores;
  }
}
