// The caches behind L1: an L2 for each core, if there are any, and a last-level cache (LLC) for each node. Each contains what the
// ones before it hold: a line that leaves the LLC leaves the L2s and L1s of its node. Where lines are shared between nodes, the
// LLCs keep them coherent; else a node never looks at another.
//
// L2: the flag of a line is the right to store to it; the L1 that has the line says the same. LLC: the flag is that other nodes
// may have the line; the notes are the core that may hold it, plus one, or SEVERAL; and WRITTEN since it came, of lines that are
// shared. Who holds a line may be fewer than noted, for caches drop lines without telling.
import type { Arena } from './arena.js';
import { CLASS, classesOf, NODE_CLASS, type ContendedCores, type CoreClock, type CoreLayout } from './core-block.js';
import type { LineTables } from './lines.js';
import type { CacheSpec } from './spec.js';
import type { Streams } from './streams.js';
import { WaySets } from './ways.js';

export const HOLDER = 0xffff;
export const SEVERAL = 0xffff;
export const WRITTEN = 0x10000;
/** In place of a class: the access costs nothing. */
export const FREE = -1;

const NOT_HELD = 0;
const READABLE = 1;
const WRITABLE = 2;

export interface CacheParts {
  readonly arena: Arena;
  readonly spec: CacheSpec;
  readonly lineBytes: number;
  readonly layout: CoreLayout;
  readonly lines: LineTables;
  readonly clocks: readonly CoreClock[];
  readonly contended: ContendedCores;
  readonly contentionWindowPs: number;
  readonly streams: Streams;
  readonly nodeOf: readonly number[];
  readonly firstCore: readonly number[];
  readonly sharedLines: boolean;
}

/** Sets of a node's LLC. */
export function llcSets({ llcBytesPerCore }: CacheSpec, lineBytes: number, cores: number): number {
  const wanted = (llcBytesPerCore * cores) / (4 * lineBytes);
  let sets = 1;
  while (sets < wanted) sets *= 2;
  return sets;
}

export class Caches {
  /** Of each core; none of them where there is no L2. */
  readonly l2: readonly WaySets[];
  /** Of each node. */
  readonly llc: readonly WaySets[];
  private readonly parts: CacheParts;

  constructor(parts: CacheParts) {
    const { arena, spec, lineBytes, layout, nodeOf, firstCore } = parts;
    this.parts = parts;
    this.l2 = layout.l2Sets === 0 ? [] : nodeOf.map((_, core) => new WaySets(arena, arena.coreOffset(core) + layout.l2, layout.l2Sets, false));
    this.llc = firstCore.slice(1).map((end, node) => {
      const sets = llcSets(spec, lineBytes, end - firstCore[node]!);
      return new WaySets(arena, arena.takeFixed(WaySets.bytes(sets, true)), sets, true);
    });
  }

  /** Whether the core's L2 has the line with the right to store. */
  mayStore(core: number, line: number): boolean {
    const at = this.l2[core]?.find(line) ?? -1;
    return at >= 0 && (this.parts.arena.u32[at]! & 1) === 1;
  }

  /**
   * The line comes to a core whose L1 lacks it, or, where it is a `hit`, lacks the right to store that is wanted. Returns the
   * class of the access, or FREE. L1 is the caller's, but for lines that go out of the other caches.
   */
  fetch(core: number, line: number, home: number, write: boolean, hit: boolean): number {
    const { arena: { u32 }, nodeOf } = this.parts;
    const node = nodeOf[core]!;
    const mine = this.l2[core]?.use(line) ?? -1;
    if (mine >= 0 && (!write || (u32[mine]! & 1) === 1)) return CLASS.l2;
    const entry = this.llc[node]!.use(line);
    if (mine >= 0 || hit) {
      // It lacks the right to store alone.
      const taken = this.takeFromAll(core, node, line, entry);
      if (mine >= 0) u32[mine]! |= 1;
      return taken !== FREE || hit ? taken : CLASS.l2;
    }
    const of = entry < 0 ? this.fetchFromBeyond(core, node, line, home, write) : write ? this.takeFromAll(core, node, line, entry)
      : this.share(core, line, entry);
    const out = this.l2[core]?.insert(line, write);
    if (out) this.dropFromL1(core, out.line);
    return of === FREE ? CLASS.llc : of;
  }

  /** Drops the page's lines from the node, or the rights to store to them. */
  shootDown(node: number, firstLine: number, endLine: number, keepReadable: boolean): void {
    const { u32 } = this.parts.arena;
    const llc = this.llc[node]!;
    for (const line of llc.linesIn(firstLine, endLine)) {
      const entry = llc.find(line);
      this.endRights(node, line, entry, keepReadable);
      if (keepReadable) u32[entry + 4]! &= ~WRITTEN;
      else llc.remove(line);
    }
  }

  /** The node's kernel loads from the line, or stores to it: its cores may no longer store, or no longer hold it. */
  serve(node: number, line: number, write: boolean): void {
    const { u32 } = this.parts.arena;
    const entry = this.llc[node]!.find(line);
    if (entry < 0) return;
    this.endRights(node, line, entry, !write);
    if (write) u32[entry + 4] = this.parts.sharedLines ? WRITTEN : 0;
  }

  /** A core reads a line that the LLC of its node has. */
  private share(core: number, line: number, entry: number): number {
    const { u32 } = this.parts.arena;
    const holder = u32[entry + 4]! & HOLDER;
    if (holder === SEVERAL) return CLASS.llc;
    const held = holder === 0 || holder === core + 1 ? NOT_HELD : this.holding(holder - 1, line);
    this.setHolder(entry, held === NOT_HELD ? core + 1 : SEVERAL);
    if (held !== WRITABLE) return CLASS.llc;
    this.endStores(core, holder - 1, line);
    return CLASS.near;
  }

  /** A core is to store to a line that the LLC of its node has: nobody else holds it then. The class of that, or FREE. */
  private takeFromAll(core: number, node: number, line: number, entry: number): number {
    const { arena: { u32 }, sharedLines } = this.parts;
    let most = NOT_HELD;
    for (const other of this.holders(node, u32[entry + 4]!)) {
      if (other !== core) most = Math.max(most, this.drop(core, other, line));
    }
    let from = -1;
    if ((u32[entry]! & 1) === 1) {
      for (let other = this.llc.length - 1; other >= 0; other--) if (other !== node && this.dropFromNode(core, other, line)) from = other;
    }
    u32[entry]! &= ~1;
    u32[entry + 4] = (core + 1) | (sharedLines ? WRITTEN : 0);
    if (from >= 0) return classesOf(from) + NODE_CLASS.far;
    return most === WRITABLE ? CLASS.near : most === READABLE ? CLASS.llc : FREE;
  }

  /** The LLC lacks the line: it comes from where another node has written it, or from memory. */
  private fetchFromBeyond(core: number, node: number, line: number, home: number, write: boolean): number {
    const { arena: { u32 }, sharedLines, streams } = this.parts;
    let others = false;
    let writer = -1;
    for (let other = 0; sharedLines && other < this.llc.length; other++) {
      const entry = other === node ? -1 : this.llc[other]!.find(line);
      if (entry < 0) continue;
      others = true;
      const notes = u32[entry + 4]!;
      if ((notes & WRITTEN) !== 0) writer = other;
      if (write) {
        this.dropFromNode(core, other, line);
        continue;
      }
      // Only a line that was written can be somebody's to store to.
      if ((notes & WRITTEN) !== 0) for (const holder of this.holders(other, notes)) this.endStores(core, holder, line);
      u32[entry]! |= 1;
      u32[entry + 4] = notes & ~WRITTEN;
    }
    const out = this.llc[node]!.insert(line, others && !write, (core + 1) | (write && sharedLines ? WRITTEN : 0));
    if (out) for (const holder of this.holders(node, out.notes)) this.dropQuietly(holder, out.line);
    if (writer >= 0) return classesOf(writer) + NODE_CLASS.far;
    return classesOf(home) + (streams.follow(core, line) ? NODE_CLASS.stream : NODE_CLASS.memory) + (write ? 1 : 0);
  }

  /** Cores that may hold a line, by its notes. */
  private holders(node: number, notes: number): readonly number[] {
    const { firstCore } = this.parts;
    const holder = notes & HOLDER;
    if (holder === 0) return [];
    if (holder !== SEVERAL) return [holder - 1];
    return Array.from({ length: firstCore[node + 1]! - firstCore[node]! }, (_, i) => firstCore[node]! + i);
  }

  private setHolder(entry: number, holder: number): void {
    const { u32 } = this.parts.arena;
    u32[entry + 4] = (u32[entry + 4]! & ~HOLDER) | holder;
  }

  private holding(core: number, line: number): number {
    const { arena: { u32 }, lines } = this.parts;
    const l2 = this.l2[core];
    if (!l2) return !lines.holds(core, line) ? NOT_HELD : lines.writable(core, line) ? WRITABLE : READABLE;
    const at = l2.find(line);
    return at < 0 ? NOT_HELD : READABLE + (u32[at]! & 1);
  }

  /** Takes the line from a core for another; what it held. */
  private drop(thief: number, core: number, line: number): number {
    const held = this.holding(core, line);
    if (held === NOT_HELD) return held;
    this.contend(thief, core, line);
    this.dropQuietly(core, line);
    return held;
  }

  private dropQuietly(core: number, line: number): void {
    this.l2[core]?.remove(line);
    this.dropFromL1(core, line);
  }

  private dropFromL1(core: number, line: number): void {
    const { lines } = this.parts;
    if (lines.holds(core, line)) lines.drop(core, line);
  }

  /** Takes the right to store from a core, if it has it, for another that loads. */
  private endStores(thief: number, core: number, line: number): void {
    if (this.holding(core, line) !== WRITABLE) return;
    this.contend(thief, core, line);
    this.endStoresQuietly(core, line);
  }

  private endStoresQuietly(core: number, line: number): void {
    const { arena: { u32 }, lines } = this.parts;
    const at = this.l2[core]?.find(line) ?? -1;
    if (at >= 0) u32[at]! &= ~1;
    if (lines.holds(core, line)) lines.setWritable(core, line, false);
  }

  private endRights(node: number, line: number, entry: number, keepReadable: boolean): void {
    for (const core of this.holders(node, this.parts.arena.u32[entry + 4]!)) {
      if (keepReadable) this.endStoresQuietly(core, line);
      else this.dropQuietly(core, line);
    }
  }

  /** Takes the line from a node for a core of another; whether it was there. */
  private dropFromNode(thief: number, node: number, line: number): boolean {
    const llc = this.llc[node]!;
    const entry = llc.find(line);
    if (entry < 0) return false;
    for (const core of this.holders(node, this.parts.arena.u32[entry + 4]!)) this.drop(thief, core, line);
    return llc.remove(line);
  }

  /** Both cores are contended if the one got the line into its L1 not long ago. */
  private contend(thief: number, core: number, line: number): void {
    const { clocks, contended, contentionWindowPs, lines } = this.parts;
    if (!lines.holds(core, line) || lines.filledAtPs(core, line) + contentionWindowPs < clocks[thief]!.timePs) return;
    contended.add(thief);
    contended.add(core);
  }
}
