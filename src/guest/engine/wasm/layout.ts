// Where the engine's own data lie in the arena. All of it is derived: none of it belongs into a snapshot.
import { bitsFor } from '../../../base/bits.js';
import { unitBits } from '../../lang/decoder.js';
import type { Isa } from '../../lang/model.js';
import type { Arena } from '../../machine/arena.js';
import { dueLeaves } from '../../machine/due-slices.js';
import { FAST_ENTRY_BYTES } from '../../machine/fast-tags.js';
import type { MemorySystem } from '../../machine/memory.js';
import { ORDER_BYTES, writeOrders } from './ways.js';

/** The run block: what a slice's code needs to know, and how it reports. */
export const RUN = {
  /** u32: the core's block, its first fast tag, the vCPU's context, the header of the node's page table. */
  coreBlock: 0, fastTags: 4, context: 8, tableHeader: 12,
  /** u32: the core's number, and of the cores that may hold a line that it wants the first and the one after the last. */
  core: 16, scanFirst: 20, scanEnd: 24,
  /** u32: the core's node; where the ready flags of the node begin. */
  node: 28, ready: 32,
  /** u32: where the core counts lines from its own node's memory, and what these cost: an entry in `costs`. */
  homeCounts: 36, homeCosts: 40,
  /** u32: what classes of accesses cost the node, in cycles and in ps; f64: local time that the context and the counts start from. */
  costs: 44, psCosts: 48, bookedPs: 56,
  /** u64, cycles in the upper half and instructions in the lower: what the slice has run; its limit less memory's cycles. */
  spent: 64, limit: 72,
  /** u64: the budget of slices that follow, as `limit` has it; f64 local time at which those in the same code end. */
  budget: 80, followUntil: 88,
  /** f64: time before which each of them begins; how long a turn lasts. */
  until: 96, turn: 104,
  /** u32: slices that may follow in the same code; slices that have begun; instructions with which none begins. */
  mayFollow: 112, begun: 116, instructions: 120,
  /** u32: number of this run if slices may follow, else 0; how many more may begin; where the slices that are due lie. */
  ahead: 124, maySwitch: 128, due: 132,
  /** u32 entries in the log of evicted TLB entries. */
  evicted: 136,
  /** u32 count, and u64 each: results of the instruction's accesses before the one that could not be made. */
  priorCount: 140, priors: 144,
  /** u64: the limit with which the slice began, if compiled code began it: it stays as long as no access goes beyond L1. */
  whole: 208,
  /** u32: whether the slice ends after whichever instruction reaches its limit; then no region runs. */
  exactly: 216,
  /** u32 each: host offsets of two streams in the turn that begins (AheadClash). */
  hosts: 224,
} as const;
const RUN_BYTES = 232;

/**
 * A core's slot: what the run block says of it and its vCPU up to here; u32 number of the run in which the slot was filled last;
 * f64 local time at which its slices end to be followed; f64 end of its turn.
 */
export const SLOT = { words: 64, ahead: 64, until: 72, turnEnds: 80 } as const;
export const SLOT_BYTES = 128;
/** An instruction with more accesses is left to the reference engine. */
export const MAX_PRIORS = 8;

/** Of each node, where its LLC lies: u32 address of the sets, sets less one, bits of that; its first core, the one after its last. */
export const LLC = { sets: 0, mask: 4, shift: 8, firstCore: 12, endCore: 16, bytes: 32 } as const;

/** A predecoded instruction: { u64 pc, u32 handler, u32 region, u32 arrivals, u32 unused }, then 8 bytes for each operand. */
export const RECORD = { pc: 0, handler: 8, region: 12, arrivals: 16, operands: 24 } as const;
export const RECORDS = 8192;
/** Operands of a kind `reg`: { u32 offset in the context to read, u32 offset to write }. */
export const WRITE_OFFSET = 4;

/** { f64 page, f64 line misses } each. */
export const EVICTED_BYTES = 16;
export const MAX_EVICTED = 512;

export const MARKS = 32768;
export const MAX_REGIONS = 4096;

/**
 * Taken jumps to the same place that make it worth compiling. What follows it takes a millisecond or two to compile, and the
 * interpreter loses some 50 ns each time; less than where these meet, for a hot place is mostly hotter than it has shown yet.
 */
export const HOT_ARRIVALS = 500;

export class EngineLayout {
  readonly run: number;
  readonly records: number;
  readonly recordCount = RECORDS;
  readonly recordShift: number;
  /** A record's index is taken from the pc's bits from here on. */
  readonly unitShift: number;
  /** u16 for each hash of a line: how many lines with translated code have it. */
  readonly marks: number;
  /** u8 for each node and region: whether all its pages are known to be resident there. */
  readonly ready: number;
  readonly evicted: number;
  /** u32 for each core: its node. */
  readonly nodeOf: number;
  /** Slots of the cores; leaves of the tree of slices that are due. */
  readonly slots: number;
  readonly leaves: number;
  readonly nodes: number;
  /** Where LLCs lie, and orders of the ways of a set. */
  readonly llcs: number;
  readonly orders: number;
  readonly pageShift: number;
  readonly lineShift: number;
  /** Bytes of fast tags of a core, less one entry: what is left of an address after masking, in entries. */
  readonly setMask: number;
  readonly hotArrivals: number;

  constructor(isa: Isa, arena: Arena, memory: MemorySystem, hotArrivals: number) {
    this.hotArrivals = hotArrivals;
    const { core, coresOf } = memory.shape;
    this.nodes = coresOf.length;
    const operands = Math.max(0, ...isa.instructions.map((each) => each.operands.length));
    this.recordShift = bitsFor(RECORD.operands + 8 * operands);
    // Rounded down, so that instructions that follow one another have different records.
    this.unitShift = bitsFor(unitBits(isa) / 8 + 1) - 1;
    this.pageShift = bitsFor(arena.shape.pageBytes);
    this.lineShift = bitsFor(core.lineBytes);
    this.setMask = (core.l1Sets - 1) * FAST_ENTRY_BYTES;
    this.run = arena.takeDerived(RUN_BYTES);
    this.records = arena.takeDerived(RECORDS << this.recordShift);
    this.marks = arena.takeDerived(2 * MARKS);
    this.ready = arena.takeDerived(MAX_REGIONS * this.nodes);
    this.evicted = arena.takeDerived(MAX_EVICTED * EVICTED_BYTES);
    this.nodeOf = arena.takeDerived(4 * arena.shape.cores);
    this.slots = arena.takeDerived(SLOT_BYTES * arena.shape.cores);
    this.leaves = dueLeaves(arena.shape.cores);
    this.llcs = arena.takeDerived(LLC.bytes * this.nodes);
    this.orders = arena.takeDerived(ORDER_BYTES);
    writeOrders(arena, this.orders);
    memory.caches?.llc.forEach(({ offset, sets }, node) => {
      const firstCore = coresOf.slice(0, node).reduce((sum, cores) => sum + cores, 0);
      arena.u32.set([offset, sets - 1, bitsFor(sets), firstCore, firstCore + coresOf[node]!], (this.llcs + LLC.bytes * node) >>> 2);
    });
    coresOf.flatMap((cores, node) => new Array<number>(cores).fill(node))
      .forEach((node, core) => { arena.u32[(this.nodeOf >>> 2) + core] = node; });
  }

  recordOf(pc: number): number {
    return this.records + ((Math.floor(pc / 2 ** this.unitShift) % RECORDS) << this.recordShift);
  }
}

/** Why code came back to TypeScript. */
export const LEFT = {
  /** The slice's limit at a jump back. */
  limit: 0,
  /** `pause` has retired. */
  yield: 1,
  /** The instruction at pc is for the reference engine. */
  reference: 2,
  /** There is no record of the instruction at pc. */
  decode: 3,
  /** Code at pc is worth compiling. */
  hot: 4,
} as const;
