// No word may mean two instructions: pairwise over mask and match (after riscv-isa-sim's check-opcode-overlap), and
// through the `where` conditions by enumeration of the bits they look at.
import { hex } from '../../base/bits.js';
import type { Faults } from '../../base/diagnostics.js';
import { place } from '../../base/source.js';
import { accepts, operandValues } from './encoding.js';
import type { Expr } from './ir.js';
import type { Instruction } from './model.js';

/** Most free bits that are tried out before a pair is reported as undecided. */
const ENUMERATED_BITS = 16;

/** A pair of instructions, and a word that encodes both; undefined where there were too many words to try. */
export interface Overlap {
  readonly first: Instruction;
  readonly second: Instruction;
  readonly word: bigint | undefined;
}

/** All overlapping pairs, in the order of the text. */
export function findOverlaps(instructions: readonly Instruction[]): Overlap[] {
  const overlaps: Overlap[] = [];
  instructions.forEach((second, i) => {
    for (let j = 0; j < i; j++) {
      const first = instructions[j]!;
      if (first.bits !== second.bits || (first.mask & second.mask & (first.match ^ second.match)) !== 0n) continue;
      const word = commonWord(first, second);
      if (word !== 'none') overlaps.push({ first, second, word });
    }
  });
  return overlaps;
}

export function reportOverlaps(instructions: readonly Instruction[], faults: Faults): void {
  const reported = new Set<Instruction>();
  for (const { first, second, word } of findOverlaps(instructions)) {
    // One wide encoding meets many: the first shows what is wrong.
    if (reported.has(second)) continue;
    reported.add(second);
    const example = word === undefined ? `there are more than 2^${ENUMERATED_BITS} words to try: make a fixed bit differ`
      : `the word 0x${hex(word, second.bits)} is both`;
    faults.add(`"${second.name}" overlaps "${first.name}" at ${place(first.at)}: ${example}`, second.at);
  }
}

function commonWord(first: Instruction, second: Instruction): bigint | undefined | 'none' {
  const base = first.match | second.match;
  const free = bitsOf((conditionBits(first) | conditionBits(second)) & ~(first.mask | second.mask));
  if (free.length > ENUMERATED_BITS) return undefined;
  for (let n = 0; n < 2 ** free.length; n++) {
    const word = free.reduce((sum, bit, i) => ((n >> i) & 1 ? sum | (1n << bit) : sum), base);
    if ([first, second].every((each) => accepts(each, operandValues(each, word)))) return word;
  }
  return 'none';
}

/** The word bits on which the instruction's `where` depends. */
function conditionBits({ where, operands }: Instruction): bigint {
  const used = new Set<number>();
  if (where) collectOperands(where, used);
  let bits = 0n;
  for (const operand of used) {
    for (const piece of operands[operand]!.pieces) bits |= ((1n << BigInt(piece.bits)) - 1n) << BigInt(piece.wordLo);
  }
  return bits;
}

function collectOperands(e: Expr, into: Set<number>): void {
  if (e.k === 'operand') into.add(e.operand);
  if ('c' in e) collectOperands(e.c, into);
  if ('a' in e) collectOperands(e.a, into);
  if ('b' in e) collectOperands(e.b, into);
}

function bitsOf(word: bigint): bigint[] {
  const bits: bigint[] = [];
  for (let bit = 0n; word >> bit; bit++) {
    if ((word >> bit) & 1n) bits.push(bit);
  }
  return bits;
}
