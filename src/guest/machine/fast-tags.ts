// Fast tags: beside each set of a core's L1 line table, what compiled code compares an address with to find the byte by
// itself (SEMANTICS 9). They are derived, never state: a tag may stand only while the simulated table holds the line with that
// right and the page table has the page with it; whoever changes either takes the tag away. Only engines put them there.
//
// Entry: { u64 read tag, u64 write tag, u32 host offset of the line minus its guest address, 12 unused bytes }; a tag is the
// guest address of the line's first byte.
//
// Behind them, for each TLB entry, a fast page, so that a line of a page whose frame is the node's own is filled without a
// search: { u64 page, u32 host offset of its frame, u32 1 if the node may store to it }. It may stand only while the TLB has
// the page and the page table says the same.
import type { Arena } from './arena.js';
import type { CoreSpec } from './spec.js';

export const FAST_ENTRY_BYTES = 32;
export const FAST_WRITE = 8;
export const FAST_DELTA = 16;
export const FAST_PAGE_BYTES = 16;
/** Upper half of a fast page's number that stands for none. */
const NO_FAST_PAGE = 0xffffffff;

export class FastTags {
  private readonly arena: Arena;
  private readonly sets: number;
  private readonly pages: number;
  /** 0: there are none. */
  private base = 0;
  /** Of one core: entries, then fast pages. */
  readonly coreBytes: number;
  /** The highest bit below the number of a line: compiled code masks it away, so no address is equal. */
  readonly noTag: number;

  constructor(arena: Arena, { l1Sets, lineBytes, tlbEntries }: CoreSpec) {
    this.noTag = lineBytes / 2;
    this.arena = arena;
    this.sets = l1Sets;
    this.pages = tlbEntries;
    this.coreBytes = l1Sets * FAST_ENTRY_BYTES + tlbEntries * FAST_PAGE_BYTES;
  }

  /** For an engine that puts tags there. To be called before the arena's first slot is taken. */
  use(): void {
    this.base = this.arena.takeDerived(this.arena.shape.cores * this.coreBytes);
    this.clearAll();
  }

  clearAll(): void {
    if (this.base === 0) return;
    const { arena: { u8, shape: { cores } }, base, coreBytes } = this;
    for (let set = 0; set < this.sets; set++) this.clear(0, set);
    for (let entry = 0; entry < this.pages; entry++) this.clearPage(0, entry);
    for (let core = 1; core < cores; core++) u8.copyWithin(this.coreOffset(core), base, base + coreBytes);
  }

  /** Byte offset of the core's first entry. */
  coreOffset(core: number): number {
    return this.base + core * this.coreBytes;
  }

  clear(core: number, set: number): void {
    if (this.base === 0) return;
    const i = (this.coreOffset(core) + set * FAST_ENTRY_BYTES) >>> 2;
    this.arena.u32[i] = this.noTag;
    this.arena.u32[i + (FAST_WRITE >> 2)] = this.noTag;
  }

  clearWrite(core: number, set: number): void {
    if (this.base === 0) return;
    this.arena.u32[(this.coreOffset(core) + set * FAST_ENTRY_BYTES + FAST_WRITE) >>> 2] = this.noTag;
  }

  /** Takes the fast page beside the TLB entry. */
  clearPage(core: number, entry: number): void {
    if (this.base === 0) return;
    this.arena.u32[((this.coreOffset(core) + this.sets * FAST_ENTRY_BYTES + FAST_PAGE_BYTES * entry) >>> 2) + 1] = NO_FAST_PAGE;
  }
}
