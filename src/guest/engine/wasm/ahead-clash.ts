// Two streams that take one another's line away in each turn, since both lie in the same set of L1: the turns of one line, all of
// them at once. On machines without caches behind L1 nothing else comes of it than counts, costs and the table of streams, where
// from the third turn on each line comes in anew.
import { bitsFor } from '../../../base/bits.js';
import type { Arena } from '../../machine/arena.js';
import { L1_ENTRY_BYTES, NODE_CLASS, STREAMS, TLB_ENTRY_BYTES } from '../../machine/core-block.js';
import { FAST_DELTA, FAST_ENTRY_BYTES, FAST_PAGE_BYTES, FAST_WRITE } from '../../machine/fast-tags.js';
import type { MemorySystem } from '../../machine/memory.js';
import { PART_SHIFT } from '../../machine/parts.js';
import { AheadCode, MOST_TURNS, STORES_FIRST, TOO_NEAR, type AheadStream } from './ahead-code.js';
import type { Label } from './encode.js';
import { MARKS, RUN, type EngineLayout } from './layout.js';
import { I32, I64, op, simd, V128 } from './opcodes.js';
import { fewCores } from './others-path.js';

const VECTOR_BYTES = 16;
/** Fewer are not worth the call; and so many turns are gone through one by one for the table of streams. */
const LEAST_TURNS = 2;
/** Turns after which the table has nothing but the two lines. */
const FILLING_TURNS = 4;

/** A stream, and i32 locals: its fast page; misses, and how many of them in a stream. */
interface Clashing extends AheadStream {
  readonly fast: number;
  readonly misses: number;
  readonly found: number;
}

/** -> i32 turns whose lines have been touched, with the streams' places in the run block; 0: not now; TOO_NEAR: it is no such case. */
export class AheadClash extends AheadCode {
  private readonly own: readonly [Clashing, Clashing];
  private readonly set: number;
  private readonly entry: number;
  private readonly hit: number;
  private readonly sum: number;
  private readonly low: number;
  private readonly high: number;

  constructor(layout: EngineLayout, arena: Arena, memory: MemorySystem, lookUp: number) {
    super(2, layout, arena, memory, lookUp);
    const { code } = this;
    [this.set, this.entry, this.hit, this.sum] = [code.local(I32), code.local(I32), code.local(I32), code.local(I64)];
    [this.low, this.high] = [code.local(V128), code.local(V128)];
    this.own = this.streams.map((stream): Clashing => (
      { ...stream, fast: code.local(I32), misses: code.local(I32), found: code.local(I32) })) as [Clashing, Clashing];
    this.make();
  }

  private make(): void {
    const { code, own, turns } = this;
    const [a, b] = own;
    const never = code.open(op.block);
    const no = code.open(op.block);
    this.start();
    for (const stream of own) this.place(stream, no);
    this.together(never);
    this.pushTurnsOfLine(a).set(this.at);
    this.atMost(this.at);
    this.withinLimit(no);
    code.get(turns).i32(LEAST_TURNS).op(op.i32LtU).brIf(no);
    own.forEach((stream, i) => this.mayFill(stream, i, never));
    this.nobodyElse(never);
    this.first(never);
    code.get(turns).get(this.hit).op(op.i32Sub).set(a.misses);
    code.get(turns).set(b.misses);
    // Nothing has been done until here.
    this.follow();
    code.i64(0n).set(this.sum);
    own.forEach((stream, i) => this.count(stream, i));
    code.i32(0).get(this.limit).get(this.sum).op(op.i64Sub).memory(op.i64Store, this.layout.run + RUN.limit);
    own.forEach((stream, i) => this.where(stream, i));
    this.fill();
    code.get(turns).op(op.return).end();
    code.i32(0).op(op.return).end();
    code.i32(TOO_NEAR);
  }

  private pushTurnsOfLine({ within }: AheadStream) {
    return this.code.i32(1).get(this.shift).op(op.i32Shl).get(within).op(op.i32Sub);
  }

  /** Different lines of one set, which begin in the same turn. */
  private together(never: Label): void {
    const { code, own: [a, b], set } = this;
    code.get(a.within).get(b.within).op(op.i32Ne).brIf(never);
    this.pushSet(a.line).set(set);
    this.pushSet(b.line).get(set).op(op.i32Ne).brIf(never);
    code.get(a.line).get(b.line).op(op.i64Eq).brIf(never);
    code.get(set).i32(L1_ENTRY_BYTES).op(op.i32Mul).i32(this.memory.coreLayout.l1).op(op.i32Add).set(this.entry);
  }

  /** The page has a fast page, and takes the stores that come. */
  private mayFill({ line, page, fast }: Clashing, index: number, never: Label): void {
    const { code, layout, memory: { shape: { core } } } = this;
    code.get(this.tags).get(page).op(op.i32WrapI64).i32(core.tlbEntries - 1).op(op.i32And).i32(FAST_PAGE_BYTES).op(op.i32Mul).op(op.i32Add);
    code.i32(FAST_ENTRY_BYTES * core.l1Sets).op(op.i32Add).tee(fast).memory(op.i64Load, 0).get(page).op(op.i64Ne).brIf(never);
    this.pushStores(index).open(op.if);
    code.get(fast).memory(op.i32Load, 12).op(op.i32Eqz).brIf(never);
    code.get(line).op(op.i32WrapI64).i32(MARKS - 1).op(op.i32And).i32(1).op(op.i32Shl).memory(op.i32Load16U, layout.marks).brIf(never).end();
  }

  /** No other core has one of the lines. */
  private nobodyElse(never: Label): void {
    const { code, core, entry, at, i, own: [a, b], memory, arena: { shape: { coreBytes } } } = this;
    const line = code.local(I64);
    const look = (each: number): void => {
      code.get(at).memory(op.i64Load, coreBytes * each).tee(line).get(a.line).op(op.i64Eq).get(line).get(b.line).op(op.i64Eq).op(op.i32Or);
      code.get(at).i32(coreBytes * each).op(op.i32Add).get(core).get(entry).op(op.i32Add).op(op.i32Ne).op(op.i32And).brIf(never);
    };
    const cores = fewCores(memory);
    this.run(RUN.scanFirst).i32(coreBytes).op(op.i32Mul).get(entry).op(op.i32Add).set(at);
    if (cores !== undefined) {
      for (let each = 0; each < cores; each++) look(each);
      return;
    }
    this.run(RUN.scanEnd).i32(coreBytes).op(op.i32Mul).get(entry).op(op.i32Add).set(i);
    const other = code.open(op.loop);
    look(0);
    code.get(at).i32(coreBytes).op(op.i32Add).tee(at).get(i).op(op.i32LtU).brIf(other).end();
  }

  /** Whether the first access finds its line, as all its accesses of the turn need it. */
  private first(never: Label): void {
    const { code, layout, core, entry, at, set, hit, own: [{ line }] } = this;
    code.get(this.tags).get(set).i32(FAST_ENTRY_BYTES).op(op.i32Mul).op(op.i32Add).set(at);
    code.get(at).i32(FAST_WRITE).i32(0);
    this.pushStores(0).op(op.select).op(op.i32Add).memory(op.i64Load, 0);
    code.get(line).i64(BigInt(layout.lineShift)).op(op.i64Shl).op(op.i64Eq).tee(hit).op(op.i32Eqz);
    code.get(core).get(entry).op(op.i32Add).memory(op.i64Load, 0).get(line).op(op.i64Eq).op(op.i32And).brIf(never);
  }

  /** Turns of which none ends the slice, whatever class the lines have. */
  private withinLimit(no: Label): void {
    const { code, sum, at } = this;
    const [left, alone, inStream] = [code.local(I64), code.local(I64), code.local(I64)];
    code.get(this.limit).get(this.spent).op(op.i64Sub).i64(1n).op(op.i64Sub).tee(left).i64(0n).op(op.i64LtS).brIf(no);
    code.get(this.cost).set(sum);
    this.own.forEach((_, i) => {
      this.pushCosts(i).tee(at).memory(op.i64Load, 0).set(alone);
      code.get(at).memory(op.i64Load, 8 * NODE_CLASS.stream).set(inStream);
      code.get(sum).get(alone).get(inStream).get(alone).get(inStream).op(op.i64GtU).op(op.select).op(op.i64Add).set(sum);
    });
    code.get(left).get(sum).op(op.i64DivU).tee(left).i64(BigInt(MOST_TURNS)).get(left).i64(BigInt(MOST_TURNS)).op(op.i64LtU).op(op.select);
    code.op(op.i32WrapI64).set(at);
    this.atMost(at);
  }

  /** Pushes the class of a line alone: that of one in a stream comes so many behind it. */
  private pushClass(i: number) {
    return this.code.get(this.how).i32(bitsFor(STORES_FIRST) + i).op(op.i32ShrU).i32(1).op(op.i32And);
  }

  private pushCosts(i: number) {
    this.run(RUN.homeCosts);
    return this.pushClass(i).i32(3).op(op.i32Shl).op(op.i32Add);
  }

  /** The table of streams behind these turns, and which lines it foresaw. */
  private follow(): void {
    const { code, core, low, high, hit, i, own: [a, b] } = this;
    for (const { found } of this.own) code.i32(0).set(found);
    code.get(core).vectorMemory(simd.load, STREAMS).set(low);
    code.get(core).vectorMemory(simd.load, STREAMS + VECTOR_BYTES).set(high);
    code.get(hit).op(op.i32Eqz).open(op.if);
    this.followLine(a);
    code.end();
    this.followLine(b);
    this.followLine(a);
    this.followLine(b);
    // From now on neither is next to a line of the table.
    const pair = code.local(V128);
    code.get(b.line).op(op.i32WrapI64).vector(simd.i32x4Splat).get(a.line).op(op.i32WrapI64).vector(simd.i32x4Splat);
    this.shuffle((byte) => (byte < 4 ? byte : VECTOR_BYTES + byte)).set(pair);
    const filled = code.open(op.block);
    code.get(this.turns).i32(LEAST_TURNS).op(op.i32Sub).set(i);
    code.i32(FILLING_TURNS).get(i).get(i).i32(FILLING_TURNS).op(op.i32GtU).op(op.select).tee(i).op(op.i32Eqz).brIf(filled);
    const next = code.open(op.loop);
    code.get(low).get(high);
    this.shuffle((byte) => byte + 8).set(high);
    code.get(pair).get(low);
    this.shuffle((byte) => (byte < 8 ? byte : VECTOR_BYTES + byte - 8)).set(low);
    code.get(i).i32(1).op(op.i32Sub).tee(i).brIf(next).end();
    code.end();
    code.get(core).get(low).vectorMemory(simd.store, STREAMS);
    code.get(core).get(high).vectorMemory(simd.store, STREAMS + VECTOR_BYTES);
  }

  /** As emitStream, with the table in locals. */
  private followLine({ line, found }: Clashing): void {
    const { code, low, high } = this;
    const [wanted, nextLow, nextHigh] = [code.local(V128), code.local(V128), code.local(V128)];
    code.get(line).op(op.i32WrapI64).vector(simd.i32x4Splat).set(wanted);
    for (const [last, next] of [[low, nextLow], [high, nextHigh]] as const) {
      code.get(last).get(wanted).vector(simd.i32x4Sub).vector(simd.i32x4Abs).i32x4(1).vector(simd.i32x4Eq).set(next);
    }
    code.get(nextLow).get(nextHigh).vector(simd.or).vector(simd.anyTrue).open(op.if);
    for (const [last, next] of [[low, nextLow], [high, nextHigh]] as const) {
      code.get(wanted).get(last).get(next).vector(simd.bitselect).set(last);
    }
    code.get(found).i32(1).op(op.i32Add).set(found).else();
    code.get(low).get(high);
    this.shuffle((byte) => byte + 12).set(high);
    code.get(wanted).get(low);
    this.shuffle((byte) => (byte < 4 ? byte : VECTOR_BYTES + byte - 4)).set(low);
    code.end();
  }

  /** Bytes of the two vectors on the stack, the second one's from VECTOR_BYTES on. */
  private shuffle(from: (byte: number) => number) {
    this.code.vector(simd.i8x16Shuffle);
    for (let byte = 0; byte < VECTOR_BYTES; byte++) this.code.byte(from(byte));
    return this.code;
  }

  /** Classes, costs, the page's count of misses. */
  private count({ page, misses, found }: Clashing, index: number): void {
    const { code, at, sum, memory: { coreLayout: { tlb }, shape: { core } } } = this;
    const kinds = [
      { kind: 0, push: () => code.get(misses).get(found).op(op.i32Sub) }, { kind: NODE_CLASS.stream, push: () => code.get(found) }];
    this.run(RUN.homeCounts);
    this.pushClass(index).i32(2).op(op.i32Shl).op(op.i32Add).set(at);
    for (const { kind, push } of kinds) {
      code.get(at).get(at).memory(op.i32Load, 4 * kind);
      push().op(op.i32Add).memory(op.i32Store, 4 * kind);
    }
    this.pushCosts(index).set(at);
    for (const { kind, push } of kinds) {
      code.get(sum).get(at).memory(op.i64Load, 8 * kind);
      push().op(op.i64ExtendI32U).op(op.i64Mul).op(op.i64Add).set(sum);
    }
    code.get(page).op(op.i32WrapI64).i32(core.tlbEntries - 1).op(op.i32And).i32(TLB_ENTRY_BYTES).op(op.i32Mul).get(this.core).op(op.i32Add);
    code.tee(at).get(at).memory(op.i32Load, tlb + 8).get(misses).op(op.i32Add).memory(op.i32Store, tlb + 8);
  }

  /** Says where the stream is, and notes that it stores there. */
  private where({ address, fast }: Clashing, index: number): void {
    const { code, layout, at, arena: { parts } } = this;
    code.get(fast).memory(op.i32Load, 8).get(address).op(op.i32WrapI64).i32(2 ** layout.pageShift - 1).op(op.i32And).op(op.i32Add).set(at);
    code.i32(0).get(at).memory(op.i32Store, layout.run + RUN.hosts + 4 * index);
    if (!parts.tracked) return;
    this.pushStores(index).open(op.if);
    code.get(at).i32(PART_SHIFT).op(op.i32ShrU).i32(1).memory(op.i32Store8, parts.at).end();
  }

  /** The set has the second stream's line in the end. */
  private fill(): void {
    const { code, layout, core, entry, at, set, sum, own: [, { line, page, fast }], memory: { lines: { fast: { noTag } } } } = this;
    const write = code.local(I32);
    this.pushStores(1).i32(0).op(op.i32Ne).set(write);
    code.get(core).get(entry).op(op.i32Add).tee(at).get(line).memory(op.i64Store, 0);
    code.get(at).get(write).memory(op.i32Store, 8);
    code.get(at).get(this.time).memory(op.f64Store, 16);
    code.get(this.tags).get(set).i32(FAST_ENTRY_BYTES).op(op.i32Mul).op(op.i32Add).tee(at);
    code.get(line).i64(BigInt(layout.lineShift)).op(op.i64Shl).tee(sum).memory(op.i64Store, 0);
    code.get(at).get(sum).i64(BigInt(noTag)).get(write).op(op.select).memory(op.i64Store, FAST_WRITE);
    code.get(at).get(fast).memory(op.i32Load, 8).get(page).i64(BigInt(layout.pageShift)).op(op.i64Shl).op(op.i32WrapI64).op(op.i32Sub);
    code.memory(op.i32Store, FAST_DELTA);
  }
}
