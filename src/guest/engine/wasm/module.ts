// The module of one ISA on machines of one shape: memory path, interpreter, and the dispatcher that joins it to compiled
// regions. Its bytes depend on nothing but those, so it is compiled once.
import type { Isa } from '../../lang/model.js';
import type { Arena } from '../../machine/arena.js';
import { contextLayout, PC_OFFSET } from '../../machine/context.js';
import type { MemorySystem } from '../../machine/memory.js';
import { Code, ModuleBuilder } from './encode.js';
import { CONTEXT, countArrival, interpreterCode, PARAMS, pushRecord, SPENT, TAGS } from './interpreter.js';
import { RECORD, RUN, type EngineLayout } from './layout.js';
import { addMemoryPath } from './memory-path.js';
import { F64, I32, I64, op } from './opcodes.js';
import { enterCode, followCode, waitCode } from './succession.js';

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
  const admit = module.importFunction('admit', module.type([I32], [I32]));
  const externs = importExterns(module, isa);
  const { lookUp, touch } = addMemoryPath(module, layout, arena, memory, drain);
  // The dispatcher and the interpreter call one another: the dispatcher's number is the one before.
  const dispatch = touch + 1;
  const interpret = dispatch + 1;
  const helpers = { lookUp, touch, dispatch, follow: -1, externs, ahead: [] };
  const { code, handles } = interpreterCode(isa, contextLayout(isa), layout, helpers);
  module.add('dispatch', runs, dispatchCode(layout, runs, verify, interpret, true));
  module.add('interpret', runs, code);
  const resume = module.add('resume', runs, dispatchCode(layout, runs, verify, interpret, false));
  const wait = module.add('wait', module.type([I32, F64], []), waitCode(layout));
  const enter = module.add('enter', module.type([], [I32]), enterCode(layout, memory, { resume, drain, admit, wait }));
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
  code.i32(0).memory(op.i32Load, layout.run + RUN.exactly).brIf(cold);
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
