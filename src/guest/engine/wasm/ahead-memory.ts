// The lines that a loop will touch in its next turns, all of them at once: exactly what the miss path would do to them one by one.
// Streams of lines lie so far apart in L1 that none takes another's line away, and what they have in common are sums: so each is
// gone through by itself, and its lines are told from the table of streams without looking there for each.
// Only lines that nobody else holds, of pages with fast pages; where anything else comes the turns end before it.
import { bitsFor } from '../../../base/bits.js';
import type { Arena } from '../../machine/arena.js';
import { L1_ENTRY_BYTES, NODE_CLASS, STREAMS, TLB_ENTRY_BYTES } from '../../machine/core-block.js';
import { FAST_DELTA, FAST_ENTRY_BYTES, FAST_PAGE_BYTES, FAST_WRITE } from '../../machine/fast-tags.js';
import type { MemorySystem } from '../../machine/memory.js';
import { PART_SHIFT } from '../../machine/parts.js';
import { AheadCode, MOST_TURNS, STORES_FIRST, type AheadStream } from './ahead-code.js';
import type { Code } from './encode.js';
import { MARKS, RUN, type EngineLayout } from './layout.js';
import { fewCores } from './others-path.js';
import { I32, I64, op, simd, V128 } from './opcodes.js';

const VECTOR_BYTES = 16;
const LEAST_TURNS = 2;
/** More need not be known to be left of a slice: many times what all turns that are asked for can cost. */
const MOST_LEFT = 2n ** 56n;

/** A stream, and i32 locals: how many of its lines are there already, and how many must come. */
interface MemoryStream extends AheadStream {
  readonly present: number;
  readonly missing: number;
}

export class AheadFromMemory extends AheadCode {
  private readonly own: readonly MemoryStream[];
  private readonly lines: number;
  private readonly line: number;
  private readonly sum: number;
  private readonly vectors: readonly { readonly at: number; readonly now: number; readonly same: number }[];
  private readonly wanted: number;

  constructor(count: number, layout: EngineLayout, arena: Arena, memory: MemorySystem, lookUp: number) {
    super(count, layout, arena, memory, lookUp);
    const { code } = this;
    this.lines = code.local(I32);
    [this.line, this.sum] = [code.local(I64), code.local(I64)];
    this.own = this.streams.map((stream) => ({ ...stream, present: code.local(I32), missing: code.local(I32) }));
    this.vectors = [STREAMS, STREAMS + VECTOR_BYTES].map((at) => ({ at, now: code.local(V128), same: code.local(V128) }));
    this.wanted = code.local(V128);
    this.write();
  }

  private write(): void {
    const { code, own, core } = this;
    const no = code.open(op.block);
    this.begin(no);
    this.withinLimit(no);
    for (const { at, now } of this.vectors) code.get(core).vectorMemory(simd.load, at).set(now);
    own.forEach((stream, i) => this.scan(stream, i, no));
    for (const stream of own) {
      this.pushLines(stream).get(stream.present).op(op.i32Sub).tee(stream.missing);
      code.i32(0).get(stream.missing).i32(0).op(op.i32GtS).op(op.select).set(stream.missing);
    }
    // Turns within lines that are there have no need of this.
    code.get(this.turns).i32(LEAST_TURNS).op(op.i32LtU).brIf(no);
    own.forEach(({ missing }, i) => {
      code.get(missing);
      if (i > 0) code.op(op.i32Or);
    });
    code.op(op.i32Eqz).get(this.turns).i32(1).get(this.shift).op(op.i32Shl).op(op.i32LtU).op(op.i32And).brIf(no);
    own.forEach((stream) => this.follow(stream));
    // Nothing has been done until here.
    code.i64(0n).set(this.sum);
    own.forEach((stream, i) => {
      code.get(stream.missing).open(op.if);
      this.fill(stream, i);
      code.end();
    });
    for (const { at, now } of this.vectors) code.get(core).get(now).vectorMemory(simd.store, at);
    code.i32(0).get(this.limit).get(this.sum).op(op.i64Sub).memory(op.i64Store, this.layout.run + RUN.limit);
    this.prefetch();
    code.get(this.turns).op(op.return).end();
    code.i32(0);
  }

  /**
   * Turns before the slice's limit, if all lines must come. With w turns of the first line over, t turns touch (w + t - 1) / n + 1
   * lines at most, where n lie in a line: so t (n turn + line) is at most n left - (w + n - 1) line, by what a turn costs, what a
   * line of all streams costs, and what is left.
   */
  private withinLimit(no: number): void {
    const { code, limit, line: left, sum, shift, at, i } = this;
    const lines = code.local(I64);
    code.get(limit).get(this.spent).op(op.i64Sub).i64(1n).op(op.i64Sub).tee(left).i64(0n).op(op.i64LeS).brIf(no);
    code.get(left).i64(MOST_LEFT).get(left).i64(MOST_LEFT).op(op.i64LtU).op(op.select).set(left);
    code.i64(0n).set(lines);
    this.streams.forEach((_, stream) => code.get(lines).get(this.pushCost(stream)).memory(op.i64Load, 0).op(op.i64Add).set(lines));
    code.i32(0).set(i);
    for (const { within } of this.streams) code.get(within).get(i).get(within).get(i).op(op.i32GtU).op(op.select).set(i);
    code.get(this.cost).get(shift).op(op.i64ExtendI32U).op(op.i64Shl).get(lines).op(op.i64Add).set(sum);
    code.get(left).get(shift).op(op.i64ExtendI32U).op(op.i64Shl);
    code.get(i).i32(1).get(shift).op(op.i32Shl).op(op.i32Add).i32(1).op(op.i32Sub).op(op.i64ExtendI32U).get(lines).op(op.i64Mul);
    code.op(op.i64Sub).tee(left).get(sum).op(op.i64LtS).brIf(no);
    code.get(left).get(sum).op(op.i64DivU).tee(left).i64(BigInt(MOST_TURNS)).get(left).i64(BigInt(MOST_TURNS)).op(op.i64LtU).op(op.select);
    code.op(op.i32WrapI64).set(at);
    this.atMost(at);
  }

  /** Local with the place of what a line of the stream costs. */
  private pushCost(i: number): number {
    const { code, at } = this;
    this.run(RUN.homeCosts);
    this.pushClass(i).i32(3).op(op.i32Shl).op(op.i32Add).set(at);
    return at;
  }

  private pushClass(i: number): Code {
    const { code } = this;
    return code.get(this.how).i32(bitsFor(STORES_FIRST) + i).op(op.i32ShrU).i32(1).op(op.i32And).i32(NODE_CLASS.stream).op(op.i32Or);
  }

  /** First lines with fast tags, then lines that L1 lacks and nobody else has: the turns end with them. */
  private scan(stream: MemoryStream, index: number, no: number): void {
    const { code, layout, arena: { shape: { coreBytes } }, memory, tags, i, at, line, lines } = this;
    const { coreLayout, shape: { core: spec } } = memory;
    const lineShift = BigInt(layout.lineShift);
    const cores = fewCores(memory);
    const end = code.local(I32);
    const write = code.local(I32);
    this.pushLines(stream).set(lines);
    code.get(stream.line).set(line);
    code.i32(0).set(i);
    this.pushStores(index).set(write);
    const over = code.open(op.block);
    const absent = code.open(op.block);
    const present = code.open(op.loop);
    this.pushSet(line).i32(FAST_ENTRY_BYTES).op(op.i32Mul).get(tags).op(op.i32Add);
    code.i32(FAST_WRITE).i32(0).get(write).op(op.select).op(op.i32Add);
    code.memory(op.i64Load, 0).get(line).i64(lineShift).op(op.i64Shl).op(op.i64Ne).brIf(absent);
    code.get(line).i64(1n).op(op.i64Add).set(line);
    code.get(i).i32(1).op(op.i32Add).tee(i).get(lines).op(op.i32LtU).brIf(present).end();
    code.get(i).set(stream.present);
    code.br(over).end();
    code.get(i).set(stream.present);
    // The fast page.
    code.get(tags).get(stream.page).op(op.i32WrapI64).i32(spec.tlbEntries - 1).op(op.i32And).i32(FAST_PAGE_BYTES).op(op.i32Mul);
    code.op(op.i32Add).tee(at).memory(op.i64Load, FAST_ENTRY_BYTES * spec.l1Sets).get(stream.page).op(op.i64Ne).brIf(over);
    code.get(write).op(op.i32Eqz).get(at).memory(op.i32Load, FAST_ENTRY_BYTES * spec.l1Sets + 12).op(op.i32Or).op(op.i32Eqz).brIf(over);
    const next = code.open(op.loop);
    this.pushSet(line).i32(L1_ENTRY_BYTES).op(op.i32Mul).i32(coreLayout.l1).op(op.i32Add).set(at);
    this.run(RUN.scanFirst).i32(coreBytes).op(op.i32Mul).get(at).op(op.i32Add);
    if (cores !== undefined) {
      code.set(at);
      for (let each = 0; each < cores; each++) code.get(at).memory(op.i64Load, coreBytes * each).get(line).op(op.i64Eq).brIf(over);
    } else {
      this.run(RUN.scanEnd).i32(coreBytes).op(op.i32Mul).get(at).op(op.i32Add).set(end).set(at);
      const other = code.open(op.loop);
      code.get(at).memory(op.i64Load, 0).get(line).op(op.i64Eq).brIf(over);
      code.get(at).i32(coreBytes).op(op.i32Add).tee(at).get(end).op(op.i32LtU).brIf(other).end();
    }
    code.get(write).open(op.if);
    code.get(line).op(op.i32WrapI64).i32(MARKS - 1).op(op.i32And).i32(1).op(op.i32Shl).memory(op.i32Load16U, layout.marks).brIf(over).end();
    code.get(line).i64(1n).op(op.i64Add).set(line);
    code.get(i).i32(1).op(op.i32Add).tee(i).get(lines).op(op.i32LtU).brIf(next).end();
    code.end();
    this.told(stream);
    code.get(i).op(op.i32Eqz).brIf(no);
    code.get(i).get(this.shift).op(op.i32Shl).get(stream.within).op(op.i32Sub).set(at);
    this.atMost(at);
  }

  /** Takes back the lines that must come unless each belongs to a stream in the table, and comes near to no other. */
  private told({ line, present }: MemoryStream): void {
    const { code, i, wanted, vectors } = this;
    const [low, high] = vectors as [typeof vectors[0], typeof vectors[0]];
    code.get(i).get(present).op(op.i32GtU).open(op.if);
    this.fromFirst(line, present);
    // From the first line on, up to one behind the last.
    code.get(i).get(present).op(op.i32Sub).vector(simd.i32x4Splat).set(wanted);
    for (const { same } of vectors) code.get(same).get(wanted).vector(simd.i32x4LeU);
    code.vector(simd.or).vector(simd.anyTrue);
    for (const { same } of [low, high]) code.get(same).i32x4(-1).vector(simd.i32x4Eq);
    code.vector(simd.or).vector(simd.anyTrue).op(op.i32Eqz).op(op.i32Or).open(op.if);
    code.get(present).set(i).end().end();
  }

  /** How far the lines of the table are behind the stream's first one that must come. */
  private fromFirst(line: number, present: number): void {
    const { code, wanted, vectors } = this;
    code.get(line).op(op.i32WrapI64).get(present).op(op.i32Add).vector(simd.i32x4Splat).set(wanted);
    for (const { now, same } of vectors) code.get(now).get(wanted).vector(simd.i32x4Sub).set(same);
  }

  /** The table of streams behind these lines. */
  private follow({ line, present, missing }: MemoryStream): void {
    const { code, wanted, vectors } = this;
    code.get(missing).open(op.if);
    this.fromFirst(line, present);
    code.get(line).op(op.i32WrapI64).get(present).op(op.i32Add).get(missing).op(op.i32Add).i32(1).op(op.i32Sub).vector(simd.i32x4Splat).set(wanted);
    for (const { now, same } of vectors) {
      code.get(wanted).get(now).get(same).i32x4(-1).vector(simd.i32x4Eq).vector(simd.bitselect).set(now);
    }
    code.end();
  }

  /** Takes the stream's lines. */
  private fill(stream: MemoryStream, index: number): void {
    const { code, layout, arena: { parts }, memory, core, tags, at, i, line } = this;
    const { coreLayout, shape: { core: spec } } = memory;
    const [entry, delta, write] = [code.local(I32), code.local(I32), code.local(I32)];
    const tag = code.local(I64);
    // Classes, costs, the page's count of misses.
    this.run(RUN.homeCounts);
    this.pushClass(index).i32(2).op(op.i32Shl).op(op.i32Add).tee(at).get(at).memory(op.i32Load, 0).get(stream.missing).op(op.i32Add);
    code.memory(op.i32Store, 0);
    code.get(this.pushCost(index)).memory(op.i64Load, 0).get(stream.missing).op(op.i64ExtendI32U).op(op.i64Mul);
    code.get(this.sum).op(op.i64Add).set(this.sum);
    code.get(stream.page).op(op.i32WrapI64).i32(spec.tlbEntries - 1).op(op.i32And).tee(at).i32(TLB_ENTRY_BYTES).op(op.i32Mul).get(core).op(op.i32Add);
    code.tee(i).get(i).memory(op.i32Load, coreLayout.tlb + 8).get(stream.missing).op(op.i32Add).memory(op.i32Store, coreLayout.tlb + 8);
    code.get(at).i32(FAST_PAGE_BYTES).op(op.i32Mul).get(tags).op(op.i32Add).memory(op.i32Load, FAST_ENTRY_BYTES * spec.l1Sets + 8);
    code.get(stream.page).i64(BigInt(layout.pageShift)).op(op.i64Shl).op(op.i32WrapI64).op(op.i32Sub).set(delta);
    this.pushStores(index).i32(0).op(op.i32Ne).set(write);
    code.get(stream.line).get(stream.present).op(op.i64ExtendI32U).op(op.i64Add).set(line);
    code.get(stream.missing).set(i);
    const next = code.open(op.loop);
    this.pushSet(line).tee(at).i32(L1_ENTRY_BYTES).op(op.i32Mul).get(core).op(op.i32Add).tee(entry);
    code.get(line).memory(op.i64Store, coreLayout.l1);
    code.get(entry).get(write).memory(op.i32Store, coreLayout.l1 + 8);
    code.get(entry).get(this.time).memory(op.f64Store, coreLayout.l1 + 16);
    code.get(at).i32(FAST_ENTRY_BYTES).op(op.i32Mul).get(tags).op(op.i32Add).tee(at);
    code.get(line).i64(BigInt(layout.lineShift)).op(op.i64Shl).tee(tag).memory(op.i64Store, 0);
    code.get(at).get(tag).i64(BigInt(memory.lines.fast.noTag)).get(write).op(op.select).memory(op.i64Store, FAST_WRITE);
    code.get(at).get(delta).memory(op.i32Store, FAST_DELTA);
    if (parts.tracked) {
      code.get(write).open(op.if);
      code.get(tag).op(op.i32WrapI64).get(delta).op(op.i32Add).i32(PART_SHIFT).op(op.i32ShrU).i32(1).memory(op.i32Store8, parts.at).end();
    }
    code.get(line).i64(1n).op(op.i64Add).set(line);
    code.get(i).i32(1).op(op.i32Sub).tee(i).brIf(next).end();
  }
}
