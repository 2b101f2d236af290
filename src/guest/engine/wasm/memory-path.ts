// The miss path of an access, in WebAssembly: rights from the node's page table, then exactly what
// src/guest/machine/memory.ts does to line tables, TLB, counters and other cores, over the same bytes. What it cannot do it
// leaves undone, and says so: pages that the node lacks, accesses across pages, stores into lines with translated code.
import { CLASS, CONTENDED, CORE_TIME, COUNTS, FIRST_NODE_CLASS, L1_ENTRY_BYTES, NODE_CLASS, NODE_CLASSES, TLB_ENTRY_BYTES
} from '../../machine/core-block.js';
import { FAST_DELTA, FAST_ENTRY_BYTES, FAST_PAGE_BYTES, FAST_WRITE } from '../../machine/fast-tags.js';
import type { Arena } from '../../machine/arena.js';
import type { MemorySystem } from '../../machine/memory.js';
import { PART_SHIFT } from '../../machine/parts.js';
import { HASH_HIGH, HASH_LOW, NEIGHBOUR_BITS, NEIGHBOURS, NO_PAGE, PAGE_ENTRY_BYTES } from '../../machine/page-table.js';
import { WRITE_BIT } from './access.js';
import { addCachePath, type CachePath } from './cache-path.js';
import { bitsFor } from '../../../base/bits.js';
import { Code, type ModuleBuilder } from './encode.js';
import { EVICTED_BYTES, MARKS, MAX_EVICTED, RUN, type EngineLayout } from './layout.js';
import { F64, I32, I64, op } from './opcodes.js';
import { fastFetch, type CachesAndTakes } from './fast-fetch.js';
import { noOthers, takeFromOthers } from './others-path.js';
import { emitStream } from './stream.js';
import { takesCode } from './takes.js';
import { addTouchAhead } from './touch-ahead.js';

/** Upper half of an empty TLB entry. */
const EMPTY = -1;
const WRITE_SHIFT = bitsFor(WRITE_BIT);

export interface MemoryPath {
  /** (i64 page) -> i32 offset of its entry in the node's page table, or 0. */
  readonly lookUp: number;
  /** (i64 address, i32 bytes and WRITE_BIT) -> i32 host offset, or 0: nothing was done. */
  readonly touch: number;
}

export function addMemoryPath(
  module: ModuleBuilder, layout: EngineLayout, arena: Arena, memory: MemorySystem, drain: number,
): MemoryPath {
  const lookUp = module.add('lookUp', module.type([I64], [I32]), lookUpCode(layout));
  const takes = module.add('takes', module.type([I64, I32], [I32]), takesCode(layout, arena, memory));
  const caches = memory.caches && addCachePath(module, layout, arena, memory, memory.caches);
  const touchLine = module.add('touchLine', module.type([I64, I32, I32], []), touchLineCode(layout, arena, memory, caches, drain));
  addTouchAhead(module, layout, arena, memory, lookUp, caches && { caches, takes });
  const touch = module.add('touch', module.type([I64, I32], [I32]), touchCode(layout, arena, memory, caches, { lookUp, takes, touchLine }));
  return { lookUp, touch };
}

/** Pushes a u32 of the run block. */
function run(code: Code, layout: EngineLayout, field: number): Code {
  return code.i32(0).memory(op.i32Load, layout.run + field);
}

function lookUpCode(layout: EngineLayout): Code {
  const code = new Code(1);
  const page = 0;
  const [base, shift, index, entry] = [code.local(I32), code.local(I32), code.local(I32), code.local(I32)];
  run(code, layout, RUN.tableHeader).tee(entry).memory(op.i32Load, 0).set(base);
  code.get(entry).memory(op.i32Load, 4).set(shift);
  code.get(page).op(op.i32WrapI64).get(page).i64(32n).op(op.i64ShrU).op(op.i32WrapI64).i32(HASH_HIGH).op(op.i32Mul).op(op.i32Xor);
  code.i32(NEIGHBOUR_BITS).op(op.i32ShrU).i32(HASH_LOW).op(op.i32Mul).get(shift).op(op.i32ShrU).i32(-NEIGHBOURS).op(op.i32And);
  code.get(page).op(op.i32WrapI64).i32(NEIGHBOURS - 1).op(op.i32And).op(op.i32Or).set(index);
  const search = code.open(op.loop);
  code.get(base).get(index).i32(PAGE_ENTRY_BYTES).op(op.i32Mul).op(op.i32Add).tee(entry);
  code.memory(op.i64Load, 0).get(page).op(op.i64Eq).open(op.if);
  code.get(entry).op(op.return).end();
  code.get(entry).memory(op.i32Load, 4).i32(NO_PAGE).op(op.i32Eq).open(op.if);
  code.i32(0).op(op.return).end();
  // The table has 2^(32 - shift) entries.
  code.get(index).i32(1).op(op.i32Add).i32(-1).get(shift).op(op.i32ShrU).op(op.i32And).set(index);
  code.br(search).end();
  return code.op(op.unreachable);
}

/** Offset in the set's part of each table, from the line in local `line`. */
function setIndex(code: Code, line: number, memory: MemorySystem): Code {
  return code.get(line).op(op.i32WrapI64).i32(memory.shape.core.l1Sets - 1).op(op.i32And);
}

function touchCode(
  layout: EngineLayout, arena: Arena, memory: MemorySystem, caches: CachePath | null,
  { lookUp, takes, touchLine }: { readonly lookUp: number; readonly takes: number; readonly touchLine: number },
): Code {
  const code = new Code(2);
  const [address, how] = [0, 1];
  const [write, bytes, entry, host, set] = [code.local(I32), code.local(I32), code.local(I32), code.local(I32), code.local(I32)];
  const [line, last, page] = [code.local(I64), code.local(I64), code.local(I64)];
  const { low, high } = memory.shape;
  const [lineShift, pageShift] = [BigInt(layout.lineShift), BigInt(layout.pageShift)];
  fastMiss(code, layout, arena, memory, caches && { caches, takes });
  const no = code.open(op.block);
  code.get(how).i32(WRITE_BIT - 1).op(op.i32And).set(bytes);
  code.get(how).i32(WRITE_BIT).op(op.i32GeU).set(write);
  code.get(address).i64(BigInt(low)).op(op.i64LtU).brIf(no);
  code.get(address).i64(BigInt(high)).get(bytes).op(op.i64ExtendI32U).op(op.i64Sub).op(op.i64GtU).brIf(no);
  code.get(address).get(bytes).op(op.i64ExtendI32U).op(op.i64Add).i64(1n).op(op.i64Sub).tee(last);
  code.i64(pageShift).op(op.i64ShrU).get(address).i64(pageShift).op(op.i64ShrU).tee(page).op(op.i64Ne).brIf(no);
  code.get(last).i64(lineShift).op(op.i64ShrU).set(last);
  code.get(address).i64(lineShift).op(op.i64ShrU).set(line);
  code.get(page).call(lookUp).tee(entry).op(op.i32Eqz).brIf(no);
  code.get(write).open(op.if);
  code.get(entry).memory(op.i32Load, 12).i32(1).op(op.i32And).op(op.i32Eqz).brIf(no);
  marked(code, layout, line).brIf(no);
  marked(code, layout, last).brIf(no);
  code.end();
  // Whether the time has come for what it does to other cores is not known here.
  code.get(line).get(write).call(takes).brIf(no);
  code.get(last).get(write).call(takes).brIf(no);
  code.get(line).get(write).get(entry).call(touchLine);
  code.get(entry).memory(op.i32Load, 8);
  code.get(address).op(op.i32WrapI64).i32(2 ** layout.pageShift - 1).op(op.i32And).op(op.i32Add).set(host);
  code.get(line).get(last).op(op.i64Ne).open(op.if);
  stored(code, arena, () => code.get(write), () => code.get(host));
  stored(code, arena, () => code.get(write), () => code.get(host).get(bytes).op(op.i32Add).i32(1).op(op.i32Sub));
  code.get(last).get(write).get(entry).call(touchLine);
  code.get(host).op(op.return).end();
  // The set's fast tags, from what the simulated table says now.
  setIndex(code, line, memory).set(set);
  code.get(line).i64(lineShift).op(op.i64Shl).set(line);
  run(code, layout, RUN.fastTags).get(set).i32(FAST_ENTRY_BYTES).op(op.i32Mul).op(op.i32Add).tee(bytes);
  code.get(line).memory(op.i64Store, 0);
  run(code, layout, RUN.coreBlock).get(set).i32(L1_ENTRY_BYTES).op(op.i32Mul).op(op.i32Add).memory(op.i32Load, memory.coreLayout.l1 + 8);
  code.get(entry).memory(op.i32Load, 12).op(op.i32And).set(write);
  stored(code, arena, () => code.get(write).i32(1).op(op.i32And), () => code.get(host));
  code.get(address).i64(lineShift).op(op.i64ShrU).set(last);
  code.get(bytes);
  code.get(line).i64(BigInt(memory.lines.fast.noTag));
  code.get(write).i32(1).op(op.i32And);
  marked(code, layout, last).op(op.i32Eqz).op(op.i32And);
  code.op(op.select).memory(op.i64Store, FAST_WRITE);
  code.get(bytes).get(host).get(address).op(op.i32WrapI64).op(op.i32Sub).memory(op.i32Store, FAST_DELTA);
  keepFastPage(code, layout, memory, { page, entry, at: bytes, slot: set });
  code.get(host).op(op.return);
  code.end();
  return code.i32(0);
}

/** Offsets, from the beginning of the core's block and of its fast tags, of its TLB and of its fast pages. */
function pagePlaces(memory: MemorySystem): { readonly tlb: number; readonly fast: number } {
  return { tlb: memory.coreLayout.tlb, fast: FAST_ENTRY_BYTES * memory.shape.core.l1Sets };
}

/**
 * The common miss, all of it in straight code: a line of a page with a fast page, which no other core holds in a way that this
 * access ends. Returns the host offset; goes on behind itself, with nothing done, for all others.
 */
function fastMiss(code: Code, layout: EngineLayout, arena: Arena, memory: MemorySystem, beyond: CachesAndTakes | null): void {
  const { coreBytes } = arena.shape;
  const [address, how] = [0, 1];
  const [core, tags, fast, own, other, end] = [
    code.local(I32), code.local(I32), code.local(I32), code.local(I32), code.local(I32), code.local(I32)];
  const [line, page] = [code.local(I64), code.local(I64)];
  const { core: spec } = memory.shape;
  const places = pagePlaces(memory);
  const slow = code.open(op.block);
  // Computed as nowhere else: V8 would keep for the long way what both had.
  code.get(address).op(op.i32WrapI64).i32(2 ** layout.lineShift - 1).op(op.i32And).get(how).i32(WRITE_BIT - 1).op(op.i32And).op(op.i32Add);
  code.i32(2 ** layout.lineShift).op(op.i32GtU).brIf(slow);
  code.get(address).i64(BigInt(layout.lineShift)).op(op.i64ShrU).set(line);
  // Pages that only a part of can be addressed.
  const { low, high } = memory.shape;
  const pageBytes = 2 ** layout.pageShift;
  if (low % pageBytes !== 0) code.get(address).i64(BigInt(low)).op(op.i64LtU).brIf(slow);
  if (high % pageBytes !== 0) code.get(line).i64(BigInt(Math.floor(high / 2 ** layout.lineShift))).op(op.i64GeU).brIf(slow);
  run(code, layout, RUN.fastTags).tee(tags);
  code.get(address).i64(BigInt(layout.pageShift)).op(op.i64ShrU).tee(page).op(op.i32WrapI64).i32(spec.tlbEntries - 1).op(op.i32And);
  code.tee(end).i32(FAST_PAGE_BYTES).op(op.i32Mul).op(op.i32Add).tee(fast);
  code.memory(op.i64Load, places.fast).get(page).op(op.i64Ne).brIf(slow);
  code.get(how).i32(WRITE_BIT).op(op.i32GeU).open(op.if);
  code.get(fast).memory(op.i32Load, places.fast + 12).op(op.i32Eqz).brIf(slow);
  marked(code, layout, line).brIf(slow).end();
  run(code, layout, RUN.coreBlock).tee(core).i32(memory.coreLayout.l1).op(op.i32Add);
  setIndex(code, line, memory).i32(L1_ENTRY_BYTES).op(op.i32Mul).op(op.i32Add).set(own);
  const right = beyond ? code.local(I32) : undefined;
  const filled = code.open(op.block);
  code.get(own).memory(op.i64Load, 0).get(line).op(op.i64Eq);
  if (beyond) {
    code.open(op.if);
    // A store to a line that the core holds without that right costs nothing where nobody else can hold it.
    code.get(how).i32(WRITE_BIT).op(op.i32LtU).brIf(slow);
    code.get(own).memory(op.i32Load, 8).brIf(slow);
    code.get(line).call(beyond.caches.claim).tee(right!).op(op.i32Eqz).brIf(slow);
    code.br(filled).end();
    fastFetch(code, layout, memory, beyond, { slow, core, line, how, set: end, ways: other, right: right! });
  } else {
    const others = (): void => noOthers(code, layout, memory, coreBytes, { slow, core, own, line, how, other, end });
    code.open(op.if);
    // A store to a line that the core has without that right costs nothing where no other core has it.
    code.get(how).i32(WRITE_BIT).op(op.i32LtU).brIf(slow);
    others();
    code.br(filled).end();
    others();
  }
  // The line's entry, the page's count of misses, what it costs.
  code.get(own).get(line).memory(op.i64Store, 0);
  code.get(own).get(core).memory(op.f64Load, CORE_TIME).memory(op.f64Store, 16);
  code.get(page).op(op.i32WrapI64).i32(spec.tlbEntries - 1).op(op.i32And).i32(TLB_ENTRY_BYTES).op(op.i32Mul).get(core).op(op.i32Add);
  code.tee(other).get(other).memory(op.i32Load, places.tlb + 8).i32(1).op(op.i32Add).memory(op.i32Store, places.tlb + 8);
  if (beyond) countClass(code, layout, { core, of: () => code.get(end), at: other });
  else countFromMemory(code, layout, { core, line, how, of: end, at: other });
  code.end();
  const mayStore = (): Code => (right === undefined ? code.get(how).i32(WRITE_BIT).op(op.i32GeU) : code.get(right));
  code.get(own);
  mayStore().memory(op.i32Store, 8);
  // The fast tags of its set.
  code.get(fast).memory(op.i32Load, places.fast + 8);
  code.get(address).op(op.i32WrapI64).i32(2 ** layout.pageShift - 1).op(op.i32And).op(op.i32Add).set(other);
  stored(code, arena, mayStore, () => code.get(other));
  setIndex(code, line, memory).i32(FAST_ENTRY_BYTES).op(op.i32Mul).get(tags).op(op.i32Add).tee(tags);
  code.get(line).i64(BigInt(layout.lineShift)).op(op.i64Shl).tee(line).memory(op.i64Store, 0);
  code.get(tags).get(line).i64(BigInt(memory.lines.fast.noTag));
  mayStore();
  if (beyond) {
    // A load may have found the right to store, to a page that gives none to its code, or of a line with translated code.
    code.get(fast).memory(op.i32Load, places.fast + 12).op(op.i32And);
    code.get(line).i64(BigInt(layout.lineShift)).op(op.i64ShrU).set(line);
    marked(code, layout, line).op(op.i32Eqz).op(op.i32And);
  }
  code.op(op.select);
  code.memory(op.i64Store, FAST_WRITE);
  code.get(tags).get(other).get(address).op(op.i32WrapI64).op(op.i32Sub).memory(op.i32Store, FAST_DELTA);
  code.get(other).op(op.return);
  code.end();
}

/** Counts and charges a line from the own node's memory: of its four classes the one by its bit for streams and its bit for stores. */
function countFromMemory(
  code: Code, layout: EngineLayout,
  { core, line, how, of, at }: Readonly<Record<'core' | 'line' | 'how' | 'of' | 'at', number>>,
): void {
  emitStream(code, core, line);
  code.i32(NODE_CLASS.stream).op(op.i32Mul).get(how).i32(WRITE_SHIFT).op(op.i32ShrU).op(op.i32Or).set(of);
  run(code, layout, RUN.homeCounts).get(of).i32(2).op(op.i32Shl).op(op.i32Add).tee(at);
  code.get(at).memory(op.i32Load, 0).i32(1).op(op.i32Add).memory(op.i32Store, 0);
  charge(code, layout, () => run(code, layout, RUN.homeCosts).get(of).i32(3).op(op.i32Shl).op(op.i32Add));
}

/** Notes frame and right of the page beside the core's TLB entry, if the TLB has it and the frame is the node's own. */
function keepFastPage(
  code: Code, layout: EngineLayout, memory: MemorySystem,
  { page, entry, at, slot }: { readonly page: number; readonly entry: number; readonly at: number; readonly slot: number },
): void {
  const places = pagePlaces(memory);
  code.get(page).op(op.i32WrapI64).i32(memory.shape.core.tlbEntries - 1).op(op.i32And).set(slot);
  run(code, layout, RUN.coreBlock).get(slot).i32(TLB_ENTRY_BYTES).op(op.i32Mul).op(op.i32Add);
  code.memory(op.i64Load, places.tlb).get(page).op(op.i64Eq);
  code.get(entry).memory(op.i32Load, 12).i32(1).op(op.i32ShrU);
  run(code, layout, RUN.node).op(op.i32Eq).op(op.i32And).open(op.if);
  run(code, layout, RUN.fastTags).get(slot).i32(FAST_PAGE_BYTES).op(op.i32Mul).op(op.i32Add).tee(at);
  code.get(page).memory(op.i64Store, places.fast);
  code.get(at).get(entry).memory(op.i32Load, 8).memory(op.i32Store, places.fast + 8);
  code.get(at).get(entry).memory(op.i32Load, 12).i32(1).op(op.i32And).memory(op.i32Store, places.fast + 12);
  code.end();
}

/** If the access, or code that follows, may store to the byte at the pushed host offset: notes it, with all of its line. */
function stored(code: Code, { parts }: Arena, mayStore: () => void, host: () => void): void {
  if (!parts.tracked) return;
  mayStore();
  code.open(op.if);
  host();
  code.i32(PART_SHIFT).op(op.i32ShrU).i32(1).memory(op.i32Store8, parts.at).end();
}

/** Pushes whether the line may hold translated code. */
function marked(code: Code, layout: EngineLayout, line: number): Code {
  code.get(line).op(op.i32WrapI64).i32(MARKS - 1).op(op.i32And).i32(1).op(op.i32Shl);
  return code.memory(op.i32Load16U, layout.marks);
}

function touchLineCode(layout: EngineLayout, arena: Arena, memory: MemorySystem, caches: CachePath | null, drain: number): Code {
  const code = new Code(3);
  const [line, write, entry] = [0, 1, 2];
  const [core, set, own, hit, other, supplier] = [
    code.local(I32), code.local(I32), code.local(I32), code.local(I32), code.local(I32), code.local(I32)];
  const [theirs, owned, home] = [code.local(I32), code.local(I32), code.local(I32)];
  const page = code.local(I64);
  const now = code.local(F64);
  const { core: spec } = memory.shape;
  run(code, layout, RUN.coreBlock).set(core);
  setIndex(code, line, memory).set(set);
  code.get(core).i32(memory.coreLayout.l1).op(op.i32Add).get(set).i32(L1_ENTRY_BYTES).op(op.i32Mul).op(op.i32Add).tee(own);
  code.memory(op.i64Load, 0).get(line).op(op.i64Eq).tee(hit).open(op.if);
  code.get(write).op(op.i32Eqz).get(own).memory(op.i32Load, 8).op(op.i32Or).open(op.if);
  code.op(op.return).end();
  code.end();
  code.get(core).memory(op.f64Load, CORE_TIME).set(now);
  const right = caches ? code.local(I32) : write;
  if (caches) {
    code.get(line).get(entry).memory(op.i32Load, 12).i32(1).op(op.i32ShrU).get(write).get(hit).call(caches.fetch).set(supplier);
    code.get(write).set(right);
    if (memory.coreLayout.l2Sets > 0) {
      // The line is first in its set.
      const { l2, l2Sets } = memory.coreLayout;
      code.get(line).op(op.i32WrapI64).i32(l2Sets - 1).op(op.i32And).i32(4).op(op.i32Shl).get(core).op(op.i32Add);
      code.memory(op.i32Load, l2).i32(1).op(op.i32And).set(right);
    }
  } else {
    takeFromOthers(code, layout, arena, memory, { line, write, core, set, own, other, supplier, theirs, owned, tags: home, now });
  }
  code.get(hit).open(op.if);
  code.get(own).i32(1).memory(op.i32Store, 8);
  code.get(supplier).i32(-1).op(op.i32Eq).open(op.if);
  code.op(op.return).end();
  code.else();
  code.get(own).get(line).memory(op.i64Store, 0);
  code.get(own).get(right).memory(op.i32Store, 8);
  code.get(own).get(now).memory(op.f64Store, 16);
  run(code, layout, RUN.fastTags).get(set).i32(FAST_ENTRY_BYTES).op(op.i32Mul).op(op.i32Add).tee(home);
  code.i64(BigInt(memory.lines.fast.noTag)).memory(op.i64Store, 0);
  code.get(home).i64(BigInt(memory.lines.fast.noTag)).memory(op.i64Store, FAST_WRITE).end();
  // The TLB, and the page's count of misses.
  code.get(line).i64(BigInt(layout.pageShift - layout.lineShift)).op(op.i64ShrU).tee(page).op(op.i32WrapI64);
  code.i32(spec.tlbEntries - 1).op(op.i32And).i32(TLB_ENTRY_BYTES).op(op.i32Mul).get(core).op(op.i32Add);
  code.i32(memory.coreLayout.tlb).op(op.i32Add).tee(theirs);
  code.memory(op.i64Load, 0).get(page).op(op.i64Eq).open(op.if);
  code.get(theirs).get(theirs).memory(op.i32Load, 8).i32(1).op(op.i32Add).memory(op.i32Store, 8);
  code.else();
  code.get(theirs).memory(op.i32Load, 4).i32(EMPTY).op(op.i32Ne).get(theirs).memory(op.i32Load, 8).i32(0).op(op.i32Ne).op(op.i32And);
  code.open(op.if);
  logEviction(code, layout, theirs, owned, drain);
  code.end();
  code.get(theirs).get(page).memory(op.i64Store, 0);
  code.get(theirs).i32(1).memory(op.i32Store, 8);
  run(code, layout, RUN.fastTags).get(page).op(op.i32WrapI64).i32(spec.tlbEntries - 1).op(op.i32And).i32(FAST_PAGE_BYTES).op(op.i32Mul);
  code.op(op.i32Add).i64(-1n).memory(op.i64Store, pagePlaces(memory).fast);
  countClass(code, layout, { core, of: () => code.i32(CLASS.tlb), at: owned });
  code.end();
  if (caches) {
    countClass(code, layout, { core, of: () => code.get(supplier), at: owned });
    return code;
  }
  // Where the line comes from: the class of the access, in `own`.
  const homeClass = (): Code => code.get(home).i32(NODE_CLASSES).op(op.i32Mul).i32(FIRST_NODE_CLASS).op(op.i32Add);
  code.get(supplier).i32(-1).op(op.i32Eq).open(op.if);
  code.get(entry).memory(op.i32Load, 12).i32(1).op(op.i32ShrU).set(home);
  homeClass().get(write).op(op.i32Add);
  emitStream(code, core, line);
  code.i32(NODE_CLASS.stream).op(op.i32Mul).op(op.i32Add).set(own);
  code.else();
  code.get(supplier).i32(2).op(op.i32Shl).memory(op.i32Load, layout.nodeOf).set(home);
  homeClass().i32(NODE_CLASS.far).op(op.i32Add);
  code.i32(CLASS.near).get(home);
  run(code, layout, RUN.node).op(op.i32Ne).op(op.select).set(own);
  code.end();
  countClass(code, layout, { core, of: () => code.get(own), at: owned });
  return code;
}

/** Counts an access of the class that `of` pushes, and charges it; `at` is scratch. */
function countClass(
  code: Code, layout: EngineLayout, { core, of, at }: { readonly core: number; readonly of: () => Code; readonly at: number },
): void {
  of().i32(2).op(op.i32Shl).get(core).op(op.i32Add).tee(at);
  code.get(at).memory(op.i32Load, COUNTS).i32(1).op(op.i32Add).memory(op.i32Store, COUNTS);
  charge(code, layout, () => {
    run(code, layout, RUN.costs);
    of().i32(3).op(op.i32Shl).op(op.i32Add);
  });
}

/** Takes cycles off what the slice may still spend: those at the place in the table of costs that `push` pushes. */
function charge(code: Code, layout: EngineLayout, push: () => void): void {
  code.i32(0).i32(0).memory(op.i64Load, layout.run + RUN.limit);
  push();
  code.memory(op.i64Load, 0).op(op.i64Sub).memory(op.i64Store, layout.run + RUN.limit);
}

/** Notes page and misses of the TLB entry in local `from`; TypeScript takes a full log away. */
function logEviction(code: Code, layout: EngineLayout, from: number, count: number, drain: number): void {
  run(code, layout, RUN.evicted).i32(MAX_EVICTED).op(op.i32Eq).open(op.if);
  code.call(drain).end();
  run(code, layout, RUN.evicted).i32(EVICTED_BYTES).op(op.i32Mul).tee(count);
  code.get(from).memory(op.i64Load, 0).op(op.f64ConvertI64U).memory(op.f64Store, layout.evicted);
  code.get(count).get(from).memory(op.i32Load, 8).op(op.i64ExtendI32U).op(op.f64ConvertI64U).memory(op.f64Store, layout.evicted + 8);
  code.i32(0);
  run(code, layout, RUN.evicted).i32(1).op(op.i32Add).memory(op.i32Store, layout.run + RUN.evicted);
}
