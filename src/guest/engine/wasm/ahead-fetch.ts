// A line from memory that neither L2 nor the node's last-level cache has, in straight code: what cache-path.ts does for it, where
// the line that goes out of the last-level cache for it has been in at most one core's caches.
import { bitsFor } from '../../../base/bits.js';
import { HOLDER, SEVERAL } from '../../machine/caches.js';
import { FIRST_NODE_CLASS, L1_ENTRY_BYTES, NODE_CLASS, NODE_CLASSES } from '../../machine/core-block.js';
import type { MemorySystem } from '../../machine/memory.js';
import { NOBODY, NOTES } from './cache-lines.js';
import type { CachePath } from './cache-path.js';
import type { Code } from './encode.js';
import { LLC, RUN, type EngineLayout } from './layout.js';
import { I32, I64, op, simd, V128 } from './opcodes.js';
import { emitStream } from './stream.js';
import { insertFirst, matchWays, pushTag } from './ways.js';

export class FetchFromMemory {
  private readonly code: Code;
  private readonly layout: EngineLayout;
  private readonly memory: MemorySystem;
  private readonly caches: CachePath;
  private readonly core: number;
  /** i32 locals: the core's number, one more than that; the node's last-level cache: address, sets less one; its first class. */
  private readonly self: number;
  private readonly holdsIt: number;
  private readonly sets: number;
  private readonly mask: number;
  private readonly first: number;
  /** i64: bits of `mask`. */
  private readonly shift: number;

  constructor(code: Code, layout: EngineLayout, memory: MemorySystem, caches: CachePath, core: number) {
    this.code = code;
    this.layout = layout;
    this.memory = memory;
    this.caches = caches;
    this.core = core;
    [this.self, this.holdsIt, this.sets, this.mask, this.first] = [
      code.local(I32), code.local(I32), code.local(I32), code.local(I32), code.local(I32)];
    this.shift = code.local(I64);
  }

  /** Other machines look for the line in more places. */
  static suits({ coreLayout: { l2Sets }, shape: { sharedLines } }: MemorySystem): boolean {
    return l2Sets > 0 && !sharedLines;
  }

  begin(): void {
    const { code, layout, first } = this;
    const run = (field: number): Code => code.i32(0).memory(op.i32Load, layout.run + field);
    run(RUN.core).tee(this.self).i32(1).op(op.i32Add).set(this.holdsIt);
    run(RUN.node).i32(bitsFor(LLC.bytes)).op(op.i32Shl).tee(first).memory(op.i32Load, layout.llcs + LLC.sets).set(this.sets);
    code.get(first).memory(op.i32Load, layout.llcs + LLC.mask).set(this.mask);
    code.get(first).memory(op.i64Load32U, layout.llcs + LLC.shift).set(this.shift);
    run(RUN.node).i32(NODE_CLASSES).op(op.i32Mul).i32(FIRST_NODE_CLASS).op(op.i32Add).set(first);
  }

  /** Leaves the class in `of`; to `other`, with nothing done, where the line is in a cache. `write`: a local, 1 if it is to be stored to. */
  emit({ line, write, of, other }: Readonly<Record<'line' | 'write' | 'of' | 'other', number>>): void {
    const { code, core, memory: { coreLayout: { l2Sets } } } = this;
    const [at, llcAt, tag, holder] = [code.local(I32), code.local(I32), code.local(I32), code.local(I32)];
    const outLine = code.local(I64);
    this.l2Has(line, at).brIf(other);
    code.get(line).op(op.i32WrapI64).get(this.mask).op(op.i32And).i32(bitsFor(2 * NOTES)).op(op.i32Shl).get(this.sets).op(op.i32Add).set(llcAt);
    code.get(line).get(this.shift).op(op.i64ShrU).op(op.i32WrapI64).i32(1).op(op.i32Add).set(tag);
    const set = code.local(V128);
    code.get(llcAt).vectorMemory(simd.load, 0).set(set);
    code.get(tag);
    matchWays(code, set).brIf(other);
    code.get(llcAt).vectorMemory(simd.load, NOTES).vector(simd.i32x4ExtractLane).byte(3).i32(HOLDER).op(op.i32And).tee(holder);
    code.i32(SEVERAL).op(op.i32Eq).brIf(other);
    const out = insertFirst(code, llcAt, 0, () => code.get(tag).i32(1).op(op.i32Shl));
    insertFirst(code, llcAt, NOTES, () => code.get(this.holdsIt));
    code.get(holder).open(op.if);
    code.get(out).i32(1).op(op.i32ShrU).i32(1).op(op.i32Sub).op(op.i64ExtendI32U).get(this.shift).op(op.i64Shl);
    code.get(line).get(this.mask).op(op.i64ExtendI32U).op(op.i64And).op(op.i64Or).set(outLine);
    this.l2Has(outLine, tag).get(holder).get(this.holdsIt).op(op.i32Ne).op(op.i32Or).open(op.if);
    code.i32(NOBODY).get(holder).i32(1).op(op.i32Sub).get(outLine).call(this.caches.drop).op(op.drop).end();
    code.end();
    emitStream(code, core, line);
    code.i32(NODE_CLASS.stream).op(op.i32Mul).get(write).op(op.i32Add).get(this.first).op(op.i32Add).set(of);
    const l2Out = insertFirst(code, at, 0, () => pushTag(code, line, l2Sets).i32(1).op(op.i32Shl).get(write).op(op.i32Or));
    code.get(l2Out).open(op.if);
    code.get(l2Out).i32(1).op(op.i32ShrU).i32(1).op(op.i32Sub).op(op.i64ExtendI32U).i64(BigInt(bitsFor(l2Sets))).op(op.i64Shl);
    code.get(line).i64(BigInt(l2Sets - 1)).op(op.i64And).op(op.i64Or).tee(outLine);
    this.l1Has(outLine).open(op.if);
    code.get(this.self).get(outLine).call(this.caches.dropFromL1).end();
    code.end();
  }

  /** Pushes the ways of the core's L2 that have the line; `at` is the address of its set then. */
  private l2Has(line: number, at: number): Code {
    const { code, memory: { coreLayout: { l2, l2Sets } } } = this;
    const set = code.local(V128);
    code.get(line).op(op.i32WrapI64).i32(l2Sets - 1).op(op.i32And).i32(bitsFor(NOTES)).op(op.i32Shl).get(this.core).op(op.i32Add);
    code.i32(l2).op(op.i32Add).tee(at).vectorMemory(simd.load, 0).set(set);
    pushTag(code, line, l2Sets);
    return matchWays(code, set);
  }

  /** Whether the core's L1 has the line on the stack, which is in `line` too. */
  private l1Has(line: number): Code {
    const { code, memory: { coreLayout, shape: { core } } } = this;
    code.get(line).op(op.i32WrapI64).i32(core.l1Sets - 1).op(op.i32And).i32(L1_ENTRY_BYTES).op(op.i32Mul).get(this.core).op(op.i32Add);
    return code.memory(op.i64Load, coreLayout.l1).op(op.i64Eq);
  }
}
