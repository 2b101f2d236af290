// The memory a core sees: rights from its node's page table, timing from L1 tables, TLBs and line coherence.
// An access checks the rights to all its pages before any cache effect (SEMANTICS 6); a hit in the core's own L1 costs
// nothing beyond its instruction; a load that misses takes the right to store from its holder, a store that misses takes
// the line from all others (SEMANTICS 16).
import { bitsFor } from '../../base/bits.js';
import type { Arena } from './arena.js';
import { AccessCounts, type Accesses } from './accesses.js';
import { Caches, FREE } from './caches.js';
import { CLASS, classesOf, ContendedCores, CoreClock, coreLayout, NODE_CLASS, type CoreLayout } from './core-block.js';
import { Costs, type Waits } from './costs.js';
import { LineTables } from './lines.js';
import { PageCounts } from './page-counts.js';
import { PAGE_HEADER_BYTES, PageTable, type PageTableState } from './page-table.js';
import type { CacheSpec, CoreSpec, MemorySpec } from './spec.js';
import { Streams } from './streams.js';

// Bound at module scope: inside jest's vm contexts global look-ups in hot loops cost 18x (nodejs/node#31658).
const toBigInt = BigInt;

export interface MemoryShape {
  /** Cores of each node; cores are numbered through, node by node. */
  readonly coresOf: readonly number[];
  readonly core: CoreSpec;
  readonly memory: MemorySpec;
  /** null: there is none but L1. */
  readonly caches: CacheSpec | null;
  /** Hops from the node of the row to the node of the column. */
  readonly hops: readonly (readonly number[])[];
  /** Cores of other nodes can hold lines of this node's frames. */
  readonly sharedLines: boolean;
  /** A core runs finer slices after it took a line that its holder got less than this long ago (SEMANTICS 3). */
  readonly contentionWindowPs: number;
  /** Guest addresses outside [low, high) trap. */
  readonly low: number;
  readonly high: number;
}

/** For debuggers. Told of what goes through `touch` and `writeBytes`, as all accesses of the reference engine do. */
export interface MemoryWatch {
  touched(core: number, address: number, bytes: number, write: boolean): void;
  /** A store has changed what memory holds. */
  changed(address: number, bytes: number): void;
}

/** Simulated state that does not lie in the arena. */
export interface MemoryState {
  readonly tables: readonly PageTableState[];
  /** Of each node, by page: line misses that no TLB entry counts any more. */
  readonly misses: readonly Map<number, number>[];
  /** Of each node for each node. */
  readonly waits: readonly Waits[];
}

/** Wants to know when code that it has translated may have changed. */
export interface CodeWatcher {
  /** Bytes are about to change. */
  stored(address: number, bytes: number): void;
  /** The node's table is about to change in the page's entry. */
  pageChanged(node: number, page: number): void;
}

export class MemorySystem {
  readonly lines: LineTables;
  readonly tables: readonly PageTable[];
  readonly clocks: readonly CoreClock[];
  /** Where a core's block has what. */
  readonly coreLayout: CoreLayout;
  readonly costs: Costs;
  readonly caches: Caches | null;
  readonly contended: ContendedCores;
  /** Where the headers of the nodes' page tables lie, one after another. */
  readonly tableHeaders: number;
  readonly shape: MemoryShape;
  /** An engine that has translated guest code. */
  codeWatcher: CodeWatcher | undefined;
  /** The page that the last refused access lacked. */
  missingPage = 0;
  watch: MemoryWatch | undefined;

  private readonly arena: Arena;
  private readonly lineShift: number;
  private readonly pageShift: number;
  private readonly pageMask: number;
  private readonly counts: AccessCounts;
  private readonly streams: Streams;
  /** Of each node: line misses that no TLB entry counts any more. */
  private pageMisses: readonly PageCounts[];
  /** Of each core, its node; of each node, its first core, and after the last the number of all. */
  readonly nodeOf: readonly number[];
  private readonly firstCore: readonly number[];

  constructor(arena: Arena, shape: MemoryShape) {
    this.arena = arena;
    this.shape = shape;
    this.coreLayout = coreLayout(shape.core, shape.caches, shape.coresOf.length);
    this.lines = new LineTables(arena, shape.core, this.coreLayout);
    this.streams = new Streams(arena);
    this.costs = new Costs(arena, shape);
    this.counts = new AccessCounts(arena, this.costs, shape.sharedLines);
    this.nodeOf = shape.coresOf.flatMap((cores, node) => new Array<number>(cores).fill(node));
    this.firstCore = shape.coresOf.reduce((first, cores) => [...first, first.at(-1)! + cores], [0]);
    this.contended = new ContendedCores(arena);
    this.tableHeaders = arena.takeFixed(PAGE_HEADER_BYTES * shape.coresOf.length);
    this.tables = shape.coresOf.map((_, node) => (
      new PageTable(arena, this.tableHeaders + PAGE_HEADER_BYTES * node, (page) => this.forgetFast(node, page))));
    this.pageMisses = shape.coresOf.map(() => new PageCounts());
    this.clocks = this.nodeOf.map((_, core) => new CoreClock(arena, core));
    this.lineShift = bitsFor(shape.core.lineBytes);
    this.pageShift = bitsFor(arena.shape.pageBytes);
    this.pageMask = arena.shape.pageBytes - 1;
    const { nodeOf, firstCore, lines, clocks, contended, streams } = this;
    this.caches = shape.caches && new Caches({
      arena, spec: shape.caches, lineBytes: shape.core.lineBytes, layout: this.coreLayout, lines, clocks, contended,
      contentionWindowPs: shape.contentionWindowPs, streams, nodeOf, firstCore, sharedLines: shape.sharedLines,
    });
  }

  toState(): MemoryState {
    return { misses: this.pageMisses.map((misses) => misses.toMap()), tables: this.tables.map((table) => table.toState()), waits: this.costs.toState() };
  }

  /** The arena holds its part already, with slots `shift` further behind than its page tables say. */
  restore({ tables, waits, misses }: MemoryState, shift: number): void {
    this.pageMisses = misses.map((each) => PageCounts.from(each));
    this.costs.restore(waits);
    this.tables.forEach((table, node) => table.restore(tables[node]!, shift));
    this.lines.fast.clearAll();
  }

  pageOf(address: number): number {
    return Math.floor(address / 2 ** this.pageShift);
  }

  bytesToPageEnd(address: number): number {
    return this.pageMask + 1 - (address & this.pageMask);
  }

  /** Whether the guest may address these bytes at all. */
  addressable(address: number, bytes: number): boolean {
    return address >= this.shape.low && address + bytes <= this.shape.high;
  }

  /**
   * Host offset of the byte at `address` for an instruction fetch, or -1 (`missingPage` says which page lacks).
   * Fetches have no cache, TLB or cycle effect (SEMANTICS 10).
   */
  fetch(core: number, address: number): number {
    const page = this.pageOf(address);
    const frame = this.tableOf(core).offsetOf(page, false);
    if (frame >= 0) return frame + (address & this.pageMask);
    this.missingPage = page;
    return -1;
  }

  /** Whether the core's node has the right to all pages of the access; else `missingPage` is the lowest that lacks. */
  permits(core: number, address: number, bytes: number, write: boolean): boolean {
    const table = this.tableOf(core);
    const last = this.pageOf(address + bytes - 1);
    for (let page = this.pageOf(address); page <= last; page++) {
      if (table.offsetOf(page, write) >= 0) continue;
      this.missingPage = page;
      return false;
    }
    return true;
  }

  /** Cache, TLB and counter effects of an access to which the core has the right. */
  touch(core: number, address: number, bytes: number, write: boolean): void {
    this.watch?.touched(core, address, bytes, write);
    const lineBytes = this.shape.core.lineBytes;
    const first = Math.floor(address / lineBytes);
    const last = Math.floor((address + bytes - 1) / lineBytes);
    for (let line = first; line <= last; line++) this.touchLine(core, line, write);
  }

  /** Whether the access would take a line, or the right to store to it, from another core. */
  takes(core: number, address: number, bytes: number, write: boolean): boolean {
    const lineBytes = this.shape.core.lineBytes;
    const last = Math.floor((address + bytes - 1) / lineBytes);
    for (let line = Math.floor(address / lineBytes); line <= last; line++) if (this.takesLine(core, line, write)) return true;
    return false;
  }

  private takesLine(core: number, line: number, write: boolean): boolean {
    const { lines } = this;
    if (lines.holds(core, line) && (!write || lines.writable(core, line))) return false;
    const { first, end } = this.sharers(core);
    for (let other = first; other < end; other++) {
      if (other !== core && lines.holds(other, line) && (write || lines.writable(other, line))) return true;
    }
    return false;
  }

  /** Host offset of a byte that the core's node holds or maps. */
  hostOffset(core: number, address: number): number {
    return this.tableOf(core).offsetOf(this.pageOf(address), false) + (address & this.pageMask);
  }

  /** Little-endian; the core has the right to all the bytes. */
  readBytes(core: number, address: number, bytes: number): bigint {
    const { u8, u32, u64 } = this.arena;
    const host = this.hostOffset(core, address);
    if (address % bytes === 0) {
      // Host offsets reach beyond 2^31: a signed shift would make them negative.
      if (bytes === 8) return u64[host >>> 3]!;
      if (bytes === 4) return toBigInt(u32[host >>> 2]!);
      if (bytes === 1) return toBigInt(u8[host]!);
    }
    let value = 0n;
    for (let i = bytes - 1; i >= 0; i--) value = (value << 8n) | toBigInt(u8[this.hostOffset(core, address + i)]!);
    return value;
  }

  writeBytes(core: number, address: number, bytes: number, value: bigint): void {
    if (this.watch && this.readBytes(core, address, bytes) !== value) this.watch.changed(address, bytes);
    this.codeWatcher?.stored(address, bytes);
    const { u8, u64 } = this.arena;
    if (bytes === 8 && address % 8 === 0) {
      const host = this.hostOffset(core, address);
      this.arena.stored(host, 8);
      u64[host >>> 3] = value;
      return;
    }
    let rest = value;
    for (let i = 0; i < bytes; i++) {
      const host = this.hostOffset(core, address + i);
      this.arena.stored(host, 1);
      u8[host] = Number(rest & 0xffn);
      rest >>= 8n;
    }
  }

  /** Takes the page, or the right to store to it, from the node's cores. */
  shootDown(node: number, page: number, keepReadable: boolean): void {
    const { caches } = this;
    if (caches) {
      const linesPerPage = (this.pageMask + 1) / this.shape.core.lineBytes;
      caches.shootDown(node, page * linesPerPage, (page + 1) * linesPerPage, keepReadable);
    }
    for (let core = this.firstCore[node]!; core < this.firstCore[node + 1]!; core++) {
      if (caches) this.lines.forgetFast(core, page);
      else this.lines.shootDownLines(core, page, keepReadable);
      if (!keepReadable) this.addMisses(node, page, this.lines.dropTlb(core, page));
    }
  }

  /** The cores, from `first` up to before `end`, that can hold a line which the core wants. */
  sharers(core: number): { readonly first: number; readonly end: number } {
    if (this.shape.sharedLines) return { first: 0, end: this.clocks.length };
    const node = this.nodeOf[core]!;
    return { first: this.firstCore[node]!, end: this.firstCore[node + 1]! };
  }

  /**
   * What the core's accesses beyond L1 were since this was last asked, and what they cost; undefined if there were none. For
   * whoever books a slice.
   */
  takeAccesses(core: number): Accesses | undefined { return this.counts.take(core, this.nodeOf[core]!); }

  /** Of accesses that are not booked: their time, and the whole cycles that they are charged to the slice's budget. */
  unbookedPs(core: number): number { return this.counts.ps(core, this.nodeOf[core]!); }
  unbookedCycles(core: number): number { return this.counts.cycles(core, this.nodeOf[core]!); }

  /**
   * How long a line from the memory of `target` takes a core of `node` beyond its unloaded latency, in integer ps. To be set
   * between slices of the node's cores, for it holds for all that they have not booked.
   */
  setWaits(node: number, target: number, controllerPs: number, linkPs: number): void {
    const sound = (ps: number): boolean => Number.isSafeInteger(ps) && ps >= 0;
    if (!sound(controllerPs) || !sound(linkPs) || (node === target && linkPs !== 0)) {
      throw new Error(`waits of node ${node} for node ${target}: ${controllerPs} and ${linkPs} ps`);
    }
    this.costs.setWaits(node, target, { controllerPs, linkPs });
  }

  waitsOf(node: number, target: number): Waits { return this.costs.waitsOf(node, target); }

  /** Line misses on the page by the node's cores since `forgetMisses`. */
  harvestMisses(node: number, page: number): number {
    for (let core = this.firstCore[node]!; core < this.firstCore[node + 1]!; core++) {
      this.addMisses(node, page, this.lines.harvest(core, page));
    }
    return this.pageMisses[node]!.get(page);
  }

  forgetMisses(node: number, page: number): void {
    this.pageMisses[node]!.clear(page);
  }

  /** The node's table no longer says of the page what its cores' fast tags stand for. */
  private forgetFast(node: number, page: number): void {
    for (let core = this.firstCore[node]!; core < this.firstCore[node + 1]!; core++) this.lines.forgetFast(core, page);
    this.codeWatcher?.pageChanged(node, page);
  }

  private tableOf(core: number): PageTable {
    return this.tables[this.nodeOf[core]!]!;
  }

  /** Adds line misses that a core of the node has counted. */
  addMisses(node: number, page: number, count: number): void {
    if (count > 0) this.pageMisses[node]!.add(page, count);
  }

  private touchLine(core: number, line: number, write: boolean): void {
    const { lines } = this;
    const hit = lines.holds(core, line);
    if (hit && (!write || lines.writable(core, line))) return;
    const node = this.nodeOf[core]!;
    const page = Math.floor(line / 2 ** (this.pageShift - this.lineShift));
    if (this.caches) {
      this.fetchLine(this.caches, core, line, write, hit);
      return;
    }
    const supplier = this.takeFromOthers(core, line, write);
    if (hit) lines.setWritable(core, line, true);
    else lines.fill(core, line, write, this.clocks[core]!.timePs);
    if (hit && supplier < 0) return;
    // A store that takes the line from other readers is a miss like any other, to the TLB and to the page's count too.
    if (!lines.countMiss(core, page, (old, misses) => this.addMisses(node, old, misses))) this.counts.add(core, CLASS.tlb);
    const home = supplier >= 0 ? this.nodeOf[supplier]! : this.tables[node]!.homeOf(page);
    if (supplier >= 0) {
      this.counts.add(core, home === node ? CLASS.near : classesOf(home) + NODE_CLASS.far);
    } else {
      this.counts.add(core, classesOf(home) + (this.streams.follow(core, line) ? NODE_CLASS.stream : NODE_CLASS.memory) + (write ? 1 : 0));
    }
  }

  /** The same where there are caches behind L1. */
  private fetchLine(caches: Caches, core: number, line: number, write: boolean, hit: boolean): void {
    const { lines } = this;
    const node = this.nodeOf[core]!;
    const page = Math.floor(line / 2 ** (this.pageShift - this.lineShift));
    const of = caches.fetch(core, line, this.tables[node]!.homeOf(page), write, hit);
    if (hit) lines.setWritable(core, line, true);
    else lines.fill(core, line, write || caches.mayStore(core, line), this.clocks[core]!.timePs);
    if (of === FREE) return;
    if (!lines.countMiss(core, page, (old, misses) => this.addMisses(node, old, misses))) this.counts.add(core, CLASS.tlb);
    this.counts.add(core, of);
  }

  /** An access that another node has asked for is made by the node's kernel: what its cores hold of the lines ends. */
  serve(node: number, address: number, bytes: number, write: boolean): void {
    const { lineBytes } = this.shape.core;
    const last = Math.floor((address + bytes - 1) / lineBytes);
    for (let line = Math.floor(address / lineBytes); line <= last; line++) {
      if (this.caches) this.caches.serve(node, line, write);
      else this.serveLine(node, line, write);
    }
  }

  /** What a core holds is out of date after a store, and no longer its alone after a load. */
  private serveLine(node: number, line: number, write: boolean): void {
    const { lines } = this;
    for (let core = this.firstCore[node]!; core < this.firstCore[node + 1]!; core++) {
      if (!lines.holds(core, line)) continue;
      if (write) lines.drop(core, line);
      else lines.setWritable(core, line, false);
    }
  }

  /** Ends other cores' rights that this access conflicts with; returns the core that hands the line over, or -1. */
  private takeFromOthers(core: number, line: number, write: boolean): number {
    const { lines } = this;
    const { first, end } = this.sharers(core);
    let supplier = -1;
    for (let other = first; other < end; other++) {
      if (other === core || !lines.holds(other, line)) continue;
      const owned = lines.writable(other, line);
      if (!write && !owned) continue;
      if (supplier < 0 || owned) supplier = other;
      if (lines.filledAtPs(other, line) + this.shape.contentionWindowPs >= this.clocks[core]!.timePs) {
        this.contended.add(core);
        this.contended.add(other);
      }
      if (write) lines.drop(other, line);
      else lines.setWritable(other, line, false);
    }
    return supplier;
  }
}
