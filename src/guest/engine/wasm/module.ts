// The module of one ISA on machines of one shape: memory path, interpreter, and the dispatcher that joins it to compiled
// regions. Its bytes depend on nothing but those, so it is compiled once.
import type { Isa } from '../../lang/model.js';
import type { Arena } from '../../machine/arena.js';
import { contextLayout, CYCLES_OFFSET, PC_OFFSET } from '../../machine/context.js';
import { CORE_TIME, COUNTS, FIRST_NODE_CLASS, NODE_CLASSES } from '../../machine/core-block.js';
import type { MemorySystem } from '../../machine/memory.js';
import { Code, ModuleBuilder } from './encode.js';
import { CONTEXT, countArrival, interpreterCode, PARAMS, pushRecord, SPENT, TAGS } from './interpreter.js';
import { RECORD, RUN, type EngineLayout } from './layout.js';
import { addMemoryPath } from './memory-path.js';
import { F64, I32, I64, op } from './opcodes.js';

export interface EngineModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly handles: readonly boolean[];
}

/** Externs that compiled code may call: pure ones that yield something. */
export function callable(isa: Isa): readonly string[] {
  return isa.externs.filter(({ pure, result }) => pure && result > 0).map(({ name }) => name);
}

export function externName(name: string): string {
  return `x.${name}`;
}

/** Imports every callable extern; the function's number for each extern of the ISA that has one. */
export function importExterns(module: ModuleBuilder, isa: Isa): readonly number[] {
  const names = callable(isa);
  const numbers: number[] = [];
  isa.externs.forEach(({ name, args }, i) => {
    if (names.includes(name)) numbers[i] = module.importFunction(externName(name), module.type(args.map(() => I64), [I64]));
  });
  return numbers;
}

export function engineModule(isa: Isa, layout: EngineLayout, arena: Arena, memory: MemorySystem): EngineModule {
  const module = new ModuleBuilder();
  const runs = module.type(PARAMS, [I32]);
  module.importMemory('memory');
  module.importTable('table');
  const drain = module.importFunction('drain', module.type([], []));
  const verify = module.importFunction('verify', module.type([I32], [I32]));
  const externs = importExterns(module, isa);
  const { lookUp, touch } = addMemoryPath(module, layout, arena, memory, drain);
  // The dispatcher and the interpreter call one another: the dispatcher's number is the one before.
  const dispatch = touch + 1;
  const interpret = dispatch + 1;
  const helpers = { lookUp, touch, dispatch, follow: -1, atLimit: -1, externs };
  const { code, handles } = interpreterCode(isa, contextLayout(isa), layout, helpers);
  module.add('dispatch', runs, dispatchCode(layout, runs, verify, interpret, true));
  module.add('interpret', runs, code);
  const resume = module.add('resume', runs, dispatchCode(layout, runs, verify, interpret, false));
  const enter = module.add('enter', module.type([], [I32]), enterCode(layout, resume));
  module.export('follow', module.add('follow', module.type([I64], [I32]), followCode(layout, memory)));
  module.export('enter', enter);
  module.export('touch', touch);
  module.export('dispatch', dispatch);
  return { bytes: module.build(), handles };
}

/**
 * Goes on at the context's pc: in its region if there is one and all its pages are resident, else in the interpreter. Where a
 * slice begins is no arrival by a jump: a region from there would turn the loops around it inside out.
 */
function dispatchCode(layout: EngineLayout, runs: number, verify: number, interpret: number, counts: boolean): Code {
  const code = new Code(PARAMS.length);
  const [pc, record, region] = [code.local(I64), code.local(I32), code.local(I32)];
  code.get(CONTEXT).memory(op.i64Load, PC_OFFSET).set(pc);
  const cold = code.open(op.block);
  pushRecord(code, layout, pc).tee(record).memory(op.i64Load, RECORD.pc).get(pc).op(op.i64Ne).brIf(cold);
  code.get(record).memory(op.i32Load, RECORD.region).tee(region).open(op.if);
  code.get(region).i32(0).memory(op.i32Load, layout.run + RUN.ready).op(op.i32Add).memory(op.i32Load8U, 0).op(op.i32Eqz);
  code.hinted(false).open(op.if);
  code.get(region).call(verify).op(op.i32Eqz).brIf(cold);
  code.end();
  code.get(TAGS).get(CONTEXT).get(SPENT).get(region).returnCallIndirect(runs);
  code.end();
  if (counts) countArrival(code, layout, record, pc);
  code.end();
  return code.get(TAGS).get(CONTEXT).get(SPENT).returnCall(interpret);
}

/** At the limit, with what was spent: begins the slice that follows at once, if nobody must be asked; whether it did. */
function followCode(layout: EngineLayout, memory: MemorySystem): Code {
  const code = new Code(1);
  const spent = 0;
  const [now, core] = [code.local(F64), code.local(I32)];
  const field = (type: number, at: number): Code => code.i32(0).memory(type, layout.run + at);
  const asks = code.open(op.block);
  field(op.i32Load, RUN.mayFollow).op(op.i32Eqz).brIf(asks);
  code.i32(0).memory(op.i32Load, memory.contended.any).brIf(asks);
  code.get(spent).op(op.i32WrapI64);
  field(op.i32Load, RUN.followInstructions).op(op.i32GeU).brIf(asks);
  field(op.i32Load, RUN.context).memory(op.i64Load, CYCLES_OFFSET);
  code.get(spent).i64(32n).op(op.i64ShrU).op(op.i64Add).op(op.f64ConvertI64U).f64(memory.shape.core.cyclePs).op(op.f64Mul);
  field(op.f64Load, RUN.bookedPs).op(op.f64Add).set(now);
  field(op.i32Load, RUN.coreBlock).set(core);
  addMemoryTime(code, layout, memory, { core, now });
  code.get(now);
  field(op.f64Load, RUN.followUntil).op(op.f64Ge).brIf(asks);
  code.get(core).get(now).memory(op.f64Store, CORE_TIME);
  code.i32(0).get(spent).i64(-4294967296n).op(op.i64And);
  field(op.i64Load, RUN.budget).op(op.i64Add).memory(op.i64Store, layout.run + RUN.limit);
  code.i32(0);
  field(op.i32Load, RUN.mayFollow).i32(1).op(op.i32Sub).memory(op.i32Store, layout.run + RUN.mayFollow);
  code.i32(0);
  field(op.i32Load, RUN.followed).i32(1).op(op.i32Add).memory(op.i32Store, layout.run + RUN.followed);
  code.i32(1).op(op.return);
  code.end();
  return code.i32(0);
}

/** Adds to local `now` what the accesses that the core has counted took. All are integers: the order of sums does not matter. */
function addMemoryTime(
  code: Code, layout: EngineLayout, memory: MemorySystem, { core, now }: { readonly core: number; readonly now: number },
): void {
  const [counts, costs, last] = [code.local(I32), code.local(I32), code.local(I32)];
  const field = (at: number): Code => code.i32(0).memory(op.i32Load, layout.run + at);
  const add = (at: number): void => {
    code.get(counts).memory(op.i32Load, 4 * at).op(op.f64ConvertI32U).get(costs).memory(op.f64Load, 8 * at);
    code.op(op.f64Mul).get(now).op(op.f64Add).set(now);
  };
  code.get(core).i32(COUNTS).op(op.i32Add).set(counts);
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

function enterCode(layout: EngineLayout, resume: number): Code {
  const code = new Code(0);
  code.i32(0).memory(op.i32Load, layout.run + RUN.fastTags);
  code.i32(0).memory(op.i32Load, layout.run + RUN.context);
  return code.i64(0n).returnCall(resume);
}
