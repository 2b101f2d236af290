// Words back to instructions: a table indexed by low opcode bits, then mask and match of the few candidates.
import { accepts, operandValues } from './encoding.js';
import type { Instruction, Isa } from './model.js';

/** The instruction that the `bits` low bits of `word` encode, or undefined. */
export type Decoder = (word: bigint, bits: number) => Instruction | undefined;

/** At most 2^10 rows a word size: they fit every cache, and few opcodes share a row. */
const INDEX_BITS = 10;

interface Table {
  /** Word bits that make up the row number, least significant first. */
  readonly positions: readonly number[];
  readonly instructions: readonly Instruction[];
  /** Filled as words are met: a program uses few of them. */
  readonly rows: (readonly Instruction[] | undefined)[];
}

export function makeDecoder(isa: Isa): Decoder {
  const tables = new Map(isa.words.map(({ bits }) => (
    [bits, makeTable(isa.instructions.filter((each) => each.bits === bits))])));
  return (word, bits) => {
    const table = tables.get(bits);
    if (!table) return undefined;
    const row = rowOf(table.positions, word);
    for (const candidate of table.rows[row] ??= candidates(table, row)) {
      if ((word & candidate.mask) === candidate.match
        && (!candidate.where || accepts(candidate, operandValues(candidate, word)))) return candidate;
    }
    return undefined;
  };
}

/**
 * Length in bits of the word whose first fetch unit, or at least its 16 low bits, is `firstUnit`. Low bits that select no
 * size give the unit, in which no instruction is found.
 */
export function wordBits(isa: Isa, firstUnit: number): number {
  for (const { bits, when } of isa.words) {
    if (!when || (firstUnit & when.mask) === when.match) return bits;
  }
  return unitBits(isa);
}

/** The fetch unit: length in bits of the shortest word. */
export function unitBits(isa: Isa): number {
  return Math.min(...isa.words.map(({ bits }) => bits));
}

/** Rows over the bits that most instructions fix; one that leaves such a bit open stands in the rows of both values. */
function makeTable(instructions: readonly Instruction[]): Table {
  const width = instructions[0]?.bits ?? 0;
  const uses = Array.from({ length: width }, (_, bit) => ({
    bit, count: instructions.filter(({ mask }) => (mask >> BigInt(bit)) & 1n).length,
  }));
  const positions = uses.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count || a.bit - b.bit)
    .slice(0, INDEX_BITS).map(({ bit }) => bit).sort((a, b) => a - b);
  return { positions, instructions, rows: Array.from({ length: 2 ** positions.length }, () => undefined) };
}

function candidates({ positions, instructions }: Table, row: number): readonly Instruction[] {
  const word = spread(positions, row);
  const indexed = spread(positions, -1);
  return instructions.filter(({ mask, match }) => ((word ^ match) & mask & indexed) === 0n);
}

function rowOf(positions: readonly number[], word: bigint): number {
  let row = 0;
  for (let i = 0; i < positions.length; i++) {
    if ((word >> BigInt(positions[i]!)) & 1n) row |= 1 << i;
  }
  return row;
}

function spread(positions: readonly number[], row: number): bigint {
  return positions.reduce((word, bit, i) => word | (BigInt((row >> i) & 1) << BigInt(bit)), 0n);
}
