// The place of an instruction in a compiled region: operands are constants, registers are locals.
import type { Expr, RegIndex } from '../../lang/ir.js';
import type { Instruction, Isa } from '../../lang/model.js';
import type { ContextLayout } from '../../machine/context.js';
import type { Known } from './constant.js';
import type { Code } from './encode.js';
import { knownOf, registerIndex, type Step } from './flow.js';
import { TAGS, type Helpers } from './interpreter.js';
import type { EngineLayout } from './layout.js';
import { op } from './opcodes.js';
import type { Host, Site } from './site.js';

export class StepSite implements Site {
  readonly code: Code;
  readonly instruction: Instruction;
  readonly layout: EngineLayout;
  readonly tags = TAGS;
  readonly touch: number;
  readonly externs: readonly number[];
  readonly slots: number[] = [];
  readonly priors: number[] = [];
  uncertain = false;
  readonly leave: () => void;
  readonly proven: (address: Expr) => Host | undefined;
  private readonly isa: Isa;
  private readonly step: Step;
  private readonly contexts: ContextLayout;
  /** Local of each register, by its offset in the context. */
  private readonly registers: ReadonlyMap<number, number>;
  private readonly known: Known;

  constructor(
    isa: Isa, step: Step, contexts: ContextLayout, layout: EngineLayout, helpers: Helpers, code: Code,
    registers: ReadonlyMap<number, number>, leave: () => void, proven: (address: Expr) => Host | undefined,
  ) {
    this.isa = isa;
    this.step = step;
    this.instruction = step.instruction;
    this.contexts = contexts;
    this.layout = layout;
    this.touch = helpers.touch;
    this.externs = helpers.externs;
    this.code = code;
    this.registers = registers;
    this.leave = leave;
    this.proven = proven;
    this.known = knownOf(isa, step);
  }

  operand(index: number): bigint | undefined { return this.known.operand(index); }
  register(file: number, index: RegIndex): bigint | undefined { return this.known.register(file, index); }
  pc(): bigint | undefined { return this.known.pc(); }
  next(): bigint | undefined { return this.known.next(); }

  // What is constant never gets here.
  pushOperand(): void { throw new Error('operands of compiled code are constant'); }
  pushPc(): void { throw new Error('places of compiled code are constant'); }
  pushNext(): void { throw new Error('places of compiled code are constant'); }

  pushRegister(file: number, index: RegIndex): void {
    this.code.get(this.localOf(file, index)!);
  }

  setRegister(file: number, index: RegIndex, value: number, flag: number | undefined): void {
    const { code } = this;
    const local = this.localOf(file, index);
    if (local === undefined) return;
    code.get(value);
    if (flag !== undefined) code.get(local).get(flag).op(op.select);
    code.set(local);
  }

  /** Undefined for a hard-wired register. */
  private localOf(file: number, index: RegIndex): number | undefined {
    return this.registers.get(this.contexts.fileOffsets[file]! + 8 * registerIndex(this.step, index));
  }
}
