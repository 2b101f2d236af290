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
    const source = binding === undefined ? i : 'operand' in binding ? binding.operand : undefined;
    let value = source === undefined ? (binding as { readonly value: bigint }).value : values[source]!;
    let wrong: Complaint | undefined;
    if (operand.kind === 'pcrel') {
      if (value >> BigInt(pcWidth) !== 0n) wrong = (name, written) => `${name} = ${written} is not an address of ${pcWidth} bits`;
      value = asIntN(pcWidth, value - BigInt(pc));
    }
    wrong ??= checkRange(operand, value);
    if (wrong !== undefined) {
      const name = source === undefined ? operand.name : form.operands[source]!.name;
      return { message: `${form.mnemonic}: ${wrong(name, source === undefined ? value : values[source]!)}`, operand: source };
    }
    encoded.push(value);
    word = insertOperand(word, operand, value);
  }
  if (accepts(instruction, encoded)) return word;
  const condition = /\bwhere\s+(.*)/s.exec(instruction.encodingText)?.[1] ?? instruction.encodingText;
  return { message: `${form.mnemonic}: the operands do not satisfy "${condition}"`, operand: undefined };
}

type Complaint = (name: string, written: bigint) => string;

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

function checkRange(operand: Operand, value: bigint): Complaint | undefined {
  const { min, max, stepMask } = limitsOf(operand);
  const step = stepMask + 1n;
  if (value < min || value > max) {
    if (operand.kind === 'pcrel') {
      return (name, written) => `${name} = ${written} is ${value} bytes away, out of reach (${min} to ${max})`;
    }
    return (name, written) => `${name} = ${written} does not fit (${min} to ${max})`;
  }
  if ((value & stepMask) !== 0n) {
    if (operand.kind === 'pcrel') return (name, written) => `${name} = ${written} is ${value} bytes away, not a multiple of ${step}`;
    return (name, written) => `${name} = ${written} is not a multiple of ${step}`;
  }
  return undefined;
}
