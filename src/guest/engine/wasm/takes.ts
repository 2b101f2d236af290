// Whether an access would take a line from another core: the miss path leaves it to the reference engine then, which knows whether
// the time for that has come.
import type { Arena } from '../../machine/arena.js';
import { L1_ENTRY_BYTES } from '../../machine/core-block.js';
import type { MemorySystem } from '../../machine/memory.js';
import { Code } from './encode.js';
import { RUN, type EngineLayout } from './layout.js';
import { I32, op } from './opcodes.js';

/** (i64 line, i32 whether to store) -> i32: as MemorySystem.takes, of one line. */
export function takesCode(layout: EngineLayout, arena: Arena, memory: MemorySystem): Code {
  const code = new Code(2);
  const [line, write] = [0, 1];
  const [set, own, other, theirs] = [code.local(I32), code.local(I32), code.local(I32), code.local(I32)];
  const { coreBytes } = arena.shape;
  const field = (at: number): Code => code.i32(0).memory(op.i32Load, layout.run + at);
  code.get(line).op(op.i32WrapI64).i32(memory.shape.core.l1Sets - 1).op(op.i32And).i32(L1_ENTRY_BYTES).op(op.i32Mul).i32(memory.coreLayout.l1).op(op.i32Add).set(set);
  field(RUN.coreBlock).get(set).op(op.i32Add).tee(own).memory(op.i64Load, 0).get(line).op(op.i64Eq).open(op.if);
  code.get(write).op(op.i32Eqz).get(own).memory(op.i32Load, 8).op(op.i32Or).open(op.if);
  code.i32(0).op(op.return).end();
  code.end();
  field(RUN.scanFirst).set(other);
  const scanned = code.open(op.block);
  const scan = code.open(op.loop);
  code.get(other);
  field(RUN.scanEnd).op(op.i32GeU).brIf(scanned);
  code.get(other).i32(coreBytes).op(op.i32Mul).get(set).op(op.i32Add).tee(theirs).get(own).op(op.i32Ne);
  code.get(theirs).memory(op.i64Load, 0).get(line).op(op.i64Eq).op(op.i32And);
  code.get(theirs).memory(op.i32Load, 8).get(write).op(op.i32Or).op(op.i32And).open(op.if);
  code.i32(1).op(op.return).end();
  code.get(other).i32(1).op(op.i32Add).set(other);
  code.br(scan).end();
  code.end();
  return code.i32(0);
}
