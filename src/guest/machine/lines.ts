// Simulated first-level caches and TLBs: the L1 line table and the TLB of every core, direct-mapped, in the arena.
// This is simulated state: it decides timing and statistics, and every engine must leave the same.
//
// In the core's block: for each L1 set { u32 line (low), u32 line (high), u32 writable, u32 unused, f64 fill time in ps },
// then for each TLB entry { u32 page (low), u32 page (high), u32 line misses since the last harvest, u32 unused }.
import type { Arena } from './arena.js';
import { L1_ENTRY_BYTES, STREAM_COUNT, STREAMS, TLB_ENTRY_BYTES, type CoreLayout } from './core-block.js';
import { FastTags } from './fast-tags.js';
import type { CoreSpec } from './spec.js';

const EMPTY = 0xffffffff;
/** The last line of a stream that has not begun: far from where guests have anything. */
const NO_STREAM = 0x80000000;
const TWO_32 = 4294967296;

export class LineTables {
  readonly fast: FastTags;
  private readonly arena: Arena;
  private readonly core: CoreSpec;
  private readonly layout: CoreLayout;
  private readonly linesPerPage: number;
  /** `&` takes a number modulo 2^32 first, which keeps the low bits of line and page numbers above that right. */
  private readonly setMask: number;
  private readonly tlbMask: number;

  constructor(arena: Arena, core: CoreSpec, layout: CoreLayout) {
    this.arena = arena;
    this.core = core;
    this.layout = layout;
    this.fast = new FastTags(arena, core);
    this.setMask = core.l1Sets - 1;
    this.tlbMask = core.tlbEntries - 1;
    this.linesPerPage = arena.shape.pageBytes / core.lineBytes;
    const { u32, shape: { cores } } = arena;
    for (let set = 0; set < core.l1Sets; set++) u32[this.l1Index(0, set) + 1] = EMPTY;
    for (let entry = 0; entry < core.tlbEntries; entry++) u32[this.tlbIndex(0, entry) + 1] = EMPTY;
    u32.fill(NO_STREAM, STREAMS >> 2, (STREAMS >> 2) + STREAM_COUNT);
    // The same for every core, up to L2, which is zero: many small runs begin with this.
    for (let c = 1; c < cores; c++) arena.u8.copyWithin(arena.coreOffset(c), 0, layout.l2);
  }

  /** Whether the core's L1 holds the line. */
  holds(core: number, line: number): boolean {
    const i = this.l1Index(core, line & this.setMask);
    const { u32 } = this.arena;
    return u32[i] === line >>> 0 && u32[i + 1] === Math.floor(line / TWO_32);
  }

  /** Whether it may store to the line, which it holds. */
  writable(core: number, line: number): boolean {
    return this.arena.u32[this.l1Index(core, line & this.setMask) + 2] === 1;
  }

  setWritable(core: number, line: number, writable: boolean): void {
    this.arena.u32[this.l1Index(core, line & this.setMask) + 2] = writable ? 1 : 0;
    if (!writable) this.fast.clearWrite(core, line & this.setMask);
  }

  fill(core: number, line: number, writable: boolean, nowPs: number): void {
    const i = this.l1Index(core, line & this.setMask);
    const { u32, f64 } = this.arena;
    u32[i] = line >>> 0;
    u32[i + 1] = Math.floor(line / TWO_32);
    u32[i + 2] = writable ? 1 : 0;
    f64[(i >> 1) + 2] = nowPs;
    this.fast.clear(core, line & this.setMask);
  }

  /** When the line came into the core's table. */
  filledAtPs(core: number, line: number): number {
    return this.arena.f64[(this.l1Index(core, line & this.setMask) >> 1) + 2]!;
  }

  drop(core: number, line: number): void {
    this.arena.u32[this.l1Index(core, line & this.setMask) + 1] = EMPTY;
    this.fast.clear(core, line & this.setMask);
  }

  /** Drops the page's lines, or only the right to store to them: min(lines per page, sets) sets are looked at. */
  shootDownLines(core: number, page: number, keepReadable: boolean): void {
    const first = page * this.linesPerPage;
    const { u32 } = this.arena;
    const sets = Math.min(this.linesPerPage, this.core.l1Sets);
    for (let k = 0; k < sets; k++) {
      const i = this.l1Index(core, (first + k) & this.setMask);
      if (u32[i + 1] === EMPTY) continue;
      const line = u32[i]! + u32[i + 1]! * TWO_32;
      if (line < first || line >= first + this.linesPerPage) continue;
      if (keepReadable) u32[i + 2] = 0;
      else u32[i + 1] = EMPTY;
    }
    this.forgetFast(core, page);
  }

  /** Takes the fast tags of the sets that the page's lines lie in, and its fast page. */
  forgetFast(core: number, page: number): void {
    const first = page * this.linesPerPage;
    const sets = Math.min(this.linesPerPage, this.core.l1Sets);
    for (let k = 0; k < sets; k++) this.fast.clear(core, (first + k) & this.setMask);
    this.fast.clearPage(core, page & this.tlbMask);
  }

  /**
   * Looks the page up in the core's TLB and counts a line miss on it. On a TLB miss the entry is replaced;
   * `evicted` is told of the old page and its uncollected misses.
   */
  countMiss(core: number, page: number, evicted: (page: number, misses: number) => void): boolean {
    const i = this.tlbIndex(core, page & this.tlbMask);
    const { u32 } = this.arena;
    const hit = u32[i] === page >>> 0 && u32[i + 1] === Math.floor(page / TWO_32);
    if (hit) {
      u32[i + 2]!++;
      return true;
    }
    this.fast.clearPage(core, page & this.tlbMask);
    if (u32[i + 1] !== EMPTY && u32[i + 2]! > 0) evicted(u32[i]! + u32[i + 1]! * TWO_32, u32[i + 2]!);
    u32[i] = page >>> 0;
    u32[i + 1] = Math.floor(page / TWO_32);
    u32[i + 2] = 1;
    return false;
  }

  /** Line misses on the page counted in the core's TLB since the last harvest; resets the count. */
  harvest(core: number, page: number): number {
    const i = this.tlbIndex(core, page & this.tlbMask);
    const { u32 } = this.arena;
    if (u32[i] !== page >>> 0 || u32[i + 1] !== Math.floor(page / TWO_32)) return 0;
    const misses = u32[i + 2]!;
    u32[i + 2] = 0;
    return misses;
  }

  /** Removes the page from the core's TLB; returns its uncollected misses. */
  dropTlb(core: number, page: number): number {
    const misses = this.harvest(core, page);
    const i = this.tlbIndex(core, page & this.tlbMask);
    const { u32 } = this.arena;
    if (u32[i] === page >>> 0 && u32[i + 1] === Math.floor(page / TWO_32)) {
      u32[i + 1] = EMPTY;
      this.fast.clearPage(core, page & this.tlbMask);
    }
    return misses;
  }

  private l1Index(core: number, set: number): number {
    return (this.arena.coreOffset(core) + this.layout.l1 + L1_ENTRY_BYTES * set) >> 2;
  }

  private tlbIndex(core: number, entry: number): number {
    return (this.arena.coreOffset(core) + this.layout.tlb + TLB_ENTRY_BYTES * entry) >> 2;
  }
}
