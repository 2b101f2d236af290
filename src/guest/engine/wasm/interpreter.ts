// The interpreter of an ISA: one loop, a branch table over handlers, each the lowering of one instruction with operands from
// a predecoded record. It runs code that is not worth compiling, and finds out what is.
import type { RegIndex } from '../../lang/ir.js';
import type { Instruction, Isa } from '../../lang/model.js';
import type { ContextLayout } from '../../machine/context.js';
import { PC_OFFSET } from '../../machine/context.js';
import { NotLowered } from './access.js';
import { Code, type Label } from './encode.js';
import { LEFT, RECORD, RUN, WRITE_OFFSET, type EngineLayout } from './layout.js';
import { lowerBody } from './lower-stmt.js';
import { I32, I64, op } from './opcodes.js';
import type { Site } from './site.js';

/** What all code of the engine calls. */
export interface Helpers {
  readonly lookUp: number;
  readonly touch: number;
  readonly dispatch: number;
  /** (i64 spent) -> i32: whether the next slice has begun at the limit; `spent` counts on. */
  readonly follow: number;
  readonly externs: readonly number[];
  /** By the number of streams, the functions that touch ahead. */
  readonly ahead: readonly number[];
}

/** Parameters of the functions that run guest code: core's fast tags, context, cycles and instructions spent. */
export const PARAMS = [I32, I32, I64] as const;
export const TAGS = 0;
export const CONTEXT = 1;
export const SPENT = 2;

/** What one retired instruction adds to `spent`. */
export function spentBy(cycles: number, instructions: number): bigint {
  return (BigInt(cycles) << 32n) + BigInt(instructions);
}

/** Stores pc, from an i64 local, and what was spent; returns the reason. */
export function emitReturn(code: Code, layout: EngineLayout, pc: number, reason: number): void {
  code.get(CONTEXT).get(pc).memory(op.i64Store, PC_OFFSET);
  code.i32(0).get(SPENT).memory(op.i64Store, layout.run + RUN.spent);
  code.i32(reason).op(op.return);
}

/** Pushes whether the slice has reached its limit. */
export function pushLimitReached(code: Code, layout: EngineLayout): Code {
  return code.get(SPENT).i32(0).memory(op.i64Load, layout.run + RUN.limit).op(op.i64GeS);
}

/** Pushes the record for the pc in an i64 local. */
export function pushRecord(code: Code, layout: EngineLayout, pc: number): Code {
  code.get(pc);
  if (layout.unitShift > 0) code.i64(BigInt(layout.unitShift)).op(op.i64ShrU);
  code.op(op.i32WrapI64).i32(layout.recordCount - 1).op(op.i32And).i32(layout.recordShift).op(op.i32Shl);
  return code.i32(layout.records).op(op.i32Add);
}

/** Goes on in the region at pc, if there is one whose pages are known to be resident; else behind this. */
export function emitChain(code: Code, layout: EngineLayout, runs: number, pc: number): void {
  const [record, region] = [code.local(I32), code.local(I32)];
  const none = code.open(op.block);
  pushRecord(code, layout, pc).tee(record).memory(op.i64Load, RECORD.pc).get(pc).op(op.i64Ne).brIf(none);
  // Region 0 is none, and never ready.
  code.get(record).memory(op.i32Load, RECORD.region).tee(region);
  code.i32(0).memory(op.i32Load, layout.run + RUN.ready).op(op.i32Add).memory(op.i32Load8U, 0).op(op.i32Eqz).brIf(none);
  code.get(TAGS).get(CONTEXT).get(SPENT).get(region).returnCallIndirect(runs);
  code.end();
}

export interface Interpreter {
  readonly code: Code;
  /** Instructions that it executes itself; the handler of the i-th is i + 1. */
  readonly handles: readonly boolean[];
}

export function interpreterCode(isa: Isa, contexts: ContextLayout, layout: EngineLayout, helpers: Helpers): Interpreter {
  const code = new Code(PARAMS.length);
  const [pc, target, page, record] = [code.local(I64), code.local(I64), code.local(I64), code.local(I32)];
  const handles = isa.instructions.map(() => true);
  code.get(CONTEXT).memory(op.i64Load, PC_OFFSET).set(pc);
  code.i64(-1n).set(page);
  const next = code.open(op.loop);
  const decode = code.open(op.block);
  const reference = code.open(op.block);
  const yields = code.open(op.block);
  const taken = code.open(op.block);
  code.i32(0).memory(op.i32Load, layout.run + RUN.exactly).hinted(false).open(op.if);
  pushLimitReached(code, layout).open(op.if);
  emitReturn(code, layout, pc, LEFT.limit);
  code.end().end();
  // Every page that is executed must be resident (SEMANTICS 10); that cannot change within a slice.
  code.get(pc).i64(BigInt(layout.pageShift)).op(op.i64ShrU).tee(target).get(page).op(op.i64Ne).hinted(false).open(op.if);
  code.get(target).call(helpers.lookUp).op(op.i32Eqz).brIf(reference);
  code.get(target).set(page).end();
  pushRecord(code, layout, pc).tee(record).memory(op.i64Load, RECORD.pc).get(pc).op(op.i64Ne).hinted(false).brIf(decode);
  const labels = [...isa.instructions].reverse().map(() => code.open(op.block)).reverse();
  code.get(record).memory(op.i32Load, RECORD.handler).i32(1).op(op.i32Sub).brTable(labels, reference);
  isa.instructions.forEach((instruction, i) => {
    code.end();
    const site = new RecordSite(isa, instruction, contexts, layout, helpers, code, { record, pc, reference });
    const before = code.mark();
    try {
      handler(site, { next, taken, yields, target });
    } catch (error) {
      if (!(error instanceof NotLowered)) throw error;
      code.reset(before);
      handles[i] = false;
      code.br(reference);
    }
    code.releaseScratch();
  });
  code.end();
  arrive(code, layout, helpers, { pc, target, record, next });
  code.end();
  emitReturn(code, layout, pc, LEFT.yield);
  code.end();
  emitReturn(code, layout, pc, LEFT.reference);
  code.end();
  emitReturn(code, layout, pc, LEFT.decode);
  code.end().op(op.unreachable);
  return { code, handles };
}

interface Exits {
  readonly next: Label;
  readonly taken: Label;
  readonly yields: Label;
  readonly target: number;
}

function handler(site: RecordSite, { next, taken, yields, target }: Exits): void {
  const { code, instruction } = site;
  const { jump, yields: pauses } = lowerBody(site);
  if (jump && pauses) throw new NotLowered();
  code.get(SPENT).i64(spentBy(instruction.cost, 1)).op(op.i64Add).set(SPENT);
  if (jump) {
    code.get(jump.target).set(target);
    if (jump.flag === undefined) {
      code.br(taken);
      return;
    }
    code.get(jump.flag).brIf(taken);
  }
  site.pushNext();
  code.set(site.pcLocal).br(pauses ? yields : next);
}

/** A jump was taken to `target`: the slice may end, and there may be compiled code. */
function arrive(
  code: Code, layout: EngineLayout, helpers: Helpers,
  { pc, target, record, next }: { readonly pc: number; readonly target: number; readonly record: number; readonly next: Label },
): void {
  code.get(target).get(pc).op(op.i64LeU);
  code.get(target).set(pc);
  code.open(op.if);
  pushLimitReached(code, layout).hinted(false).open(op.if);
  emitReturn(code, layout, pc, LEFT.limit);
  code.end().end();
  pushRecord(code, layout, pc).tee(record).memory(op.i64Load, RECORD.pc).get(pc).op(op.i64Ne).brIf(next);
  code.get(record).memory(op.i32Load, RECORD.region).open(op.if);
  code.get(CONTEXT).get(pc).memory(op.i64Store, PC_OFFSET);
  code.get(TAGS).get(CONTEXT).get(SPENT).returnCall(helpers.dispatch);
  code.end();
  countArrival(code, layout, record, pc);
  code.br(next);
}

/** Counts that control came to the record's place by a jump; leaves where it has become hot. */
export function countArrival(code: Code, layout: EngineLayout, record: number, pc: number): void {
  code.get(record).get(record).memory(op.i32Load, RECORD.arrivals).i32(1).op(op.i32Add).memory(op.i32Store, RECORD.arrivals);
  code.get(record).memory(op.i32Load, RECORD.arrivals).i32(layout.hotArrivals).op(op.i32Eq).hinted(false).open(op.if);
  emitReturn(code, layout, pc, LEFT.hot);
  code.end();
}

interface Places {
  readonly record: number;
  readonly pc: number;
  readonly reference: Label;
}

/** Operands come from the record in a local. */
class RecordSite implements Site {
  readonly code: Code;
  readonly instruction: Instruction;
  readonly layout: EngineLayout;
  readonly tags = TAGS;
  readonly touch: number;
  readonly externs: readonly number[];
  readonly slots: number[] = [];
  readonly priors: number[] = [];
  uncertain = false;
  readonly pcLocal: number;
  private readonly isa: Isa;
  private readonly contexts: ContextLayout;
  private readonly record: number;
  private readonly reference: Label;

  constructor(
    isa: Isa, instruction: Instruction, contexts: ContextLayout, layout: EngineLayout, helpers: Helpers, code: Code,
    { record, pc, reference }: Places,
  ) {
    this.isa = isa;
    this.instruction = instruction;
    this.contexts = contexts;
    this.layout = layout;
    this.touch = helpers.touch;
    this.externs = helpers.externs;
    this.code = code;
    this.record = record;
    this.pcLocal = pc;
    this.reference = reference;
  }

  proven(): undefined { return undefined; }
  operand(): undefined { return undefined; }
  pc(): undefined { return undefined; }
  next(): undefined { return undefined; }

  register(file: number, index: RegIndex): bigint | undefined {
    return 'fixed' in index ? this.isa.files[file]!.fixed.get(index.fixed) : undefined;
  }

  pushOperand(index: number, w: number): void {
    const { kind, width } = this.instruction.operands[index]!;
    this.code.get(this.record).memory(op.i64Load, RECORD.operands + 8 * index);
    const fits = (kind === 'unsigned' || kind === 'enum') && width <= w;
    if (w < 64 && !fits) this.code.i64((1n << BigInt(w)) - 1n).op(op.i64And);
  }

  pushRegister(file: number, index: RegIndex): void {
    if ('fixed' in index) {
      this.code.get(CONTEXT).memory(op.i64Load, this.contexts.fileOffsets[file]! + 8 * index.fixed);
    } else {
      this.code.get(CONTEXT).get(this.record).memory(op.i32Load, RECORD.operands + 8 * index.operand).op(op.i32Add);
      this.code.memory(op.i64Load, 0);
    }
  }

  pushPc(): void { this.code.get(this.pcLocal); }

  pushNext(): void {
    this.code.get(this.pcLocal).i64(BigInt(this.instruction.bits / 8)).op(op.i64Add);
    if (this.isa.pcWidth < 64) this.code.i64((1n << BigInt(this.isa.pcWidth)) - 1n).op(op.i64And);
  }

  setRegister(file: number, index: RegIndex, value: number, flag: number | undefined): void {
    const { code } = this;
    if ('fixed' in index && this.isa.files[file]!.fixed.has(index.fixed)) return;
    if (flag !== undefined) code.get(flag).open(op.if);
    code.get(CONTEXT);
    if ('fixed' in index) {
      code.get(value).memory(op.i64Store, this.contexts.fileOffsets[file]! + 8 * index.fixed);
    } else {
      code.get(this.record).memory(op.i32Load, RECORD.operands + 8 * index.operand + WRITE_OFFSET).op(op.i32Add);
      code.get(value).memory(op.i64Store, 0);
    }
    if (flag !== undefined) code.end();
  }

  leave(): void {
    this.code.br(this.reference);
  }
}
