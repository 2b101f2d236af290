// Operand values in and out of instruction words. An operand's value is what the program text means: the number of a
// register in its file, a number, the offset of a pc-relative target from the instruction, the index of a spelling.
import { applyBinary, applyCompare, applyUnary } from './arithmetic.js';
import type { Expr } from './ir.js';
import type { Instruction, Operand } from './model.js';

const asUintN = BigInt.asUintN;
const asIntN = BigInt.asIntN;

/** The values an operand can have: min, min + step .. max. */
export function operandRange(operand: Operand): { readonly min: bigint; readonly max: bigint; readonly step: bigint } {
  const { kind, width, zeros } = operand;
  const step = 1n << BigInt(zeros);
  if (kind === 'reg') return { min: BigInt(operand.first!), max: BigInt(operand.first! + operand.count! - 1), step };
  if (kind === 'enum') return { min: 0n, max: BigInt(operand.spellings!.length - 1), step };
  if (kind === 'unsigned') return { min: 0n, max: (1n << BigInt(width)) - step, step };
  const half = 1n << BigInt(width - 1);
  return { min: -half, max: half - step, step };
}

/** `word` with the bits of `operand` set to `value`, which must lie in `operandRange`. */
export function insertOperand(word: bigint, operand: Operand, value: bigint): bigint {
  const raw = asUintN(64, value - BigInt(operand.first ?? 0));
  let result = word;
  for (const { wordLo, valueLo, bits } of operand.pieces) {
    const at = BigInt(wordLo);
    const hole = ((1n << BigInt(bits)) - 1n) << at;
    result = (result & ~hole) | (asUintN(bits, raw >> BigInt(valueLo)) << at);
  }
  return result;
}

/** The value of `operand` in `word`; negative where a signed or pc-relative one is. */
export function extractOperand(word: bigint, operand: Operand): bigint {
  let raw = 0n;
  for (const { wordLo, valueLo, bits } of operand.pieces) {
    raw |= asUintN(bits, word >> BigInt(wordLo)) << BigInt(valueLo);
  }
  if (operand.kind === 'signed' || operand.kind === 'pcrel') return asIntN(operand.width, raw);
  return raw + BigInt(operand.first ?? 0);
}

/** The word of `instruction` with one value per operand, each within its range; `where` is not consulted. */
export function encode(instruction: Instruction, values: readonly bigint[]): bigint {
  return instruction.operands.reduce((word, operand, i) => insertOperand(word, operand, values[i]!), instruction.match);
}

/** The values of all operands of `instruction` in its `word`. */
export function operandValues(instruction: Instruction, word: bigint): bigint[] {
  return instruction.operands.map((operand) => extractOperand(word, operand));
}

/** Whether the `where` condition of `instruction` holds for the operand values. */
export function accepts(instruction: Instruction, values: readonly bigint[]): boolean {
  return instruction.where === undefined || evaluate(instruction.where, values) !== 0n;
}

/** A `where` condition reads operands alone: no state, no memory. */
function evaluate(e: Expr, values: readonly bigint[]): bigint {
  switch (e.k) {
    case 'const': return e.value;
    case 'operand': return asUintN(e.w, values[e.operand]!);
    case 'un': return applyUnary(e.op, e.w, evaluate(e.a, values));
    case 'bin': return applyBinary(e.op, e.w, evaluate(e.a, values), evaluate(e.b, values));
    case 'cmp': return applyCompare(e.op, e.a.w, evaluate(e.a, values), evaluate(e.b, values)) ? 1n : 0n;
    case 'slice': return asUintN(e.w, evaluate(e.a, values) >> BigInt(e.lo));
    case 'zx': return evaluate(e.a, values);
    case 'sx': return asUintN(e.w, asIntN(e.a.w, evaluate(e.a, values)));
    case 'cond': return evaluate(evaluate(e.c, values) !== 0n ? e.a : e.b, values);
    default: throw new Error(`"${e.k}" in a where condition`);
  }
}
