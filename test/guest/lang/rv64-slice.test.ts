// A real instruction set as an outside truth: words worked out by hand from the diagrams of the RISC-V manual
// (Unprivileged ISA 20191213, chapters 2, 8, 16 and 24).
import { makeDecoder } from '../../../src/guest/lang/decoder.js';
import { accepts, encode, operandValues } from '../../../src/guest/lang/encoding.js';
import { loadIsa } from '../../../src/guest/lang/load.js';
import { file, text } from '../../isas/rv64-slice.isa.gen.js';
import { instructionOf } from './isas.js';

const isa = loadIsa({ path: file, text }, { externs: { mulhu: (a, b) => (a! * b!) >> 64n, reserve: () => 0n, claim: () => 1n } });
const decode = makeDecoder(isa);
const register = (name: string): bigint => BigInt(isa.registerNames.get(name)!.index);

/** Assembly, mnemonic, operands in the order of the syntax, the word. */
const WORDS: readonly (readonly [string, string, readonly (string | number)[], number])[] = [
  ['add a0, a1, a2', 'add', ['a0', 'a1', 'a2'], 0x00c58533],
  ['mulhu a0, a1, a2', 'mulhu', ['a0', 'a1', 'a2'], 0x02c5b533],
  ['sra t0, t1, t2', 'sra', ['t0', 't1', 't2'], 0x407352b3],
  ['addi a0, a0, -1', 'addi', ['a0', 'a0', -1], 0xfff50513],
  ['lui a0, 0x12345', 'lui', ['a0', 0x12345000], 0x12345537],
  ['lw a0, 8(sp)', 'lw', ['a0', 8, 'sp'], 0x00812503],
  ['sw a0, 8(sp)', 'sw', ['a0', 8, 'sp'], 0x00a12423],
  ['sw a0, -4(s0)', 'sw', ['a0', -4, 'fp'], 0xfea42e23],
  ['beq a0, a1, .+8', 'beq', ['a0', 'a1', 8], 0x00b50463],
  ['beq a0, a1, .-4', 'beq', ['a0', 'a1', -4], 0xfeb50ee3],
  ['jal ra, .+256', 'jal', ['ra', 256], 0x100000ef],
  ['jal ra, .-2', 'jal', ['ra', -2], 0xfffff0ef],
  ['jalr ra, 0(ra)', 'jalr', ['ra', 0, 'ra'], 0x000080e7],
  ['ecall', 'ecall', [], 0x00000073],
  ['amoadd.w.aqrl a0, a2, (a1)', 'amoadd.w', [3, 'a0', 'a2', 'a1'], 0x06c5a52f],
  ['lr.w a0, (a1)', 'lr.w', [0, 'a0', 'a1'], 0x1005a52f],
  ['c.addi4spn a0, sp, 16', 'c.addi4spn', ['a0', 16], 0x0808],
  ['c.lw a0, 4(a1)', 'c.lw', ['a0', 4, 'a1'], 0x41c8],
  ['c.beqz a0, .+8', 'c.beqz', ['a0', 8], 0xc501],
];

describe('a slice of RV64IMAC', () => {
  it.each(WORDS)('%s', (_, name, operands, expected) => {
    const instruction = instructionOf(isa, name);
    const values = operands.map((value) => (typeof value === 'number' ? BigInt(value) : register(value)));
    const word = BigInt(expected);
    expect(encode(instruction, values).toString(16)).toBe(word.toString(16));
    expect(operandValues(instruction, word)).toEqual(values);
    expect(decode(word, instruction.bits)).toBe(instruction);
  });

  it('excludes the all-zero compressed word by its condition', () => {
    expect(accepts(instructionOf(isa, 'c.addi4spn'), [8n, 0n])).toBe(false);
    expect(decode(0n, 16)).toBeUndefined();
  });

  it('links compressed and full forms to the same semantics', () => {
    expect(instructionOf(isa, 'c.beqz').body).toMatchObject([
      { k: 'if', c: { k: 'cmp', op: 'eq', a: { k: 'reg', index: { operand: 0 } }, b: { k: 'const', value: 0n } } },
    ]);
  });
});
