// Fast tags: beside each set of a core's L1 line table, what compiled code compares an address with to find the byte by
// itself (SEMANTICS 9). They are derived, never state: a tag may stand only while the simulated table holds the line with that
// right and the page table has the page with it; whoever changes either takes the tag away. Only engines put them there.
//
// Entry: { u64 read tag, u64 write tag, u32 host offset of the line minus its guest address, 12 unused bytes }; a tag is the
// guest address of the line's first byte.
import type { Arena } from './arena.js';

export const FAST_ENTRY_BYTES = 32;
export const FAST_WRITE = 8;
export const FAST_DELTA = 16;

export class FastTags {
  private readonly arena: Arena;
  private readonly sets: number;
  private readonly base: number;
  /** The highest bit below the number of a line: compiled code masks it away, so no address is equal. */
  readonly noTag: number;

  constructor(arena: Arena, sets: number, lineBytes: number) {
    this.noTag = lineBytes / 2;
    this.arena = arena;
    this.sets = sets;
    this.base = arena.takeDerived(arena.shape.cores * sets * FAST_ENTRY_BYTES);
    this.clearAll();
  }

  clearAll(): void {
    const { arena: { u8, shape: { cores } }, base, sets } = this;
    for (let set = 0; set < sets; set++) this.clear(0, set);
    for (let core = 1; core < cores; core++) u8.copyWithin(this.coreOffset(core), base, base + sets * FAST_ENTRY_BYTES);
  }

  /** Byte offset of the core's first entry. */
  coreOffset(core: number): number {
    return this.base + core * this.sets * FAST_ENTRY_BYTES;
  }

  clear(core: number, set: number): void {
    const i = (this.coreOffset(core) + set * FAST_ENTRY_BYTES) >>> 2;
    this.arena.u32[i] = this.noTag;
    this.arena.u32[i + (FAST_WRITE >> 2)] = this.noTag;
  }

  clearWrite(core: number, set: number): void {
    this.arena.u32[(this.coreOffset(core) + set * FAST_ENTRY_BYTES + FAST_WRITE) >>> 2] = this.noTag;
  }
}
