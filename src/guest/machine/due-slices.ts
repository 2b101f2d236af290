// Which core's slice is due next. At most one waits for each core, so they need no queue: a tournament over the cores (Knuth,
// The Art of Computer Programming 3, 5.4.1) names the earliest by (time, sequence), and a change costs one look for each doubling
// of the cores. It lies in the arena, where compiled code reads and changes it too. Derived: snapshots take the slices themselves.
//
// { f64 next sequence, u32 slices that wait, u32 unused }, f64 time of each core's slice (Infinity: none), f64 its sequence,
// then u32 cores: for each node of the tree the winner of the two below it, number 1 on top, the cores themselves last.
import type { Arena } from './arena.js';

export const DUE_SEQUENCE = 0;
export const DUE_COUNT = 8;
export const DUE_TIMES = 16;

/** Byte offsets, from the beginning, of sequences and tree, by the number of leaves. */
export const dueSequences = (leaves: number): number => DUE_TIMES + 8 * leaves;
export const dueTree = (leaves: number): number => DUE_TIMES + 16 * leaves;
/** Beyond all sequence numbers that are counted: among what is due at one instant, slices come last, in the order of cores. */
export const AFTER_ALL_OTHERS = 2 ** 52;

export interface DueSlice {
  readonly timePs: number;
  readonly sequence: number;
  readonly core: number;
}

export class DueSlices {
  /** Byte offset of the first part; those behind it follow from the number of leaves, a power of two. */
  readonly at: number;
  readonly leaves: number;
  private readonly arena: Arena;
  private readonly times: number;
  private readonly sequences: number;
  private readonly tree: number;

  constructor(arena: Arena) {
    this.arena = arena;
    this.leaves = dueLeaves(arena.shape.cores);
    this.at = arena.takeDerived(DUE_TIMES + 24 * this.leaves);
    this.times = (this.at + DUE_TIMES) >>> 3;
    this.sequences = (this.at + dueSequences(this.leaves)) >>> 3;
    this.tree = (this.at + dueTree(this.leaves)) >>> 2;
    this.restore(0, []);
  }

  get size(): number { return this.arena.u32[(this.at + DUE_COUNT) >>> 2]!; }
  /** The core whose slice is due next; any, if none waits. */
  get core(): number { return this.arena.u32[this.tree + 1]!; }
  /** When, or Infinity. */
  get timePs(): number { return this.arena.f64[this.times + this.core]!; }
  get sequence(): number { return this.arena.f64[this.sequences + this.core]!; }

  /** When the earliest of all others is due, or Infinity: it has won one of the core's matches. */
  earliestBut(core: number): number {
    const { arena: { f64, u32 }, tree } = this;
    let timePs = Infinity;
    for (let node = this.leaves + core; node > 1; node >>= 1) timePs = Math.min(timePs, f64[this.times + u32[tree + (node ^ 1)]!]!);
    return timePs;
  }

  /** A number by which what is due at one instant keeps the order in which it was asked for. */
  takeSequence(): number {
    return this.arena.f64[this.at >>> 3]!++;
  }

  /** The core's slice is due then, instead of when it was due before, if it was. */
  set(core: number, timePs: number): void {
    const { f64, u32 } = this.arena;
    if (f64[this.times + core] === Infinity) u32[(this.at + DUE_COUNT) >>> 2]!++;
    f64[this.times + core] = timePs;
    f64[this.sequences + core] = AFTER_ALL_OTHERS + core;
    this.replay(core);
  }

  /** The core's slice waits no longer, if it did. */
  clear(core: number): void {
    const { f64, u32 } = this.arena;
    if (f64[this.times + core] === Infinity) return;
    u32[(this.at + DUE_COUNT) >>> 2]!--;
    f64[this.times + core] = Infinity;
    this.replay(core);
  }

  /** All that wait, in no order. */
  waiting(): DueSlice[] {
    const { f64, shape: { cores } } = this.arena;
    return Array.from({ length: cores }, (_, core) => (
      { timePs: f64[this.times + core]!, sequence: f64[this.sequences + core]!, core })).filter(({ timePs }) => timePs < Infinity);
  }

  restore(nextSequence: number, waiting: readonly DueSlice[]): void {
    const { arena: { f64, u32 }, leaves, times, tree } = this;
    f64.fill(Infinity, times, times + leaves);
    for (let core = 0; core < leaves; core++) u32[tree + leaves + core] = core;
    for (const { timePs, core } of waiting) {
      f64[times + core] = timePs;
      f64[this.sequences + core] = AFTER_ALL_OTHERS + core;
    }
    for (let node = leaves - 1; node > 0; node--) {
      const [left, right] = [u32[tree + 2 * node]!, u32[tree + 2 * node + 1]!];
      u32[tree + node] = this.isBefore(right, left) ? right : left;
    }
    u32[(this.at + DUE_COUNT) >>> 2] = waiting.length;
    f64[this.at >>> 3] = nextSequence;
  }

  /** The core's matches are played again, up to the top. */
  private replay(core: number): void {
    const { arena: { u32 }, tree } = this;
    let best = core;
    for (let node = this.leaves + core; node > 1;) {
      const other = u32[tree + (node ^ 1)]!;
      if (this.isBefore(other, best)) best = other;
      node >>= 1;
      u32[tree + node] = best;
    }
  }

  private isBefore(a: number, b: number): boolean {
    const { arena: { f64 }, times, sequences } = this;
    const [timeOfA, timeOfB] = [f64[times + a]!, f64[times + b]!];
    return timeOfA < timeOfB || (timeOfA === timeOfB && f64[sequences + a]! < f64[sequences + b]!);
  }
}

/** How many there are for so many cores. */
export function dueLeaves(cores: number): number {
  let leaves = 1;
  while (leaves < cores) leaves *= 2;
  return leaves;
}
