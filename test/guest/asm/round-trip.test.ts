// Disassembly and assembly undo one another, for random instructions and random bytes of every ISA.
import fc from 'fast-check';
import { disassemble } from '../../../src/guest/asm/disassemble.js';
import { bytesOf } from '../../../src/guest/asm/format.js';
import { accepts, encode, operandRange } from '../../../src/guest/lang/encoding.js';
import type { Instruction, Isa } from '../../../src/guest/lang/model.js';
import { assembleText, bytesToHex, ISAS } from './support.js';

/** Any accepted word of `instruction`; targets lie within the address space. */
function words(isa: Isa, instruction: Instruction, pc: number): fc.Arbitrary<bigint> {
  const limit = 1n << BigInt(isa.pcWidth);
  const values = instruction.operands.map((operand) => {
    const { min, max, step } = operandRange(operand);
    const value = fc.bigInt(min / step, max / step).map((steps) => steps * step);
    const inMemory = (offset: bigint): boolean => offset + BigInt(pc) >= 0n && offset + BigInt(pc) < limit;
    return operand.kind === 'pcrel' ? value.filter(inMemory) : value;
  });
  return fc.tuple(...values).filter((list) => accepts(instruction, list)).map((list) => encode(instruction, list));
}

describe.each(ISAS.map((isa) => [isa.name, isa] as const))('%s', (_, isa) => {
  const origin = isa.memory.text;
  const bytesOfText = (text: string): Uint8Array => assembleText(text, isa).image.segments[0]?.bytes ?? new Uint8Array(0);

  it.each(isa.instructions.map((instruction) => [`${instruction.name} ${instruction.encodingText}`, instruction] as const))(
    'gives every word of %s back', (_name, instruction) => {
      fc.assert(fc.property(words(isa, instruction, origin), fc.boolean(), (word, preferAliases) => {
        const bytes = bytesOf(word, instruction.bits);
        const text = disassemble(isa, bytes, origin, new Map(), { preferAliases });
        expect(text).not.toContain('.byte');
        expect(bytesToHex(bytesOfText(text))).toBe(bytesToHex(bytes));
        expect(disassemble(isa, bytesOfText(text), origin, new Map(), { preferAliases })).toBe(text);
      }), { numRuns: 30 });
    });

  it('gives random bytes back, whatever they mean', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), fc.boolean(), (bytes, preferAliases) => {
      const text = disassemble(isa, bytes, origin, new Map(), { preferAliases });
      expect(bytesToHex(bytesOfText(text))).toBe(bytesToHex(bytes));
    }), { numRuns: 300 });
  });

  it('gives a program back with its labels', () => {
    const one = fc.constantFrom(...isa.instructions).chain((instruction) => (
      words(isa, instruction, origin).map((word) => bytesOf(word, instruction.bits))));
    fc.assert(fc.property(fc.array(one, { maxLength: 20 }), fc.array(fc.nat(20), { maxLength: 5 }), (list, marks) => {
      const offsets = list.map((_each, i) => list.slice(0, i).reduce((sum, { length }) => sum + length, 0));
      const symbols = new Map(marks.filter((mark) => mark < list.length).map((mark, i) => [`label${i}`, origin + offsets[mark]!]));
      const bytes = Uint8Array.from(list.flatMap((each) => [...each]));
      const text = disassemble(isa, bytes, origin, symbols);
      const { image } = assembleText(text, isa);
      expect(bytesToHex(image.segments[0]?.bytes ?? new Uint8Array(0))).toBe(bytesToHex(bytes));
      expect(new Set(image.symbols)).toEqual(new Set(symbols));
      expect(disassemble(isa, bytes, origin, image.symbols)).toBe(text);
    }), { numRuns: 100 });
  });
});
