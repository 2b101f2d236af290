// Lines in L2s and last-level caches, in compiled code: looked for, used and taken away, over the bytes that
// src/guest/machine/caches.ts has them in.
import { bitsFor } from '../../../base/bits.js';
import type { Arena } from '../../machine/arena.js';
import { HOLDER, SEVERAL, type Caches } from '../../machine/caches.js';
import { CONTENDED, CORE_TIME, L1_ENTRY_BYTES } from '../../machine/core-block.js';
import { FAST_ENTRY_BYTES, FAST_WRITE } from '../../machine/fast-tags.js';
import type { MemorySystem } from '../../machine/memory.js';
import { Code, type ModuleBuilder } from './encode.js';
import { LLC, RUN, type EngineLayout } from './layout.js';
import { I32, I64, op, simd, V128 } from './opcodes.js';
import { matchWays, pushTag, reorder, WITHOUT } from './ways.js';

/** What a core holds of a line. */
export const NOT_HELD = 0;
const READABLE = 1;
export const WRITABLE = 2;
/** Of an LLC's set: where the notes begin. */
export const NOTES = 16;
/** In place of a core that takes a line: nobody does, it goes out. */
export const NOBODY = -1;

export class CacheLines {
  protected readonly module: ModuleBuilder;
  protected readonly layout: EngineLayout;
  protected readonly arena: Arena;
  protected readonly memory: MemorySystem;
  protected readonly l2Sets: number;
  protected readonly nodes: number;
  /** Lines are shared between nodes. */
  protected readonly shared: boolean;
  // Functions; what they take and give is said where their code is.
  protected readonly llcFind: number;
  protected readonly llcRemove: number;
  protected readonly llcUse: number;
  readonly dropFromL1: number;
  protected readonly dropHolders: number;
  protected readonly holding: number;
  protected readonly endStores: number;
  private readonly contend: number;
  readonly drop: number;

  constructor(module: ModuleBuilder, layout: EngineLayout, arena: Arena, memory: MemorySystem, caches: Caches) {
    this.module = module;
    this.layout = layout;
    this.arena = arena;
    this.memory = memory;
    this.l2Sets = caches.l2[0]?.sets ?? 0;
    this.nodes = caches.llc.length;
    this.shared = memory.shape.sharedLines;
    this.llcFind = this.add('llcFind', [I32, I64], [I32], () => this.llcFindCode());
    this.llcRemove = this.add('llcRemove', [I32], [], () => this.llcRemoveCode());
    this.llcUse = this.add('llcUse', [I64], [I32], () => this.llcUseCode());
    this.dropFromL1 = this.add('dropFromL1', [I32, I64], [], () => this.dropFromL1Code());
    this.holding = this.add('holding', [I32, I64], [I32], () => this.holdingCode());
    this.contend = this.add('contend', [I32, I32, I64], [], () => this.contendCode());
    this.drop = this.add('drop', [I32, I32, I64], [I32], () => this.dropCode());
    this.endStores = this.add('endStores', [I32, I32, I64], [], () => this.endStoresCode());
    this.dropHolders = this.add('dropHolders', [I32, I32, I32, I64], [I32], () => this.dropHoldersCode());
  }

  protected add(name: string, params: readonly number[], results: readonly number[], write: () => Code): number {
    return this.module.add(name, this.module.type(params, results), write());
  }

  protected run(code: Code, field: number): Code { return code.i32(0).memory(op.i32Load, this.layout.run + field); }

  /** Pushes the place in the table of LLCs of the node in a local. */
  protected llcOf(code: Code, node: number): Code { return code.get(node).i32(bitsFor(LLC.bytes)).op(op.i32Shl); }

  /** Pushes the address of the line's set in the LLC whose place in the table is in `llc`. */
  protected llcSet(code: Code, llc: number, line: number): Code {
    code.get(line).op(op.i32WrapI64).get(llc).memory(op.i32Load, this.layout.llcs + LLC.mask).op(op.i32And);
    code.i32(bitsFor(2 * NOTES)).op(op.i32Shl);
    return code.get(llc).memory(op.i32Load, this.layout.llcs + LLC.sets).op(op.i32Add);
  }

  protected llcTag(code: Code, llc: number, line: number): Code {
    code.get(line).get(llc).memory(op.i64Load32U, this.layout.llcs + LLC.shift).op(op.i64ShrU).op(op.i32WrapI64);
    return code.i32(1).op(op.i32Add);
  }

  /** (node, line) -> address of the line's tag, or 0. */
  private llcFindCode(): Code {
    const code = new Code(2);
    const [node, line] = [0, 1];
    const llc = code.local(I32);
    this.llcOf(code, node).set(llc);
    return this.emitFind(code, llc, line);
  }

  /** Pushes the address of the line's tag in the LLC whose place in the table is in `llc`, or 0. */
  private emitFind(code: Code, llc: number, line: number): Code {
    const [at, ways, set] = [code.local(I32), code.local(I32), code.local(V128)];
    this.llcSet(code, llc, line).tee(at).vectorMemory(simd.load, 0).set(set);
    this.llcTag(code, llc, line);
    matchWays(code, set).set(ways);
    code.get(at).get(ways).op(op.i32Ctz).i32(2).op(op.i32Shl).op(op.i32Add);
    return code.i32(0).get(ways).op(op.select);
  }

  /** The same in the LLC of the node that runs. */
  protected emitFindHere(code: Code, line: number): Code {
    const llc = code.local(I32);
    this.run(code, RUN.node).i32(bitsFor(LLC.bytes)).op(op.i32Shl).set(llc);
    return this.emitFind(code, llc, line);
  }

  /** The tag at the address in `entry` becomes the first of its set, and `entry` its address there. */
  protected emitUse(code: Code, entry: number): void {
    const [at, way] = [code.local(I32), code.local(I32)];
    code.get(entry).i32(-NOTES).op(op.i32And).set(at);
    code.get(entry).i32(2).op(op.i32ShrU).i32(3).op(op.i32And).tee(way).open(op.if);
    for (const offset of [0, NOTES]) reorder(code, at, offset, this.layout.orders, way);
    code.get(at).set(entry).end();
  }

  /** (address of a tag): takes the line out of its set. */
  private llcRemoveCode(): Code {
    const code = new Code(1);
    const [at, way] = [0, code.local(I32)];
    code.get(at).i32(2).op(op.i32ShrU).i32(3).op(op.i32And).set(way);
    code.get(at).i32(-NOTES).op(op.i32And).set(at);
    for (const offset of [0, NOTES]) reorder(code, at, offset, this.layout.orders + WITHOUT, way);
    return code;
  }

  /** (line) -> address of its tag in the LLC of the node that runs, which is the first of its set then; or 0. */
  private llcUseCode(): Code {
    const code = new Code(1);
    const [line, entry] = [0, code.local(I32)];
    this.emitFindHere(code, line).tee(entry).open(op.if);
    this.emitUse(code, entry);
    code.end();
    return code.get(entry);
  }

  /** Pushes the address of a core's L1 entry for the line. */
  private l1Entry(code: Code, core: number, line: number): Code {
    code.get(core).i32(this.arena.shape.coreBytes).op(op.i32Mul);
    this.l1Set(code, line).i32(L1_ENTRY_BYTES).op(op.i32Mul).op(op.i32Add);
    return code.i32(this.memory.coreLayout.l1).op(op.i32Add);
  }

  private l1Set(code: Code, line: number): Code {
    return code.get(line).op(op.i32WrapI64).i32(this.memory.shape.core.l1Sets - 1).op(op.i32And);
  }

  /** Takes the fast tags of the core's set of the line, or the one for stores. */
  private clearFast(code: Code, core: number, line: number, writeOnly: boolean): void {
    const { fast } = this.memory.lines;
    const at = code.local(I32);
    code.get(core).i32(fast.coreBytes).op(op.i32Mul);
    this.l1Set(code, line).i32(FAST_ENTRY_BYTES).op(op.i32Mul).op(op.i32Add).set(at);
    if (!writeOnly) code.get(at).i64(BigInt(fast.noTag)).memory(op.i64Store, fast.coreOffset(0));
    code.get(at).i64(BigInt(fast.noTag)).memory(op.i64Store, fast.coreOffset(0) + FAST_WRITE);
  }

  /** Pushes the address of a core's L2 set for the line. */
  private l2Set(code: Code, core: number, line: number): Code {
    code.get(core).i32(this.arena.shape.coreBytes).op(op.i32Mul);
    return this.addL2Set(code, line);
  }

  /** Adds it to the address of the core's block. */
  protected addL2Set(code: Code, line: number): Code {
    code.get(line).op(op.i32WrapI64).i32(this.l2Sets - 1).op(op.i32And).i32(bitsFor(NOTES)).op(op.i32Shl).op(op.i32Add);
    return code.i32(this.memory.coreLayout.l2).op(op.i32Add);
  }

  /** Pushes the ways of the L2 set at the address in `at` that are the line. */
  protected l2Ways(code: Code, at: number, line: number): Code {
    const set = code.local(V128);
    code.get(at).vectorMemory(simd.load, 0).set(set);
    pushTag(code, line, this.l2Sets);
    return matchWays(code, set);
  }

  /** (core, line) */
  private dropFromL1Code(): Code {
    const code = new Code(2);
    const [core, line] = [0, 1];
    const entry = code.local(I32);
    this.l1Entry(code, core, line).tee(entry).memory(op.i64Load, 0).get(line).op(op.i64Eq).open(op.if);
    code.get(entry).i32(-1).memory(op.i32Store, 4);
    this.clearFast(code, core, line, false);
    return code.end();
  }

  /** (core, line) -> what it holds. */
  private holdingCode(): Code {
    const code = new Code(2);
    const [core, line] = [0, 1];
    const at = code.local(I32);
    const ways = code.local(I32);
    if (this.l2Sets === 0) {
      this.l1Entry(code, core, line).tee(at).memory(op.i64Load, 0).get(line).op(op.i64Eq).open(op.if);
      code.get(at).memory(op.i32Load, 8).i32(READABLE).op(op.i32Add).op(op.return).end();
      return code.i32(NOT_HELD);
    }
    this.l2Set(code, core, line).set(at);
    this.l2Ways(code, at, line).tee(ways).open(op.if);
    code.get(ways).op(op.i32Ctz).i32(2).op(op.i32Shl).get(at).op(op.i32Add).memory(op.i32Load, 0).i32(1).op(op.i32And);
    code.i32(READABLE).op(op.i32Add).op(op.return).end();
    return code.i32(NOT_HELD);
  }

  /** (thief, core, line) */
  private contendCode(): Code {
    const code = new Code(3);
    const [thief, core, line] = [0, 1, 2];
    const { arena: { shape: { coreBytes } }, memory: { contended, shape: { contentionWindowPs } } } = this;
    const entry = code.local(I32);
    const none = code.open(op.block);
    this.l1Entry(code, core, line).tee(entry).memory(op.i64Load, 0).get(line).op(op.i64Ne).brIf(none);
    code.get(entry).memory(op.f64Load, 16).f64(contentionWindowPs).op(op.f64Add);
    code.get(thief).i32(coreBytes).op(op.i32Mul).memory(op.f64Load, CORE_TIME).op(op.f64Ge).op(op.i32Eqz).brIf(none);
    for (const each of [thief, core]) code.get(each).i32(coreBytes).op(op.i32Mul).i32(1).memory(op.i32Store, CONTENDED);
    code.i32(0).i32(1).memory(op.i32Store, contended.any);
    return code.end();
  }

  /** (thief or NOBODY, core, line) -> what it held. */
  private dropCode(): Code {
    const code = new Code(3);
    const [thief, core, line] = [0, 1, 2];
    const [held, at, way] = [code.local(I32), code.local(I32), code.local(I32)];
    if (this.l2Sets > 0) {
      this.l2Set(code, core, line).set(at);
      this.l2Ways(code, at, line).tee(way).op(op.i32Eqz).open(op.if);
      code.i32(NOT_HELD).op(op.return).end();
      code.get(way).op(op.i32Ctz).tee(way).i32(2).op(op.i32Shl).get(at).op(op.i32Add).memory(op.i32Load, 0).i32(1).op(op.i32And);
      code.i32(READABLE).op(op.i32Add).set(held);
    } else {
      code.get(core).get(line).call(this.holding).tee(held).op(op.i32Eqz).open(op.if);
      code.i32(NOT_HELD).op(op.return).end();
    }
    code.get(thief).i32(NOBODY).op(op.i32Ne).open(op.if);
    code.get(thief).get(core).get(line).call(this.contend).end();
    if (this.l2Sets > 0) reorder(code, at, 0, this.layout.orders + WITHOUT, way);
    code.get(core).get(line).call(this.dropFromL1);
    return code.get(held);
  }

  /** (thief, core, line) */
  private endStoresCode(): Code {
    const code = new Code(3);
    const [thief, core, line] = [0, 1, 2];
    const at = code.local(I32);
    code.get(core).get(line).call(this.holding).i32(WRITABLE).op(op.i32Eq).open(op.if);
    code.get(thief).get(core).get(line).call(this.contend);
    if (this.l2Sets > 0) {
      this.l2Set(code, core, line).set(at);
      this.l2Ways(code, at, line).op(op.i32Ctz).i32(2).op(op.i32Shl).get(at).op(op.i32Add).tee(at);
      code.get(at).memory(op.i32Load, 0).i32(-2).op(op.i32And).memory(op.i32Store, 0);
    }
    this.l1Entry(code, core, line).tee(at).memory(op.i64Load, 0).get(line).op(op.i64Eq).open(op.if);
    code.get(at).i32(0).memory(op.i32Store, 8);
    this.clearFast(code, core, line, true);
    return code.end().end();
  }

  /** (thief or NOBODY, node, notes, line) -> the most that any core held of it, but for the thief. */
  private dropHoldersCode(): Code {
    const code = new Code(4);
    const [thief, node, notes, line] = [0, 1, 2, 3];
    const [most, core, end, held] = [code.local(I32), code.local(I32), code.local(I32), code.local(I32)];
    const out = code.open(op.block);
    code.get(notes).i32(HOLDER).op(op.i32And).tee(core).op(op.i32Eqz).brIf(out);
    code.get(core).set(end);
    code.get(core).i32(1).op(op.i32Sub).set(core);
    code.get(end).i32(SEVERAL).op(op.i32Eq).open(op.if);
    this.llcOf(code, node).tee(held).memory(op.i32Load, this.layout.llcs + LLC.firstCore).set(core);
    code.get(held).memory(op.i32Load, this.layout.llcs + LLC.endCore).set(end).end();
    const each = code.open(op.loop);
    code.get(core).get(thief).op(op.i32Ne).open(op.if);
    code.get(thief).get(core).get(line).call(this.drop).tee(held).get(most).get(held).get(most).op(op.i32GtU).op(op.select).set(most).end();
    code.get(core).i32(1).op(op.i32Add).tee(core).get(end).op(op.i32LtU).brIf(each).end();
    code.end();
    return code.get(most);
  }
}
