// Whether the values of a line fit a form, and the word that they make.
import type { Operand } from '../lang/model.js';
import { accepts, insertOperand, operandRange } from '../lang/encoding.js';
import { evaluate } from './expression.js';
import type { Form } from './forms.js';
import type { Candidate } from './program.js';

const asIntN = BigInt.asIntN;

/** What keeps values from fitting; `operand` is the form's own operand at fault. */
export interface Misfit {
  readonly message: string;
  readonly operand: number | undefined;
}

/** The values of a candidate in layout round `round`; undefined if one is not known yet. */
export function valuesIn(candidate: Candidate, round: number): bigint[] | undefined {
  const values: bigint[] = [];
  for (const value of candidate.values) {
    const known = typeof value === 'bigint' ? value : evaluate(value, round);
    if (known === undefined) return undefined;
    values.push(known);
  }
  return values;
}

/**
 * The word of `form` at address `pc` with one value per own operand: a register's number, a number, a target's address,
 * an index of spellings.
 */
export function encodeForm(form: Form, values: readonly bigint[], pc: number, pcWidth: number): bigint | Misfit {
  const { instruction, bindings } = form;
  const { operands } = instruction;
  const encoded: bigint[] = [];
  let word = instruction.match;
  for (let i = 0; i < operands.length; i++) {
    const operand = operands[i]!;
    const binding = bindings?.[i];
    const own = binding === undefined ? i : 'operand' in binding ? binding.operand : undefined;
    const written = own === undefined ? (binding as { readonly value: bigint }).value : values[own]!;
    const value = operand.kind === 'pcrel' ? asIntN(pcWidth, written - BigInt(pc)) : written;
    const complaint = check(operand, written, value, pcWidth);
    if (complaint !== undefined) {
      const { name } = own === undefined ? operand : form.operands[own]!;
      return { message: `${form.mnemonic}: ${name} = ${written} ${complaint}`, operand: own };
    }
    encoded.push(value);
    word = insertOperand(word, operand, value);
  }
  if (accepts(instruction, encoded)) return word;
  const condition = /\bwhere\s+(.*)/s.exec(instruction.encodingText)?.[1] ?? instruction.encodingText;
  return { message: `${form.mnemonic}: the operands do not satisfy "${condition}"`, operand: undefined };
}

interface Limits {
  readonly min: bigint;
  readonly max: bigint;
  readonly stepMask: bigint;
}

const limits = new WeakMap<Operand, Limits>();

function limitsOf(operand: Operand): Limits {
  let known = limits.get(operand);
  if (!known) {
    const { min, max, step } = operandRange(operand);
    limits.set(operand, (known = { min, max, stepMask: step - 1n }));
  }
  return known;
}

/** What is wrong with `value`, or, of a target, with the address `written`. */
function check(operand: Operand, written: bigint, value: bigint, pcWidth: number): string | undefined {
  const { min, max, stepMask } = limitsOf(operand);
  if (operand.kind !== 'pcrel') {
    if (value < min || value > max) return `does not fit (${min} to ${max})`;
    return (value & stepMask) === 0n ? undefined : `is not a multiple of ${stepMask + 1n}`;
  }
  if (written >> BigInt(pcWidth) !== 0n) return `is not an address of ${pcWidth} bits`;
  if (value < min || value > max) return `is ${value} bytes away, out of reach (${min} to ${max})`;
  return (value & stepMask) === 0n ? undefined : `is ${value} bytes away, not a multiple of ${stepMask + 1n}`;
}
