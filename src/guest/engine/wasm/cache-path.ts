// L2 and last-level caches in compiled code: exactly what src/guest/machine/caches.ts does, over the same bytes.
import { bitsFor } from '../../../base/bits.js';
import type { Arena } from '../../machine/arena.js';
import { FREE, HOLDER, SEVERAL, WRITTEN, type Caches } from '../../machine/caches.js';
import { CLASS, FIRST_NODE_CLASS, NODE_CLASS, NODE_CLASSES } from '../../machine/core-block.js';
import type { MemorySystem } from '../../machine/memory.js';
import { CacheLines, NOBODY, NOTES, WRITABLE } from './cache-lines.js';
import { Code, type ModuleBuilder } from './encode.js';
import { LLC, RUN, type EngineLayout } from './layout.js';
import { I32, I64, op } from './opcodes.js';
import { emitStream } from './stream.js';
import { insertFirst, pushTag, reorder } from './ways.js';

export interface CachePath {
  /** (i64 line, i32 home, i32 write, i32 hit) -> i32 class, or FREE: Caches.fetch of the core that runs. */
  readonly fetch: number;
  /**
   * (i64 line, i32 write) -> i32 class: the same where neither L1 nor L2 has the line, which comes from the node's own LLC or memory;
   * -1 with nothing done where another core may hold it.
   */
  readonly fetchAlone: number;
  /** The same whoever holds it. */
  readonly fetchAnyway: number;
  /** (i64 line) -> i32: 1 if the core has been given the right to store that it lacks, which cost nothing; 0 with nothing done. */
  readonly claim: number;
  /** (i32 core that takes it or NOBODY, i32 core, i64 line) -> i32: what the core held of the line, which its caches lack then. */
  readonly drop: number;
  /** (i32 core, i64 line): the core's L1 lacks the line then. */
  readonly dropFromL1: number;
}

export function addCachePath(module: ModuleBuilder, layout: EngineLayout, arena: Arena, memory: MemorySystem, caches: Caches): CachePath {
  return new Protocol(module, layout, arena, memory, caches);
}

class Protocol extends CacheLines implements CachePath {
  readonly fetch: number;
  readonly fetchAlone: number;
  readonly fetchAnyway: number;
  readonly claim: number;
  private readonly fetchBeyondL2: number;
  private readonly takeFromAll: number;
  private readonly share: number;
  private readonly fetchFromBeyond: number;

  constructor(module: ModuleBuilder, layout: EngineLayout, arena: Arena, memory: MemorySystem, caches: Caches) {
    super(module, layout, arena, memory, caches);
    this.takeFromAll = this.add('takeFromAll', [I64, I32], [I32], () => this.takeFromAllCode());
    this.share = this.add('share', [I64, I32], [I32], () => this.shareCode());
    this.fetchFromBeyond = this.add('fetchFromBeyond', [I64, I32, I32], [I32], () => this.fetchFromBeyondCode());
    this.fetchBeyondL2 = this.add('fetchBeyondL2', [I64, I32, I32, I32], [I32], () => this.fetchBeyondL2Code());
    this.fetchAlone = this.add('fetchAlone', [I64, I32], [I32], () => this.fetchAloneCode());
    this.fetchAnyway = this.add('fetchAnyway', [I64, I32], [I32], () => this.fetchAnywayCode());
    this.claim = this.add('claim', [I64], [I32], () => this.claimCode());
    this.fetch = this.add('fetch', [I64, I32, I32, I32], [I32], () => this.fetchCode());
  }

  private farClass(code: Code, node: number): Code {
    return code.get(node).i32(NODE_CLASSES).op(op.i32Mul).i32(FIRST_NODE_CLASS + NODE_CLASS.far).op(op.i32Add);
  }

  /** Pushes what an entry notes of a line that the core alone holds, and may store to. */
  private ownNotes(code: Code): Code {
    return this.run(code, RUN.core).i32(1 + (this.shared ? WRITTEN : 0)).op(op.i32Add);
  }

  /** (line, entry) -> class, or FREE. */
  private takeFromAllCode(): Code {
    const code = new Code(2);
    const [line, entry] = [0, 1];
    const [most, from, other, theirs] = [code.local(I32), code.local(I32), code.local(I32), code.local(I32)];
    this.run(code, RUN.core);
    this.run(code, RUN.node).get(entry).memory(op.i32Load, NOTES).get(line).call(this.dropHolders).set(most);
    code.i32(-1).set(from);
    if (this.shared) {
      code.get(entry).memory(op.i32Load, 0).i32(1).op(op.i32And).open(op.if);
      code.i32(this.nodes - 1).set(other);
      const each = code.open(op.loop);
      const next = code.open(op.block);
      code.get(other);
      this.run(code, RUN.node).op(op.i32Eq).brIf(next);
      code.get(other).get(line).call(this.llcFind).tee(theirs).op(op.i32Eqz).brIf(next);
      this.run(code, RUN.core).get(other).get(theirs).memory(op.i32Load, NOTES).get(line).call(this.dropHolders).op(op.drop);
      code.get(theirs).call(this.llcRemove).get(other).set(from);
      code.end();
      code.get(other).i32(1).op(op.i32Sub).tee(other).i32(0).op(op.i32LtS).op(op.i32Eqz).brIf(each).end();
      code.end();
    }
    code.get(entry).get(entry).memory(op.i32Load, 0).i32(-2).op(op.i32And).memory(op.i32Store, 0);
    code.get(entry);
    this.ownNotes(code).memory(op.i32Store, NOTES);
    if (this.shared) {
      code.get(from).i32(-1).op(op.i32Ne).open(op.if);
      this.farClass(code, from).op(op.return).end();
    }
    code.i32(CLASS.near).i32(CLASS.llc).i32(FREE).get(most).op(op.select).get(most).i32(WRITABLE).op(op.i32Eq).op(op.select);
    return code;
  }

  /** (line, entry) -> class. */
  private shareCode(): Code {
    const code = new Code(2);
    const [line, entry] = [0, 1];
    const [holder, held, notes] = [code.local(I32), code.local(I32), code.local(I32)];
    code.get(entry).memory(op.i32Load, NOTES).tee(notes).i32(HOLDER).op(op.i32And).tee(holder).i32(SEVERAL).op(op.i32Eq).open(op.if);
    code.i32(CLASS.llc).op(op.return).end();
    code.get(holder).open(op.if);
    code.get(holder).i32(1).op(op.i32Sub).tee(holder);
    this.run(code, RUN.core).op(op.i32Ne).open(op.if);
    code.get(holder).get(line).call(this.holding).set(held);
    code.end().end();
    code.get(entry).get(notes).i32(~HOLDER).op(op.i32And).i32(SEVERAL);
    this.run(code, RUN.core).i32(1).op(op.i32Add).get(held).op(op.select).op(op.i32Or).memory(op.i32Store, NOTES);
    code.get(held).i32(WRITABLE).op(op.i32Eq).open(op.if);
    this.run(code, RUN.core).get(holder).get(line).call(this.endStores);
    code.i32(CLASS.near).op(op.return).end();
    return code.i32(CLASS.llc);
  }

  /** (line, home, write) -> class: of a line that the LLC of the node lacks. */
  private fetchFromBeyondCode(): Code {
    const code = new Code(3);
    const [line, home, write] = [0, 1, 2];
    const [others, writer, other, theirs, notes, llc, at, holder] = [
      code.local(I32), code.local(I32), code.local(I32), code.local(I32), code.local(I32), code.local(I32), code.local(I32), code.local(I32)];
    code.i32(-1).set(writer);
    if (this.shared && this.nodes > 1) {
      const each = code.open(op.loop);
      const next = code.open(op.block);
      code.get(other);
      this.run(code, RUN.node).op(op.i32Eq).brIf(next);
      code.get(other).get(line).call(this.llcFind).tee(theirs).op(op.i32Eqz).brIf(next);
      code.i32(1).set(others);
      code.get(theirs).memory(op.i32Load, NOTES).tee(notes).i32(WRITTEN).op(op.i32And).open(op.if);
      code.get(other).set(writer).end();
      code.get(write).open(op.if);
      this.run(code, RUN.core).get(other).get(notes).get(line).call(this.dropHolders).op(op.drop);
      code.get(theirs).call(this.llcRemove);
      code.else();
      // Who may store to it is one core alone.
      code.get(notes).i32(HOLDER).op(op.i32And).tee(holder).i32(0).op(op.i32Ne);
      code.get(holder).i32(SEVERAL).op(op.i32Ne).op(op.i32And).get(notes).i32(16).op(op.i32ShrU).op(op.i32And).open(op.if);
      this.run(code, RUN.core).get(holder).i32(1).op(op.i32Sub).get(line).call(this.endStores).end();
      code.get(theirs).get(theirs).memory(op.i32Load, 0).i32(1).op(op.i32Or).memory(op.i32Store, 0);
      code.get(theirs).get(notes).i32(~WRITTEN).op(op.i32And).memory(op.i32Store, NOTES);
      code.end();
      code.end();
      code.get(other).i32(1).op(op.i32Add).tee(other).i32(this.nodes).op(op.i32LtU).brIf(each).end();
    }
    // The line comes into the node's LLC, and another may go out.
    this.run(code, RUN.node).i32(bitsFor(LLC.bytes)).op(op.i32Shl).set(llc);
    this.llcSet(code, llc, line).set(at);
    const out = insertFirst(code, at, 0, () => {
      this.llcTag(code, llc, line).i32(1).op(op.i32Shl);
      if (this.shared) code.get(others).get(write).op(op.i32Eqz).op(op.i32And).op(op.i32Or);
    });
    const outNotes = insertFirst(code, at, NOTES, () => {
      this.run(code, RUN.core).i32(1).op(op.i32Add);
      if (this.shared) code.get(write).i32(bitsFor(WRITTEN)).op(op.i32Shl).op(op.i32Or);
    });
    code.get(outNotes).i32(HOLDER).op(op.i32And).tee(holder).open(op.if);
    const outLine = code.local(I64);
    code.get(out).i32(1).op(op.i32ShrU).i32(1).op(op.i32Sub).op(op.i64ExtendI32U).get(llc).memory(op.i64Load32U, this.layout.llcs + LLC.shift).op(op.i64Shl);
    code.get(line).get(llc).memory(op.i64Load32U, this.layout.llcs + LLC.mask).op(op.i64And).op(op.i64Or).set(outLine);
    code.get(holder).i32(SEVERAL).op(op.i32Eq).open(op.if);
    code.i32(NOBODY);
    this.run(code, RUN.node).get(outNotes).get(outLine).call(this.dropHolders).op(op.drop);
    code.else();
    code.i32(NOBODY).get(holder).i32(1).op(op.i32Sub).get(outLine).call(this.drop).op(op.drop);
    code.end().end();
    if (this.shared) {
      code.get(writer).i32(-1).op(op.i32Ne).open(op.if);
      this.farClass(code, writer).op(op.return).end();
    }
    code.get(home).i32(NODE_CLASSES).op(op.i32Mul).i32(FIRST_NODE_CLASS).op(op.i32Add).get(write).op(op.i32Add);
    this.run(code, RUN.coreBlock).set(holder);
    emitStream(code, holder, line);
    return code.i32(NODE_CLASS.stream).op(op.i32Mul).op(op.i32Add);
  }

  /** (line, home, write, address of its tag in the LLC or 0) -> class. */
  private fetchBeyondL2Code(): Code {
    const code = new Code(4);
    const [line, home, write, entry] = [0, 1, 2, 3];
    return this.emitBeyondL2(code, { line, write, entry }, () => code.get(home));
  }

  /** Pushes the class; `entry` is the address of the line's tag in the LLC, or 0. */
  private emitBeyondL2(code: Code, { line, write, entry }: Readonly<Record<'line' | 'write' | 'entry', number>>, home: () => Code): Code {
    const [of, at] = [code.local(I32), code.local(I32)];
    code.get(entry).open(op.if);
    this.emitUse(code, entry);
    code.get(write).open(op.if);
    code.get(line).get(entry).call(this.takeFromAll).tee(of).i32(CLASS.llc).get(of).i32(FREE).op(op.i32Ne).op(op.select).set(of);
    code.else();
    code.get(line).get(entry).call(this.share).set(of).end();
    code.else();
    code.get(line);
    home().get(write).call(this.fetchFromBeyond).set(of).end();
    if (this.l2Sets > 0) {
      this.run(code, RUN.coreBlock);
      this.addL2Set(code, line).set(at);
      const out = insertFirst(code, at, 0, () => pushTag(code, line, this.l2Sets).i32(1).op(op.i32Shl).get(write).op(op.i32Or));
      code.get(out).open(op.if);
      this.run(code, RUN.core);
      code.get(out).i32(1).op(op.i32ShrU).i32(1).op(op.i32Sub).op(op.i64ExtendI32U).i64(BigInt(bitsFor(this.l2Sets))).op(op.i64Shl);
      code.get(line).i64(BigInt(this.l2Sets - 1)).op(op.i64And).op(op.i64Or).call(this.dropFromL1).end();
    }
    return code.get(of);
  }

  /** Pushes 1 if no other core can hold the line, by what the LLC of the node notes at the address in `entry`, which may be 0. */
  private pushAlone(code: Code, entry: number): Code {
    const holder = code.local(I32);
    code.get(entry).memory(op.i32Load, NOTES).i32(HOLDER).op(op.i32And).tee(holder);
    this.run(code, RUN.core).i32(1).op(op.i32Add).op(op.i32Eq).get(holder).op(op.i32Eqz).op(op.i32Or);
    code.get(entry).memory(op.i32Load, 0).i32(-1).op(op.i32Xor).op(op.i32And).i32(1).op(op.i32And);
    // The LLC has what any core of its node has.
    return code.i32(this.shared ? 0 : 1).get(entry).op(op.select);
  }

  /** (line, write) -> class or -1. */
  private fetchAloneCode(): Code {
    const code = new Code(2);
    const [line, write, entry] = [0, 1, code.local(I32)];
    this.emitFindHere(code, line).set(entry);
    this.pushAlone(code, entry).op(op.i32Eqz).open(op.if);
    code.i32(-1).op(op.return).end();
    return this.emitBeyondL2(code, { line, write, entry }, () => this.run(code, RUN.node));
  }

  /** (line, write) -> class. */
  private fetchAnywayCode(): Code {
    const code = new Code(2);
    const [line, write] = [0, 1];
    code.get(line);
    this.run(code, RUN.node).get(write);
    return this.emitFindHere(code, line).call(this.fetchBeyondL2);
  }

  /** (line) -> i32: what `fetch` does for a core that has the line in L1 or L2, where it takes it from nobody. */
  private claimCode(): Code {
    const code = new Code(1);
    const [line, entry, at, way] = [0, code.local(I32), code.local(I32), code.local(I32)];
    this.emitFindHere(code, line).set(entry);
    this.pushAlone(code, entry).get(entry).i32(0).op(op.i32Ne).op(op.i32And).op(op.i32Eqz).open(op.if);
    code.i32(0).op(op.return).end();
    this.emitUse(code, entry);
    code.get(entry);
    this.ownNotes(code).memory(op.i32Store, NOTES);
    if (this.l2Sets > 0) {
      this.run(code, RUN.coreBlock);
      this.addL2Set(code, line).set(at);
      this.l2Ways(code, at, line).op(op.i32Ctz).set(way);
      reorder(code, at, 0, this.layout.orders, way);
      code.get(at).get(at).memory(op.i32Load, 0).i32(1).op(op.i32Or).memory(op.i32Store, 0);
    }
    return code.i32(1);
  }

  /** (line, home, write, hit) -> class, or FREE. */
  private fetchCode(): Code {
    const code = new Code(4);
    const [line, home, write, hit] = [0, 1, 2, 3];
    const [at, ways, of] = [code.local(I32), code.local(I32), code.local(I32)];
    const takes = (): Code => code.get(line).get(line).call(this.llcUse).call(this.takeFromAll);
    if (this.l2Sets === 0) {
      code.get(hit).open(op.if);
      takes().op(op.return).end();
    } else {
      this.run(code, RUN.coreBlock);
      this.addL2Set(code, line).set(at);
      this.l2Ways(code, at, line).tee(ways).open(op.if);
      code.get(ways).op(op.i32Ctz).set(ways);
      reorder(code, at, 0, this.layout.orders, ways);
      code.get(write).op(op.i32Eqz).get(at).memory(op.i32Load, 0).op(op.i32Or).i32(1).op(op.i32And).open(op.if);
      code.i32(CLASS.l2).op(op.return).end();
      takes().set(of);
      code.get(at).get(at).memory(op.i32Load, 0).i32(1).op(op.i32Or).memory(op.i32Store, 0);
      code.get(of).i32(FREE).op(op.i32Ne).get(hit).op(op.i32Or).open(op.if);
      code.get(of).op(op.return).end();
      code.i32(CLASS.l2).op(op.return).end();
    }
    code.get(line).get(home).get(write);
    return this.emitFindHere(code, line).call(this.fetchBeyondL2);
  }
}
