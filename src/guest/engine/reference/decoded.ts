// Words to instructions with their operand values, remembered by the word's bytes: what a word means never changes,
// so code that is overwritten is right by construction.
import { makeDecoder, unitBits, wordBits } from '../../lang/decoder.js';
import { extractOperand } from '../../lang/encoding.js';
import type { Instruction, Isa } from '../../lang/model.js';

const asUintN = BigInt.asUintN;

export interface Decoded {
  readonly instruction: Instruction;
  /** Register indices, immediates wrapped to 64 bits, pc-relative offsets (signed). */
  readonly operands: readonly bigint[];
}

export interface Illegal { readonly illegal: bigint }

export class DecodedWords {
  private static readonly known = new WeakMap<Isa, DecodedWords>();
  private readonly isa: Isa;
  private readonly decode: ReturnType<typeof makeDecoder>;
  private readonly keyBytes: number;
  /** Words of `keyBytes`, and longer ones. */
  private readonly short = new Map<number, Decoded | Illegal>();
  private readonly long = new Map<bigint, Decoded | Illegal>();

  /** Those of the ISA, shared by all engines: the meaning of a word depends on nothing else. */
  static of(isa: Isa): DecodedWords {
    let words = this.known.get(isa);
    if (!words) this.known.set(isa, (words = new DecodedWords(isa)));
    return words;
  }

  private constructor(isa: Isa) {
    this.isa = isa;
    this.decode = makeDecoder(isa);
    // The fetch unit, as far as a number holds it exactly; it says how long the word is.
    this.keyBytes = Math.min(6, unitBits(isa) / 8);
  }

  /** Decodes the word whose bytes `fetchByte` yields; it is asked for no byte beyond the word. */
  at(fetchByte: (index: number) => number): Decoded | Illegal {
    let unit = 0;
    for (let i = 0, weight = 1; i < this.keyBytes; i++, weight *= 256) unit += fetchByte(i) * weight;
    const known = this.short.get(unit);
    if (known) return known;
    const bits = wordBits(this.isa, unit);
    if (bits === 8 * this.keyBytes) {
      const decoded = this.decodeWord(BigInt(unit), bits);
      this.short.set(unit, decoded);
      return decoded;
    }
    let word = BigInt(unit);
    for (let i = this.keyBytes; i < bits / 8; i++) word |= BigInt(fetchByte(i)) << BigInt(8 * i);
    let decoded = this.long.get(word);
    if (!decoded) this.long.set(word, (decoded = this.decodeWord(word, bits)));
    return decoded;
  }

  private decodeWord(word: bigint, bits: number): Decoded | Illegal {
    const instruction = this.decode(word, bits);
    if (!instruction) return { illegal: word };
    const operands = instruction.operands.map((operand) => {
      const value = extractOperand(word, operand);
      // A signed immediate takes the width of its context; sign-extended to 64 bits it wraps to any of them.
      return operand.kind === 'signed' ? asUintN(64, value) : value;
    });
    return { instruction, operands };
  }
}
