// Other cores in the miss path of machines without caches behind L1: each that can have the line is looked at.
import type { Arena } from '../../machine/arena.js';
import { CONTENDED, L1_ENTRY_BYTES } from '../../machine/core-block.js';
import { FAST_ENTRY_BYTES, FAST_WRITE } from '../../machine/fast-tags.js';
import type { MemorySystem } from '../../machine/memory.js';
import { WRITE_BIT } from './access.js';
import type { Code } from './encode.js';
import { RUN, type EngineLayout } from './layout.js';
import { op } from './opcodes.js';

/** Upper half of an empty line. */
const EMPTY = -1;

/** Pushes a u32 of the run block. */
function run(code: Code, layout: EngineLayout, field: number): Code {
  return code.i32(0).memory(op.i32Load, layout.run + field);
}

/** Nodes with so many cores at most are looked through without a loop. */
const FEW_CORES = 4;

/** How many cores those are that can hold a line, wherever one runs, if they are few. */
export function fewCores({ shape: { coresOf, sharedLines } }: MemorySystem): number | undefined {
  const [cores] = coresOf;
  return !sharedLines && cores! <= FEW_CORES && coresOf.every((each) => each === cores) ? cores : undefined;
}

/** Goes on slowly if another core holds the line with the write tag, or at all against a store: the long way ends their rights. */
export function noOthers(
  code: Code, layout: EngineLayout, memory: MemorySystem, coreBytes: number,
  { slow, core, own, line, how, other, end }: (
    Readonly<Record<'slow' | 'core' | 'own' | 'line' | 'how' | 'other' | 'end', number>>),
): void {
  const conflict = (at: number, entry: () => Code): void => {
    code.get(other).memory(op.i64Load, at).get(line).op(op.i64Eq).hinted(false).open(op.if);
    code.get(how).i32(WRITE_BIT).op(op.i32GeU).get(other).memory(op.i32Load, at + 8).op(op.i32Or);
    entry().get(own).op(op.i32Ne).op(op.i32And).brIf(slow).end();
  };
  code.get(own).get(core).op(op.i32Sub).set(end);
  run(code, layout, RUN.scanFirst).i32(coreBytes).op(op.i32Mul).get(end).op(op.i32Add).set(other);
  const cores = fewCores(memory);
  if (cores !== undefined) {
    for (let i = 0; i < cores; i++) conflict(coreBytes * i, () => code.get(other).i32(coreBytes * i).op(op.i32Add));
    return;
  }
  run(code, layout, RUN.scanEnd).i32(coreBytes).op(op.i32Mul).get(end).op(op.i32Add).set(end);
  const scan = code.open(op.loop);
  conflict(0, () => code.get(other));
  code.get(other).i32(coreBytes).op(op.i32Add).tee(other).get(end).op(op.i32LtU).brIf(scan).end();
}

/** Ends the rights of others that conflict, as MemorySystem.takeFromOthers: leaves in `supplier` the core that hands the line over, or -1. */
export function takeFromOthers(
  code: Code, layout: EngineLayout, arena: Arena, memory: MemorySystem,
  { line, write, core, set, own, other, supplier, theirs, owned, tags, now }: Readonly<Record<
    'line' | 'write' | 'core' | 'set' | 'own' | 'other' | 'supplier' | 'theirs' | 'owned' | 'tags' | 'now', number>>,
): void {
  const { shape: { contentionWindowPs }, lines: { fast } } = memory;
  code.i32(-1).set(supplier);
  run(code, layout, RUN.scanFirst).set(other);
  const scanned = code.open(op.block);
  const scan = code.open(op.loop);
  code.get(other);
  run(code, layout, RUN.scanEnd).op(op.i32GeU).brIf(scanned);
  const next = code.open(op.block);
  code.get(other).i32(arena.shape.coreBytes).op(op.i32Mul).i32(memory.coreLayout.l1).op(op.i32Add);
  code.get(set).i32(L1_ENTRY_BYTES).op(op.i32Mul).op(op.i32Add).tee(theirs);
  code.memory(op.i64Load, 0).get(line).op(op.i64Ne).brIf(next);
  code.get(theirs).get(own).op(op.i32Eq).brIf(next);
  code.get(theirs).memory(op.i32Load, 8).tee(owned).get(write).op(op.i32Or).op(op.i32Eqz).brIf(next);
  code.get(owned).get(supplier).i32(-1).op(op.i32Eq).op(op.i32Or).open(op.if);
  code.get(other).set(supplier).end();
  code.get(theirs).memory(op.f64Load, 16).f64(contentionWindowPs).op(op.f64Add).get(now).op(op.f64Ge).open(op.if);
  code.get(core).i32(1).memory(op.i32Store, CONTENDED);
  code.get(other).i32(arena.shape.coreBytes).op(op.i32Mul).i32(1).memory(op.i32Store, CONTENDED);
  code.i32(0).i32(1).memory(op.i32Store, memory.contended.any).end();
  code.get(other).i32(fast.coreBytes).op(op.i32Mul).get(set).i32(FAST_ENTRY_BYTES).op(op.i32Mul).op(op.i32Add).set(tags);
  code.get(tags).i64(BigInt(fast.noTag)).memory(op.i64Store, fast.coreOffset(0) + FAST_WRITE);
  code.get(write).open(op.if);
  code.get(theirs).i32(EMPTY).memory(op.i32Store, 4);
  code.get(tags).i64(BigInt(fast.noTag)).memory(op.i64Store, fast.coreOffset(0));
  code.else();
  code.get(theirs).i32(0).memory(op.i32Store, 8).end();
  code.end();
  code.get(other).i32(1).op(op.i32Add).set(other);
  code.br(scan).end();
  code.end();
}
