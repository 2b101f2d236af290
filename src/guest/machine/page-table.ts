// A node's second-level page table: which pages its vCPUs may touch, with which right, and where the bytes are.
// It is derived from the hyperkernel's state; guest code sees nothing else of that. It lies in the arena, so that compiled
// code finds pages by itself: a hash table with linear probing (Knuth, TAOCP vol. 3, 6.4, algorithms L and R).
//
// Entry: { u32 page (low), u32 page (high), u32 host offset of the frame, u32 owner's node * 2 + writable }.
// Header, at a fixed place for compiled code: { u32 offset of the entries, u32 bits that the hash is shifted right by }.
import type { Arena } from './arena.js';

export interface PageEntry {
  /** Arena slot of the frame. */
  readonly slot: number;
  readonly writable: boolean;
  /** Node whose memory holds the frame: another one for a remote mapping. */
  readonly home: number;
}

/** Where the entries lie; all else of a table lies in the arena. */
export interface PageTableState {
  base: number;
  bits: number;
  count: number;
  grown: boolean;
}

export const PAGE_HEADER_BYTES = 8;
export const PAGE_ENTRY_BYTES = 16;
/** In the upper half of a page's number: no entry. */
export const NO_PAGE = 0xffffffff;
/** Odd, with bits that spread pages in steps of any power of two (Knuth, 6.4, multiplicative hashing). */
export const HASH_LOW = 0x9e3779b1;
export const HASH_HIGH = 0x85ebca6b;

/** So many pages that follow one another stay together: who goes from page to page finds the next one where the last one was. */
export const NEIGHBOUR_BITS = 3;
export const NEIGHBOURS = 1 << NEIGHBOUR_BITS;

const FIRST_BITS = 8;
const TWO_32 = 4294967296;
// Bound at module scope: inside jest's vm contexts global look-ups in hot loops cost 18x (nodejs/node#31658).
const floor = Math.floor;
const imul = Math.imul;

export class PageTable {
  private readonly arena: Arena;
  private readonly header: number;
  /** Told of a page whose entry comes, goes or changes, before it does. */
  private readonly changes: (page: number) => void;
  private state: PageTableState;

  constructor(arena: Arena, header: number, changes: (page: number) => void) {
    this.arena = arena;
    this.header = header;
    this.changes = changes;
    this.state = { base: arena.takeFixed(PAGE_ENTRY_BYTES << FIRST_BITS), bits: FIRST_BITS, count: 0, grown: false };
    this.clear();
  }

  toState(): PageTableState { return this.state; }

  /** The arena holds the entries; frames, and the table itself if it has grown, lie `shift` further behind than they say. */
  restore(state: PageTableState, shift: number): void {
    this.state = state.grown ? { ...state, base: state.base + shift } : state;
    if (shift === 0) return;
    this.writeHeader();
    const { u32 } = this.arena;
    const first = this.state.base >>> 2;
    for (let i = first; i < first + 4 * this.entries; i += 4) if (u32[i + 1] !== NO_PAGE) u32[i + 2]! += shift;
  }

  get size(): number { return this.state.count; }

  has(page: number): boolean {
    return this.arena.u32[this.find(page) + 1] !== NO_PAGE;
  }

  get(page: number): PageEntry | undefined {
    const i = this.find(page);
    const { u32 } = this.arena;
    if (u32[i + 1] === NO_PAGE) return undefined;
    return { slot: this.arena.slotAt(u32[i + 2]!), writable: (u32[i + 3]! & 1) === 1, home: u32[i + 3]! >>> 1 };
  }

  /** Host offset of the page's first byte, or -1 if there is no entry, or none with the right to store and that is asked for. */
  offsetOf(page: number, write: boolean): number {
    const i = this.find(page);
    const { u32 } = this.arena;
    return u32[i + 1] === NO_PAGE || (write && (u32[i + 3]! & 1) === 0) ? -1 : u32[i + 2]!;
  }

  /** Node whose memory holds the frame of a page that has an entry. */
  homeOf(page: number): number {
    return this.arena.u32[this.find(page) + 3]! >>> 1;
  }

  set(page: number, { slot, writable, home }: PageEntry): void {
    if (2 * this.state.count >= this.entries) this.grow();
    const i = this.find(page);
    const { u32 } = this.arena;
    if (u32[i + 1] === NO_PAGE) this.state.count++;
    this.changes(page);
    u32[i] = page >>> 0;
    u32[i + 1] = floor(page / TWO_32);
    u32[i + 2] = this.arena.slotOffset(slot);
    u32[i + 3] = 2 * home + (writable ? 1 : 0);
  }

  delete(page: number): boolean {
    let hole = this.find(page);
    const { u32 } = this.arena;
    if (u32[hole + 1] === NO_PAGE) return false;
    this.changes(page);
    this.state.count--;
    // Entries behind the hole that a search would no longer reach move into it.
    const mask = 4 * this.entries - 1;
    const first = this.state.base >>> 2;
    for (let i = hole; ;) {
      i = first + ((i - first + 4) & mask);
      if (u32[i + 1] === NO_PAGE) break;
      const wanted = first + 4 * this.hash(u32[i]!, u32[i + 1]!);
      if (((i - wanted) & mask) < ((i - hole) & mask)) continue;
      u32.copyWithin(hole, i, i + 4);
      hole = i;
    }
    u32[hole + 1] = NO_PAGE;
    return true;
  }

  private get entries(): number { return 1 << this.state.bits; }

  /** Index into `u32` of the page's entry, or of the empty one where it would be. */
  private find(page: number): number {
    const low = page >>> 0;
    const high = floor(page / TWO_32);
    const { u32 } = this.arena;
    const first = this.state.base >>> 2;
    const mask = 4 * this.entries - 1;
    let i = 4 * this.hash(low, high);
    while ((u32[first + i] !== low || u32[first + i + 1] !== high) && u32[first + i + 1] !== NO_PAGE) i = (i + 4) & mask;
    return first + i;
  }

  private hash(low: number, high: number): number {
    return ((imul((low ^ imul(high, HASH_HIGH)) >>> NEIGHBOUR_BITS, HASH_LOW) >>> (32 - this.state.bits)) & -NEIGHBOURS) | (low & (NEIGHBOURS - 1));
  }

  private grow(): void {
    const { arena, entries, state: { base } } = this;
    this.state.bits++;
    this.state.base = arena.takeTable(this.entries * PAGE_ENTRY_BYTES);
    this.clear();
    const { u32 } = arena;
    for (let i = base >>> 2; i < (base >>> 2) + 4 * entries; i += 4) {
      if (u32[i + 1] !== NO_PAGE) u32.copyWithin(this.find(u32[i]! + u32[i + 1]! * TWO_32), i, i + 4);
    }
    if (this.state.grown) arena.freeTable(base, entries * PAGE_ENTRY_BYTES);
    this.state.grown = true;
  }

  private clear(): void {
    const { u32 } = this.arena;
    for (let i = this.state.base >>> 2; i < (this.state.base >>> 2) + 4 * this.entries; i += 4) u32[i + 1] = NO_PAGE;
    this.writeHeader();
  }

  private writeHeader(): void {
    const { u32 } = this.arena;
    u32[this.header >>> 2] = this.state.base;
    u32[(this.header >>> 2) + 1] = 32 - this.state.bits;
  }
}
