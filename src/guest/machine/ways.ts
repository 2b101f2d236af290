// A cache of sets of four lines, each set in the order of last use, in the arena. A tag that is 0 stands for none, and those
// stand last, so fresh memory is an empty cache, and a line that comes in takes the first place and pushes out the last.
//
// Set: u32 for each way { one more than the line's number over the number of sets, times two, and a flag }; behind them, if the
// cache notes more about its lines, a u32 for each way.
import type { Arena } from './arena.js';
import { CACHE_WAYS } from './spec.js';

export const WAYS = CACHE_WAYS;
const TAG_LIMIT = 2 ** 31;

export class WaySets {
  readonly offset: number;
  readonly sets: number;
  /** Of a set, in u32. */
  readonly words: number;
  private readonly arena: Arena;

  /** At a byte offset of the arena; with `notes`, each line has a u32 of them. */
  constructor(arena: Arena, offset: number, sets: number, notes: boolean) {
    this.arena = arena;
    this.offset = offset;
    this.sets = sets;
    this.words = notes ? 2 * WAYS : WAYS;
  }

  static bytes(sets: number, notes: boolean): number { return 4 * sets * (notes ? 2 * WAYS : WAYS); }

  /** Whether lines up to before `end` have tags. */
  static fits(sets: number, end: number): boolean { return Math.floor(end / sets) + 1 < TAG_LIMIT; }

  /** Index into `u32` of the line's tag, or -1. */
  find(line: number): number {
    const { u32 } = this.arena;
    const first = this.first(line % this.sets);
    const tag = Math.floor(line / this.sets) + 1;
    for (let way = 0; way < WAYS; way++) if (u32[first + way]! >>> 1 === tag) return first + way;
    return -1;
  }

  /** The same; the line is the one used last then. */
  use(line: number): number {
    const at = this.find(line);
    if (at < 0) return -1;
    const first = this.first(line % this.sets);
    this.rotate(first, at);
    if (this.words > WAYS) this.rotate(first + WAYS, at + WAYS);
    return first;
  }

  /** The line, which it lacks, comes in; the one that goes out, or -1. Where that one's notes were there are the new line's. */
  insert(line: number, flag: boolean, notes = 0): { readonly line: number; readonly notes: number } | undefined {
    const { u32 } = this.arena;
    const set = line % this.sets;
    const first = this.first(set);
    const last = first + WAYS - 1;
    const out = u32[last] === 0 ? undefined : { line: this.lineAt(last, set), notes: this.words > WAYS ? u32[last + WAYS]! : 0 };
    this.rotate(first, last);
    u32[first] = 2 * (Math.floor(line / this.sets) + 1) + (flag ? 1 : 0);
    if (this.words > WAYS) {
      this.rotate(first + WAYS, last + WAYS);
      u32[first + WAYS] = notes;
    }
    return out;
  }

  /** Takes the line out; whether it was there. */
  remove(line: number): boolean {
    const at = this.find(line);
    if (at < 0) return false;
    const { u32 } = this.arena;
    const end = this.first(line % this.sets) + WAYS;
    u32.copyWithin(at, at + 1, end);
    u32[end - 1] = 0;
    if (this.words > WAYS) {
      u32.copyWithin(at + WAYS, at + WAYS + 1, end + WAYS);
      u32[end + WAYS - 1] = 0;
    }
    return true;
  }

  /** Lines from `first` up to before `end` that it has: min(end - first, sets) sets are looked at. */
  linesIn(first: number, end: number): number[] {
    const { u32 } = this.arena;
    const found: number[] = [];
    for (let k = 0; k < Math.min(end - first, this.sets); k++) {
      const set = (first + k) % this.sets;
      const at = this.first(set);
      for (let way = 0; way < WAYS && u32[at + way] !== 0; way++) {
        const line = this.lineAt(at + way, set);
        if (line >= first && line < end) found.push(line);
      }
    }
    return found;
  }

  private lineAt(at: number, set: number): number {
    return ((this.arena.u32[at]! >>> 1) - 1) * this.sets + set;
  }

  /** The one at `at` comes first; those before it move back by one. */
  private rotate(first: number, at: number): void {
    const { u32 } = this.arena;
    const front = u32[at]!;
    u32.copyWithin(first + 1, first, at);
    u32[first] = front;
  }

  private first(set: number): number { return (this.offset >>> 2) + this.words * set; }
}
