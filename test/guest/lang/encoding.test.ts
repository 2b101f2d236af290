// Operand values in and out of words, and words back to instructions, for every instruction of every ISA.
import fc from 'fast-check';
import { makeDecoder, unitBits, wordBits } from '../../../src/guest/lang/decoder.js';
import { accepts, encode, extractOperand, insertOperand, operandRange, operandValues } from '../../../src/guest/lang/encoding.js';
import type { Instruction, Operand } from '../../../src/guest/lang/model.js';
import { ALL_ISAS, instructionOf, small } from './isas.js';

function valueIn(operand: Operand): fc.Arbitrary<bigint> {
  const { min, max, step } = operandRange(operand);
  return fc.bigInt({ min: 0n, max: (max - min) / step }).map((n) => min + n * step);
}

function valuesFor(instruction: Instruction): fc.Arbitrary<bigint[]> {
  return fc.tuple(...instruction.operands.map(valueIn)).filter((values) => accepts(instruction, values));
}

describe.each(ALL_ISAS.map((isa) => [isa.name, isa] as const))('%s', (_, isa) => {
  const decode = makeDecoder(isa);

  it.each(isa.instructions.map((each) => [`${each.name} ${each.encodingText}`, each] as const))(
    '%s: operands survive encoding, and the decoder finds the instruction', (_name, instruction) => {
      fc.assert(fc.property(valuesFor(instruction), (values) => {
        const word = encode(instruction, values);
        expect(operandValues(instruction, word)).toEqual(values);
        expect(word & instruction.mask).toBe(instruction.match);
        expect(wordBits(isa, Number(word & 0xffffn))).toBe(instruction.bits);
        expect(decode(word, instruction.bits)).toBe(instruction);
      }), { seed: 2, numRuns: 60 });
    });

  it('decodes a word only to an instruction whose fixed bits it has', () => {
    const width = Math.max(...isa.words.map(({ bits }) => bits));
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: (1n << BigInt(width)) - 1n }), (random) => {
      const bits = wordBits(isa, Number(random & 0xffffn));
      const word = BigInt.asUintN(bits, random);
      const expected = isa.instructions.filter((each) => each.bits === bits && (word & each.mask) === each.match
        && accepts(each, operandValues(each, word)));
      expect(expected.length).toBeLessThanOrEqual(1);
      expect(decode(word, bits)).toBe(expected[0]);
    }), { seed: 3, numRuns: 2000 });
  });

  it('has no instruction of zeros, so that a jump into empty memory is noticed', () => {
    const bits = wordBits(isa, 0);
    expect(decode(0n, bits)).toBeUndefined();
  });
});

describe('an operand', () => {
  const isa = small('insn split imm is imm[7|3:0] 0x0 imm[6:4] 0x1 { a = imm }\n'
    + 'insn far target is target[12:2] 0b00010 { pc = target }\n'
    + 'field high : r[2..3]\ninsn two high is 0x002 0b111 high { high = 0 }\n');

  it('is gathered from its pieces in any order', () => {
    const split = instructionOf(isa, 'split');
    expect(encode(split, [-128n])).toBe(0x8001n);
    expect(encode(split, [0x75n])).toBe(0x2871n);
    expect(extractOperand(0x8001n, split.operands[0]!)).toBe(-128n);
  });

  it('leaves the other bits of the word alone', () => {
    const { operands } = instructionOf(isa, 'far');
    expect(insertOperand(0x1fn, operands[0]!, -4n)).toBe(0xffffn);
    expect(insertOperand(0xffffn, operands[0]!, 0n)).toBe(0x1fn);
  });

  it('has a range and a step', () => {
    expect(operandRange(instructionOf(isa, 'far').operands[0]!)).toEqual({ min: -4096n, max: 4092n, step: 4n });
    expect(operandRange(instructionOf(isa, 'split').operands[0]!)).toEqual({ min: -128n, max: 127n, step: 1n });
  });

  it('of registers is the number in the file, also through a window', () => {
    const two = instructionOf(isa, 'two');
    expect(operandRange(two.operands[0]!)).toEqual({ min: 2n, max: 3n, step: 1n });
    expect(encode(two, [3n])).toBe(0x2fn);
    expect(operandValues(two, 0x2fn)).toEqual([3n]);
    expect(operandValues(two, 0x2en)).toEqual([2n]);
  });
});

describe('the length of a word', () => {
  const acc = ALL_ISAS.find(({ name }) => name === 'acc')!;

  it('is selected by the low bits of its first unit', () => {
    expect(unitBits(acc)).toBe(8);
    expect([0b100, 0b101, 0b110, 0b011, 0b111].map((low) => wordBits(acc, low))).toEqual([8, 16, 24, 32, 40]);
  });
});
