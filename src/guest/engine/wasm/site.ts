// What the lowering of one instruction needs from where it is used: the interpreter's handler reads operands from a record,
// a compiled region has them as constants. Everything else is common to both.
import type { Expr, RegIndex } from '../../lang/ir.js';
import type { Instruction } from '../../lang/model.js';
import type { Known } from './constant.js';
import type { Code } from './encode.js';
import type { EngineLayout } from './layout.js';

/** Bytes of the arena: a local with an offset, and how far behind that. */
export interface Host {
  readonly local: number;
  readonly at: number;
}

export interface Site extends Known {
  readonly code: Code;
  readonly instruction: Instruction;
  readonly layout: EngineLayout;
  /** Local with the offset of the core's fast tags. */
  readonly tags: number;
  /** Function of the miss path. */
  readonly touch: number;
  /** Function of each extern that is pure. */
  readonly externs: readonly number[];
  /** i64 locals of the instruction's local slots. */
  readonly slots: number[];
  /** i64 locals with the results of its accesses so far. */
  readonly priors: number[];
  /** An access was made or not, by a condition: which results there are is not known any more. */
  uncertain: boolean;
  /** Where an access at that address finds its bytes, if that has been proven before. */
  proven(address: Expr): Host | undefined;
  /** Push a value of that width. */
  pushOperand(index: number, w: number): void;
  pushRegister(file: number, index: RegIndex): void;
  pushPc(): void;
  pushNext(): void;
  /** Sets a register from a local. With `flag`, only if that local is not 0. */
  setRegister(file: number, index: RegIndex, value: number, flag: number | undefined): void;
  /** Leaves: the reference engine shall execute the instruction, of which nothing but `priors` has been done. */
  leave(): void;
}
