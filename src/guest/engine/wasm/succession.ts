// How slices follow one another without TypeScript: further ones of the same core within compiled code, and those of other cores
// by changing the run block, which is all that code knows of core and vCPU. Each begins when it is the earliest that is due, as
// the server would have begun it; where anything else belongs to it, it is left to the server.
import { CORE_TIME, COUNTS, FIRST_NODE_CLASS, NODE_CLASSES } from '../../machine/core-block.js';
import { CYCLES_OFFSET, RETIRED_OFFSET } from '../../machine/context.js';
import { AFTER_ALL_OTHERS, DUE_COUNT, DUE_TIMES, dueSequences, dueTree } from '../../machine/due-slices.js';
import type { MemorySystem } from '../../machine/memory.js';
import { Code } from './encode.js';
import { LEFT, RUN, SLOT, SLOT_BYTES, type EngineLayout } from './layout.js';
import { F64, I32, I64, op } from './opcodes.js';

/** V8 changes to better code only where a function is called anew: code is left now and then. */
export const MOST_FOLLOW = 64;
/** Of an i64 with cycles in its upper half. */
const CYCLES_ONLY = -4294967296n;

export interface Successors {
  /** Goes on at the context's pc: (i32 fast tags, i32 context, i64 spent) -> i32 reason. */
  readonly resume: number;
  readonly drain: number;
  /** (i32 core) -> i32: whether its slice may follow; its slot is filled then. */
  readonly admit: number;
  /** (i32 core, f64 time): the core's slice is due then. */
  readonly wait: number;
}

/** Sets local `now` to the core's time at the end of what was spent, from all that was counted since it was booked. */
function setNow(code: Code, layout: EngineLayout, memory: MemorySystem, { spent, now }: { readonly spent: number; readonly now: number }): void {
  const field = (type: number, at: number): Code => code.i32(0).memory(type, layout.run + at);
  const inPs = (): Code => code.op(op.f64ConvertI64U).f64(memory.shape.core.cyclePs).op(op.f64Mul);
  field(op.i64Load, RUN.limit);
  field(op.i64Load, RUN.whole).op(op.i64Eq).open(op.if);
  // Counts need not be looked at, which would take some lines of the host's caches: cycles alone have passed since it began.
  code.get(spent);
  field(op.i64Load, RUN.budget).op(op.i64Add);
  field(op.i64Load, RUN.whole).op(op.i64Sub).i64(32n).op(op.i64ShrU);
  inPs();
  field(op.i32Load, RUN.coreBlock).memory(op.f64Load, CORE_TIME).op(op.f64Add).set(now).else();
  field(op.i32Load, RUN.context).memory(op.i64Load, CYCLES_OFFSET).get(spent).i64(32n).op(op.i64ShrU).op(op.i64Add);
  inPs();
  field(op.f64Load, RUN.bookedPs).op(op.f64Add).set(now);
  addMemoryTime(code, layout, memory, now);
  code.end();
}

/** Adds to local `now` what the accesses that the core has counted took. All are integers: the order of sums does not matter. */
function addMemoryTime(code: Code, layout: EngineLayout, memory: MemorySystem, now: number): void {
  const [counts, costs, last] = [code.local(I32), code.local(I32), code.local(I32)];
  const field = (at: number): Code => code.i32(0).memory(op.i32Load, layout.run + at);
  const add = (at: number): void => {
    code.get(counts).memory(op.i32Load, 4 * at).op(op.f64ConvertI32U).get(costs).memory(op.f64Load, 8 * at);
    code.op(op.f64Mul).get(now).op(op.f64Add).set(now);
  };
  field(RUN.coreBlock).i32(COUNTS).op(op.i32Add).set(counts);
  field(RUN.psCosts).set(costs);
  for (let at = 0; at < FIRST_NODE_CLASS; at++) add(at);
  // Of its own node, then of all others that it can have lines from.
  if (memory.shape.sharedLines) {
    code.get(counts).i32(4 * FIRST_NODE_CLASS).op(op.i32Add).tee(counts).i32(4 * NODE_CLASSES * (layout.nodes - 1)).op(op.i32Add).set(last);
    code.get(costs).i32(8 * FIRST_NODE_CLASS).op(op.i32Add).set(costs);
  } else {
    code.get(costs);
    field(RUN.homeCosts).op(op.i32Add);
    field(RUN.costs).op(op.i32Sub).set(costs);
    field(RUN.homeCounts).tee(counts).set(last);
  }
  const each = code.open(op.loop);
  for (let at = 0; at < NODE_CLASSES; at++) add(at);
  code.get(costs).i32(8 * NODE_CLASSES).op(op.i32Add).set(costs);
  code.get(counts).get(last).op(op.i32LtU);
  code.get(counts).i32(4 * NODE_CLASSES).op(op.i32Add).set(counts);
  code.brIf(each).end();
}

/** At the limit, with what was spent: begins the core's next slice, if it is the earliest for sure; whether it did. */
export function followCode(layout: EngineLayout, memory: MemorySystem): Code {
  const code = new Code(1);
  const spent = 0;
  const [now, limit] = [code.local(F64), code.local(I64)];
  const field = (type: number, at: number): Code => code.i32(0).memory(type, layout.run + at);
  const no = code.open(op.block);
  field(op.i32Load, RUN.mayFollow).op(op.i32Eqz).brIf(no);
  code.i32(0).memory(op.i32Load, memory.contended.any).brIf(no);
  field(op.i32Load, RUN.instructions).get(spent).op(op.i32WrapI64).op(op.i32Sub).i32(0).op(op.i32LeS).brIf(no);
  setNow(code, layout, memory, { spent, now });
  code.get(now);
  field(op.f64Load, RUN.followUntil).op(op.f64Ge).brIf(no);
  field(op.i32Load, RUN.coreBlock).get(now).memory(op.f64Store, CORE_TIME);
  code.get(spent).i64(CYCLES_ONLY).op(op.i64And);
  field(op.i64Load, RUN.budget).op(op.i64Add).set(limit);
  code.i32(0).get(limit).memory(op.i64Store, layout.run + RUN.limit);
  code.i32(0).get(limit).memory(op.i64Store, layout.run + RUN.whole);
  code.i32(0);
  field(op.i32Load, RUN.mayFollow).i32(1).op(op.i32Sub).memory(op.i32Store, layout.run + RUN.mayFollow);
  begun(code, layout);
  code.i32(1).op(op.return);
  code.end();
  return code.i32(0);
}

function begun(code: Code, layout: EngineLayout): void {
  code.i32(0).i32(0).memory(op.i32Load, layout.run + RUN.begun).i32(1).op(op.i32Add).memory(op.i32Store, layout.run + RUN.begun);
}

/** As DueSlices.set. Times are compared by their bits, which for what is not negative keeps the order. */
export function waitCode(layout: EngineLayout): Code {
  const code = new Code(2);
  const [core, time] = [0, 1];
  const [due, best, other, node, cell, wins] = [
    code.local(I32), code.local(I32), code.local(I32), code.local(I32), code.local(I32), code.local(I32)];
  const [bestTime, otherTime] = [code.local(I64), code.local(I64)];
  const { leaves } = layout;
  const [sequences, tree] = [dueSequences(leaves), dueTree(leaves)];
  const cellOf = (of: number): Code => code.get(of).i32(3).op(op.i32Shl).get(due).op(op.i32Add);
  const nodeCell = (): Code => code.i32(2).op(op.i32Shl).get(due).op(op.i32Add);
  code.i32(0).memory(op.i32Load, layout.run + RUN.due).set(due);
  cellOf(core).tee(cell).memory(op.f64Load, DUE_TIMES).f64(Infinity).op(op.f64Eq).open(op.if);
  code.get(due).get(due).memory(op.i32Load, DUE_COUNT).i32(1).op(op.i32Add).memory(op.i32Store, DUE_COUNT).end();
  code.get(cell).get(time).memory(op.f64Store, DUE_TIMES);
  code.get(cell).get(core).op(op.f64ConvertI32U).f64(AFTER_ALL_OTHERS).op(op.f64Add).memory(op.f64Store, sequences);
  code.get(time).op(op.i64ReinterpretF64).set(bestTime);
  code.get(core).tee(best).i32(leaves).op(op.i32Add).set(node);
  const top = code.open(op.block);
  const replay = code.open(op.loop);
  code.get(node).i32(1).op(op.i32Eq).brIf(top);
  code.get(node).i32(1).op(op.i32Xor);
  nodeCell().memory(op.i32Load, tree).set(other);
  // Who wins cannot be foreseen: arithmetic, in place of a branch, but where times are equal.
  cellOf(other).tee(cell).memory(op.i64Load, DUE_TIMES).tee(otherTime).get(bestTime).op(op.i64LtS).set(wins);
  code.get(otherTime).get(bestTime).op(op.i64Eq).hinted(false).open(op.if);
  code.get(cell).memory(op.f64Load, sequences);
  cellOf(best).memory(op.f64Load, sequences).op(op.f64Lt).set(wins).end();
  code.get(best).get(best).get(other).op(op.i32Xor).i32(0).get(wins).op(op.i32Sub).tee(wins).op(op.i32And).op(op.i32Xor).set(best);
  code.get(bestTime).get(bestTime).get(otherTime).op(op.i64Xor).get(wins).op(op.i64ExtendI32S).op(op.i64And).op(op.i64Xor).set(bestTime);
  code.get(node).i32(1).op(op.i32ShrU).tee(node);
  nodeCell().get(best).memory(op.i32Store, tree);
  code.br(replay).end().end();
  return code;
}

/** Runs the slice in the run block, and those that follow it, until TypeScript must see to something; the reason of the last. */
export function enterCode(layout: EngineLayout, memory: MemorySystem, { resume, drain, admit, wait }: Successors): Code {
  const code = new Code(0);
  const [reason, left, slot, next, context, tree] = [
    code.local(I32), code.local(I32), code.local(I32), code.local(I32), code.local(I32), code.local(I32)];
  const spent = code.local(I64);
  const [now, time] = [code.local(F64), code.local(F64)];
  const field = (type: number, at: number): Code => code.i32(0).memory(type, layout.run + at);
  const slotOf = (): Code => code.i32(SLOT_BYTES).op(op.i32Mul).i32(layout.slots).op(op.i32Add);
  const again = code.open(op.loop);
  const stop = code.open(op.block);
  field(op.i32Load, RUN.fastTags);
  field(op.i32Load, RUN.context).i64(0n).call(resume).set(reason);
  // Whether another may follow at all.
  field(op.i32Load, RUN.ahead).op(op.i32Eqz).brIf(stop);
  code.get(reason).i32(LEFT.yield).op(op.i32GtU).brIf(stop);
  field(op.i32Load, RUN.maySwitch).op(op.i32Eqz).brIf(stop);
  code.i32(0).memory(op.i32Load, memory.contended.any).brIf(stop);
  field(op.i64Load, RUN.spent).set(spent);
  field(op.i32Load, RUN.instructions).get(spent).op(op.i32WrapI64).op(op.i32Sub).tee(left).i32(0).op(op.i32LeS).brIf(stop);
  field(op.i32Load, RUN.core);
  slotOf().set(slot);
  setNow(code, layout, memory, { spent, now });
  code.get(now).get(slot).memory(op.f64Load, SLOT.until).op(op.f64Ge).brIf(stop);
  code.get(slot).memory(op.f64Load, SLOT.turnEnds).tee(time).f64(Infinity).op(op.f64Eq).get(reason).op(op.i32And).brIf(stop);
  code.get(now).get(time).op(op.f64Ge).open(op.if);
  code.get(slot).get(now);
  field(op.f64Load, RUN.turn).op(op.f64Add).memory(op.f64Store, SLOT.turnEnds).end();
  // The core waits like the others; the earliest is next.
  field(op.i32Load, RUN.core).get(now).call(wait);
  field(op.i32Load, RUN.due).tee(tree).memory(op.i32Load, dueTree(layout.leaves) + 4).tee(next);
  code.i32(3).op(op.i32Shl).get(tree).op(op.i32Add).memory(op.f64Load, DUE_TIMES).tee(time);
  field(op.f64Load, RUN.until).op(op.f64Ge).brIf(stop);
  code.get(next);
  slotOf().tee(slot).memory(op.i32Load, SLOT.ahead);
  field(op.i32Load, RUN.ahead).op(op.i32Ne).open(op.if);
  code.get(next).call(admit).op(op.i32Eqz).brIf(stop).end();
  // What was spent is the context's now; what left the TLB is the node's.
  field(op.i32Load, RUN.context).tee(context).get(context).memory(op.i64Load, CYCLES_OFFSET);
  code.get(spent).i64(32n).op(op.i64ShrU).op(op.i64Add).memory(op.i64Store, CYCLES_OFFSET);
  code.get(context).get(context).memory(op.i64Load, RETIRED_OFFSET);
  code.get(spent).op(op.i32WrapI64).op(op.i64ExtendI32U).op(op.i64Add).memory(op.i64Store, RETIRED_OFFSET);
  code.i32(0).get(left).memory(op.i32Store, layout.run + RUN.instructions);
  field(op.i32Load, RUN.evicted).open(op.if);
  code.call(drain).end();
  // The next slice.
  for (let at = 0; at < SLOT.words; at += 8) code.i32(0).get(slot).memory(op.i64Load, at).memory(op.i64Store, layout.run + at);
  code.get(slot).memory(op.i32Load, RUN.coreBlock).get(time).memory(op.f64Store, CORE_TIME);
  code.i32(0).i64(0n).memory(op.i64Store, layout.run + RUN.spent);
  for (const limit of [RUN.limit, RUN.whole]) {
    code.i32(0);
    field(op.i64Load, RUN.budget).memory(op.i64Store, layout.run + limit);
  }
  code.i32(0);
  field(op.i32Load, RUN.maySwitch).i32(1).op(op.i32Sub).memory(op.i32Store, layout.run + RUN.maySwitch);
  begun(code, layout);
  // Its own may follow in the same code where it is the only one that waits.
  code.i32(0).i32(MOST_FOLLOW).i32(0).get(tree).memory(op.i32Load, DUE_COUNT).i32(1).op(op.i32Eq).op(op.select);
  code.memory(op.i32Store, layout.run + RUN.mayFollow);
  code.i32(0);
  field(op.f64Load, RUN.until).get(slot).memory(op.f64Load, SLOT.until).op(op.f64Min);
  code.get(slot).memory(op.f64Load, SLOT.turnEnds).op(op.f64Min).memory(op.f64Store, layout.run + RUN.followUntil);
  code.br(again);
  code.end();
  code.get(reason).op(op.return);
  code.end();
  return code.op(op.unreachable);
}
