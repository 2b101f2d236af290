// What functions that touch lines ahead have in common: where the streams of a loop are, and how far its turns may go.
import type { Arena } from '../../machine/arena.js';
import { CORE_TIME } from '../../machine/core-block.js';
import type { MemorySystem } from '../../machine/memory.js';
import { Code } from './encode.js';
import { RUN, type EngineLayout } from './layout.js';
import { F64, I32, I64, op } from './opcodes.js';

/** Loops with more streams do without. */
export const MOST_AHEAD = 4;
/** Yielded where streams lie too near to one another in L1: asking again for the next turns is in vain. AheadClash yields it too. */
export const TOO_NEAR = -1;
/** Bits for each stream of the parameter behind their addresses: whether it stores, and whether it does so first. */
export const STORES = 1;
export const STORES_FIRST = 16;

/** Lines of two streams that must lie between them in L1: then they are no neighbours for the table of streams either. */
const GAP_LINES = 2;
/** Line of its page at which the first stream makes the host read ahead, and lines of each next page that it reads. */
const PREFETCH_AT = 20;
const PREFETCH_LINES = 4;
/** As many as that are never asked for. */
export const MOST_TURNS = 2 ** 16;

/** (i64 address of each stream, i32 how, i32 turns in a line as a power of 2, i64 turns at most, i64 cost of a turn, i64 spent) */
export function aheadParams(streams: number): readonly number[] {
  return [...new Array<number>(streams).fill(I64), I32, I32, I64, I64, I64];
}

export function aheadName(streams: number): string {
  return `ahead${streams}`;
}

/** The function for two streams in the same sets; its place among those by the number of streams. */
export const AHEAD_CLASH = 'aheadClash';
export const CLASH = 0;

export interface AheadStream {
  readonly address: number;
  /** i64: its first line; its page. */
  readonly line: number;
  readonly page: number;
  /** i32: turns of its first line that are over. */
  readonly within: number;
}

/** -> i32 turns whose lines have all been touched, 0, or TOO_NEAR. */
export abstract class AheadCode {
  readonly code: Code;
  protected readonly layout: EngineLayout;
  protected readonly arena: Arena;
  protected readonly memory: MemorySystem;
  protected readonly streams: readonly AheadStream[];
  protected readonly how: number;
  protected readonly shift: number;
  protected readonly cost: number;
  protected readonly spent: number;
  protected readonly turns: number;
  protected readonly core: number;
  protected readonly tags: number;
  protected readonly at: number;
  protected readonly i: number;
  protected readonly limit: number;
  protected readonly time: number;
  /** Lines that differ modulo this have nothing to do with one another: what a cache puts out for a line is equal to it modulo its sets. */
  private readonly sets: number;
  private readonly lookUp: number;
  private readonly most: number;

  constructor(count: number, layout: EngineLayout, arena: Arena, memory: MemorySystem, lookUp: number) {
    const code = new Code(count + 5);
    this.code = code;
    this.layout = layout;
    this.arena = arena;
    this.memory = memory;
    this.lookUp = lookUp;
    const { caches, coreLayout: { l2Sets }, shape: { core } } = memory;
    this.sets = Math.min(core.l1Sets, l2Sets || core.l1Sets, ...(caches?.llc ?? []).map(({ sets }) => sets));
    [this.how, this.shift, this.most, this.cost, this.spent] = [count, count + 1, count + 2, count + 3, count + 4];
    [this.turns, this.core, this.tags, this.i, this.at] = [code.local(I32), code.local(I32), code.local(I32), code.local(I32), code.local(I32)];
    this.limit = code.local(I64);
    this.time = code.local(F64);
    this.streams = Array.from({ length: count }, (_, address) => (
      { address, line: code.local(I64), page: code.local(I64), within: code.local(I32) }));
  }

  /** Where the streams are, and turns that stay within their pages and apart from one another; to `no` if there are none. */
  protected begin(no: number): void {
    const { code, streams } = this;
    this.start();
    for (const stream of streams) this.place(stream, no);
    streams.forEach((stream, i) => streams.slice(0, i).forEach((other) => this.apart(stream, other)));
    // A stream does not come back to its own sets.
    code.i32(this.sets - 1).get(this.shift).op(op.i32Shl).tee(this.at).op(op.i32Eqz).brIf(no);
    this.atMost(this.at);
  }

  /** What the run block says. */
  protected start(): void {
    const { code, most } = this;
    this.run(RUN.coreBlock).set(this.core);
    this.run(RUN.fastTags).set(this.tags);
    code.get(most).i64(BigInt(MOST_TURNS)).get(most).i64(BigInt(MOST_TURNS)).op(op.i64LtU).op(op.select).op(op.i32WrapI64).set(this.turns);
    code.i32(0).memory(op.i64Load, this.layout.run + RUN.limit).set(this.limit);
    code.get(this.core).memory(op.f64Load, CORE_TIME).set(this.time);
  }

  /**
   * Once in a page of the first stream reads what comes first in the next page of each: the host's caches then have it, and the
   * entries of the page table, when the streams get there.
   */
  protected prefetch(): void {
    const { code, streams, at, layout } = this;
    const [first] = streams as [AheadStream];
    const lines = 2 ** (layout.pageShift - layout.lineShift);
    code.i32(PREFETCH_AT).get(first.line).op(op.i32WrapI64).op(op.i32Sub).i32(lines - 1).op(op.i32And);
    this.pushLines(first).op(op.i32LtU).open(op.if);
    for (const { page } of streams) {
      code.get(page).i64(1n).op(op.i64Add).call(this.lookUp).tee(at).open(op.if);
      code.get(at).memory(op.i32Load, 8).set(at);
      for (let line = 0; line < PREFETCH_LINES; line++) code.get(at).memory(op.i32Load, line << layout.lineShift).op(op.drop);
      code.end();
    }
    code.end();
  }

  protected run(field: number): Code {
    return this.code.i32(0).memory(op.i32Load, this.layout.run + field);
  }

  /** Where the stream is; its turns end with its page. */
  protected place({ address, line, page, within }: AheadStream, no: number): void {
    const { code, layout, shift } = this;
    const { low, high } = this.memory.shape;
    const pageBytes = 2 ** layout.pageShift;
    const linesInPage = 2 ** (layout.pageShift - layout.lineShift);
    code.get(address).i64(BigInt(layout.lineShift)).op(op.i64ShrU).set(line);
    code.get(address).i64(BigInt(layout.pageShift)).op(op.i64ShrU).set(page);
    // Pages that only a part of can be addressed.
    if (low % pageBytes !== 0) code.get(page).i64(BigInt(Math.floor(low / pageBytes))).op(op.i64Eq).brIf(no);
    if (high % pageBytes !== 0) code.get(page).i64(BigInt(Math.floor(high / pageBytes))).op(op.i64Eq).brIf(no);
    // Bytes of a turn that lie in two lines: not where each begins at a multiple of the stride.
    code.get(address).op(op.i32WrapI64).i32(2 ** layout.lineShift - 1).op(op.i32And).tee(this.at);
    code.i32(layout.lineShift).get(shift).op(op.i32Sub).tee(this.i).op(op.i32ShrU).tee(within).get(this.i).op(op.i32Shl).get(this.at);
    code.op(op.i32Ne).brIf(no);
    code.i32(linesInPage).get(line).op(op.i32WrapI64).i32(linesInPage - 1).op(op.i32And).op(op.i32Sub).get(shift).op(op.i32Shl);
    code.get(within).op(op.i32Sub).set(this.at);
    this.atMost(this.at);
  }

  /** No more turns than an i32 local says. */
  protected atMost(local: number): void {
    const { code, turns } = this;
    code.get(local).get(turns).get(local).get(turns).op(op.i32LtU).op(op.select).set(turns);
  }

  /** Their turns end before one comes near to the other. */
  protected apart(a: AheadStream, b: AheadStream): void {
    const { code, at, i, sets } = this;
    code.get(a.line).get(b.line).op(op.i64Sub).op(op.i32WrapI64).i32(sets - 1).op(op.i32And).tee(at);
    code.i32(sets).get(at).op(op.i32Sub).tee(i).get(at).get(i).op(op.i32LtU).op(op.select);
    code.i32(GAP_LINES + 1).op(op.i32Sub).tee(at).i32(1).op(op.i32LtS).open(op.if);
    code.i32(TOO_NEAR).op(op.return).end();
    code.get(at).get(this.shift).op(op.i32Shl).set(at);
    this.atMost(at);
  }

  /** Pushes the lines that the stream touches in these turns. */
  protected pushLines({ within }: AheadStream): Code {
    return this.code.get(within).get(this.turns).op(op.i32Add).i32(1).op(op.i32Sub).get(this.shift).op(op.i32ShrU).i32(1).op(op.i32Add);
  }

  protected pushSet(line: number): Code {
    return this.code.get(line).op(op.i32WrapI64).i32(this.memory.shape.core.l1Sets - 1).op(op.i32And);
  }

  protected pushStores(i: number): Code {
    return this.code.get(this.how).i32(STORES << i).op(op.i32And);
  }
}
