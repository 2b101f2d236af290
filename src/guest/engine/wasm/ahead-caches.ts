// The same on machines with caches behind L1: the lines come one by one, in the order of the turns, for what one takes out of
// the caches depends on those before it. All of that stays within the line's own sets. The turns end with the first line that
// does not come at once.
import { bitsFor } from '../../../base/bits.js';
import type { Arena } from '../../machine/arena.js';
import { COUNTS, L1_ENTRY_BYTES, TLB_ENTRY_BYTES } from '../../machine/core-block.js';
import { FAST_DELTA, FAST_ENTRY_BYTES, FAST_PAGE_BYTES, FAST_WRITE } from '../../machine/fast-tags.js';
import type { MemorySystem } from '../../machine/memory.js';
import { PART_SHIFT } from '../../machine/parts.js';
import { WRITE_BIT } from './access.js';
import { AheadCode, STORES_FIRST, type AheadStream } from './ahead-code.js';
import { FetchFromMemory } from './ahead-fetch.js';
import type { CachePath } from './cache-path.js';
import { Code } from './encode.js';
import { fastFetch, type CachesAndTakes } from './fast-fetch.js';
import { MARKS, RUN, type EngineLayout } from './layout.js';
import { I32, I64, op } from './opcodes.js';

/** (i64 line that L1 lacks, i32 WRITE_BIT) -> i32: twice the class of the access, and 1 if the core may store to it; -1 with nothing done. */
export function fetchQuicklyCode(layout: EngineLayout, memory: MemorySystem, beyond: CachesAndTakes): Code {
  const code = new Code(2);
  const [core, set, ways, right] = [code.local(I32), code.local(I32), code.local(I32), code.local(I32)];
  code.i32(0).memory(op.i32Load, layout.run + RUN.coreBlock).set(core);
  const slow = code.open(op.block);
  fastFetch(code, layout, memory, beyond, { slow, core, line: 0, how: 1, set, ways, right });
  code.get(set).i32(1).op(op.i32Shl).get(right).op(op.i32Or).op(op.return).end();
  return code.i32(-1);
}

/** A stream, and i32 locals: its fast page; what to add to an address there. */
interface CachedStream extends AheadStream {
  readonly fast: number;
  readonly delta: number;
}

export class AheadFromCaches extends AheadCode {
  private readonly own: readonly CachedStream[];
  private readonly caches: CachePath;
  private readonly fetch: number;
  private readonly turn: number;
  /** The turn of the last line that has come. */
  private readonly last: number;
  private readonly next: number;
  private readonly write: number;
  private readonly right: number;
  private readonly class: number;
  private readonly tag: number;
  private readonly fromMemory: FetchFromMemory | undefined;

  constructor(
    count: number, layout: EngineLayout, arena: Arena, memory: MemorySystem,
    { lookUp, fetch, caches }: { readonly lookUp: number; readonly fetch: number; readonly caches: CachePath },
  ) {
    super(count, layout, arena, memory, lookUp);
    const { code } = this;
    this.caches = caches;
    this.fetch = fetch;
    [this.turn, this.last, this.next, this.write, this.right, this.class] = [
      code.local(I32), code.local(I32), code.local(I32), code.local(I32), code.local(I32), code.local(I32)];
    this.fromMemory = FetchFromMemory.suits(memory) ? new FetchFromMemory(code, layout, memory, caches, this.core) : undefined;
    this.tag = code.local(I64);
    this.own = this.streams.map((stream) => ({ ...stream, fast: code.local(I32), delta: code.local(I32) }));
    this.make();
  }

  private make(): void {
    const { code, own, turn, last, turns, limit, shift, next, spent, cost, layout, tags, memory: { shape: { core } } } = this;
    const no = code.open(op.block);
    this.begin(no);
    const [first, ...others] = own as [CachedStream, ...CachedStream[]];
    // The order is the same in all lines only if all begin in the same turn.
    for (const { within } of others) code.get(within).get(first.within).op(op.i32Ne).brIf(no);
    this.prefetch();
    this.fromMemory?.begin();
    for (const { page, fast, delta } of own) {
      code.get(tags).get(page).op(op.i32WrapI64).i32(core.tlbEntries - 1).op(op.i32And).i32(FAST_PAGE_BYTES).op(op.i32Mul).op(op.i32Add);
      code.i32(FAST_ENTRY_BYTES * core.l1Sets).op(op.i32Add).tee(fast).memory(op.i32Load, 8);
      code.get(page).i64(BigInt(layout.pageShift)).op(op.i64Shl).op(op.i32WrapI64).op(op.i32Sub).set(delta);
    }
    code.i32(1).get(shift).op(op.i32Shl).get(first.within).op(op.i32Sub).set(next);
    const over = code.open(op.block);
    const stop = code.open(op.block);
    const lines = code.open(op.loop);
    code.get(turn).get(turns).op(op.i32GeU).brIf(over);
    // It must be sure that the slice comes to this turn.
    code.get(turn).op(op.i64ExtendI32U).get(cost).op(op.i64Mul).get(spent).op(op.i64Add).get(limit).op(op.i64GeS).brIf(over);
    own.forEach((stream, i) => {
      const present = code.open(op.block);
      this.line(stream, i, { present, stop });
      code.end();
      code.get(stream.line).i64(1n).op(op.i64Add).set(stream.line);
    });
    code.get(next).set(turn);
    code.get(next).i32(1).get(shift).op(op.i32Shl).op(op.i32Add).set(next);
    code.br(lines).end();
    code.end();
    code.get(turn).set(turns);
    code.end();
    code.i32(0).get(limit).memory(op.i64Store, layout.run + RUN.limit);
    // As many as end below the limit, and those before the last line that has come: what it costs counts from its own turn on.
    code.get(limit).get(spent).op(op.i64Sub).i64(1n).op(op.i64Sub).tee(this.tag).get(cost).op(op.i64DivU).op(op.i32WrapI64).i32(0);
    code.get(this.tag).i64(0n).op(op.i64GeS).op(op.select).tee(turn).get(last).get(turn).get(last).op(op.i32GtU).op(op.select).set(turn);
    this.atMost(turn);
    code.get(turns).op(op.return).end();
    code.i32(0);
  }

  /** One line of a stream: to `present` if it is there, to `stop` if it does not come. */
  private line({ line, page, fast, delta }: CachedStream, index: number, { present, stop }: { readonly present: number; readonly stop: number }): void {
    const { code, layout, arena: { parts }, memory, core, tags, at, i, tag, write, right, class: of, limit } = this;
    const { coreLayout, shape: { core: spec } } = memory;
    this.pushStores(index).i32(0).op(op.i32Ne).set(write);
    this.pushSet(line).tee(i).i32(FAST_ENTRY_BYTES).op(op.i32Mul).get(tags).op(op.i32Add).tee(at);
    code.i32(FAST_WRITE).i32(0).get(write).op(op.select).op(op.i32Add).memory(op.i64Load, 0);
    code.get(line).i64(BigInt(layout.lineShift)).op(op.i64Shl).tee(tag).op(op.i64Eq).brIf(present);
    code.get(i).i32(L1_ENTRY_BYTES).op(op.i32Mul).get(core).op(op.i32Add).tee(i).memory(op.i64Load, coreLayout.l1).get(line).op(op.i64Eq).brIf(stop);
    code.get(fast).memory(op.i64Load, 0).get(page).op(op.i64Ne).brIf(stop);
    code.get(write).open(op.if);
    code.get(fast).memory(op.i32Load, 12).op(op.i32Eqz).brIf(stop);
    this.pushMarked(line).brIf(stop).end();
    code.get(this.how).i32(bitsFor(STORES_FIRST) + index).op(op.i32ShrU).i32(1).op(op.i32And).set(right);
    const fetched = code.open(op.block);
    if (this.fromMemory) {
      const other = code.open(op.block);
      this.fromMemory.emit({ line, write: right, of, other });
      code.get(of).i32(1).op(op.i32Shl).get(right).op(op.i32Or).set(of).br(fetched).end();
    }
    code.get(line).get(right).i32(bitsFor(WRITE_BIT)).op(op.i32Shl).call(this.fetch).tee(of).i32(0).op(op.i32LtS).brIf(stop).end();
    // The line's entry, the page's count of misses, what it costs.
    code.get(this.turn).set(this.last);
    code.get(i).get(line).memory(op.i64Store, coreLayout.l1);
    code.get(i).get(of).i32(1).op(op.i32And).memory(op.i32Store, coreLayout.l1 + 8);
    code.get(i).get(this.time).memory(op.f64Store, coreLayout.l1 + 16);
    this.countClass(page);
    code.get(limit);
    this.run(RUN.costs).get(of).i32(1).op(op.i32ShrU).i32(3).op(op.i32Shl).op(op.i32Add).memory(op.i64Load, 0).op(op.i64Sub).set(limit);
    code.get(of).i32(1).op(op.i32And).set(of);
    // The right to store, which a store behind a load asks for.
    const claimed = code.open(op.block);
    code.get(write).op(op.i32Eqz).get(of).op(op.i32Or).brIf(claimed);
    code.get(line).call(this.caches.claim).set(of);
    code.get(i).get(of).memory(op.i32Store, coreLayout.l1 + 8).end();
    code.get(at).get(tag).memory(op.i64Store, 0);
    code.get(at).get(tag).i64(BigInt(memory.lines.fast.noTag)).get(of);
    code.get(fast).memory(op.i32Load, 12).op(op.i32And);
    this.pushMarked(line).op(op.i32Eqz).op(op.i32And).op(op.select).memory(op.i64Store, FAST_WRITE);
    code.get(at).get(delta).memory(op.i32Store, FAST_DELTA);
    if (parts.tracked) {
      code.get(of).open(op.if);
      code.get(tag).op(op.i32WrapI64).get(delta).op(op.i32Add).i32(PART_SHIFT).op(op.i32ShrU).i32(1).memory(op.i32Store8, parts.at).end();
    }
    code.get(write).get(of).op(op.i32GtU).brIf(stop);
  }

  /** Counts the access of twice the class in `class`, and the page's miss. */
  private countClass(page: number): void {
    const { code, memory, core, class: of } = this;
    const [place, entry] = [code.local(I32), code.local(I32)];
    code.get(of).i32(1).op(op.i32ShrU).i32(2).op(op.i32Shl).get(core).op(op.i32Add).tee(place);
    code.get(place).memory(op.i32Load, COUNTS).i32(1).op(op.i32Add).memory(op.i32Store, COUNTS);
    code.get(page).op(op.i32WrapI64).i32(memory.shape.core.tlbEntries - 1).op(op.i32And).i32(TLB_ENTRY_BYTES).op(op.i32Mul).get(core).op(op.i32Add);
    code.tee(entry).get(entry).memory(op.i32Load, memory.coreLayout.tlb + 8).i32(1).op(op.i32Add).memory(op.i32Store, memory.coreLayout.tlb + 8);
  }

  private pushMarked(line: number): Code {
    return this.code.get(line).op(op.i32WrapI64).i32(MARKS - 1).op(op.i32And).i32(1).op(op.i32Shl).memory(op.i32Load16U, this.layout.marks);
  }
}
