// Every instruction of toy16, in assembly text, with results computed here: 16 bits everywhere.
import { asSigned, floorDivide, truth, type Case, type Operator, type Table } from './case.js';

const s = (x: bigint): bigint => asSigned(16, x);
const MAX = 0xffffn;

const three = (mnemonic: string, is: Operator['is']): Operator => ({ code: `${mnemonic} a, b, c`, a: 'b', b: 'c', to: 'a', is });
const constant = (code: string, is: (b: bigint) => bigint): Operator => ({ code, a: 'b', to: 'a', is });

function branch(code: string, taken: Operator['is']): Operator[] {
  const ahead = `li a, 1\n${code}, ahead\nli a, 0\nahead:`;
  const back = `j start\nback: li a, 1\nhalt\nstart: li a, 0\n${code}, back`;
  return [ahead, back].map((text) => ({ code: text, a: 'b', to: 'a', is: taken }));
}

const OPERATORS: readonly Operator[] = [
  three('add', (a, b) => a + b),
  three('sub', (a, b) => a - b),
  three('and', (a, b) => a & b),
  three('or', (a, b) => a | b),
  three('xor', (a, b) => a ^ b),
  three('shl', (a, b) => a * 2n ** (b % 16n)),
  three('shr', (a, b) => a / 2n ** (b % 16n)),
  three('sar', (a, b) => floorDivide(s(a), 2n ** (b % 16n))),
  three('slt', (a, b) => truth(s(a) < s(b))),
  three('sltu', (a, b) => truth(a < b)),
  three('mul', (a, b) => a * b),
  three('divu', (a, b) => (b === 0n ? MAX : a / b)),
  three('remu', (a, b) => (b === 0n ? a : a % b)),
  ...[-32n, -1n, 0n, 31n].map((imm) => constant(`addi a, b, ${imm}`, (b) => b + imm)),
  constant('mv a, b', (b) => b),
  constant('neg a, b', (b) => -b),
  constant('mv a, b\naddh a, 0xfe00', (b) => b + 0xfe00n),
  ...branch('beqz b', (b) => truth(b === 0n)),
  ...branch('bnez b', (b) => truth(b !== 0n)),
  ...branch('bltz b', (b) => truth(s(b) < 0n)),
];

const memory = { b: 0x2004n, 'm16[0x2002]': 0x80f1n };
const cell = { b: 0x2000n, 'm16[0x2000]': MAX };

const CASES: readonly Case[] = [
  { code: 'li a, 0x1ff', then: { a: 0x1ffn } },
  { code: 'li a, 0xbeef & 0x1ff\naddh a, 0xbeef & 0xfe00', then: { a: 0xbeefn } },
  { code: 'inc a', given: { a: MAX }, then: { a: 0n } },
  { code: 'dec a', then: { a: MAX } },
  { code: 'nop', then: {} },
  { code: 'addi zero, zero, 5\nmv a, zero', given: { a: 3n }, then: { a: 0n } },
  { code: 'lw a, -2(b)', given: memory, then: { a: 0x80f1n } },
  { code: 'lw a, -1(b)', given: memory, then: { a: 0x0080n } },
  { code: 'lbu a, -2(b)', given: memory, then: { a: 0xf1n } },
  { code: 'sw a, -2(b)', given: { ...memory, a: 0x1234n }, then: { 'm16[0x2002]': 0x1234n, 'm16[0x2000]': 0n, 'm16[0x2004]': 0n } },
  { code: 'sb a, -1(b)', given: { ...memory, a: 0x1234n }, then: { 'm16[0x2002]': 0x34f1n } },
  // Addresses wrap at 16 bits, like any other number.
  { code: 'lw a, -32(b)', given: { b: 0x11n, 'm16[0xfff1]': 0x77n }, then: { a: 0x77n } },
  { code: 'swap a, c, (b)', given: { ...cell, c: 5n }, then: { a: MAX, 'm16[0x2000]': 5n } },
  { code: 'aadd a, c, (b)', given: { ...cell, c: 3n }, then: { a: MAX, 'm16[0x2000]': 2n } },
  { code: 'cas a, c, (b)', given: { ...cell, a: MAX, c: 9n }, then: { a: MAX, 'm16[0x2000]': 9n } },
  { code: 'cas a, c, (b)', given: { ...cell, a: 4n, c: 9n }, then: { a: MAX, 'm16[0x2000]': MAX } },
  { code: 'jal lr, over\nli a, 1\nover:', then: { lr: 0x402n } },
  { code: 'call sub\nhalt\nsub: li a, 1\nret', then: { lr: 0x402n, a: 1n } },
  { code: 'j over\nli a, 1\nover:', then: {} },
  { code: 'jalr lr, 2(lr)\nli a, 1', given: { lr: 0x402n }, then: { lr: 0x402n } },
  { code: 'jr b\nli a, 1', given: { b: 0x404n }, then: {} },
  { code: 'pause\nli a, 1', then: { a: 1n } },
  { code: 'puti a', given: { a: MAX }, then: {} },
  { code: 'putc a', given: { a: 65n }, then: {} },
  { code: 'puts b', given: { b: 0x2000n }, then: {} },
  { code: 'exit zero', then: {} },
  { code: 'vcpu a', given: { a: 9n }, then: { a: 0n } },
  { code: 'vcpus a', then: { a: 1n } },
];

export const TOY16: Table = {
  isa: 'toy16', width: 16, edges: [0n, 1n, 2n, 15n, 16n, 17n, 0xffn, 0x7fffn, 0x8000n, 0x8001n, 0xfff9n, MAX],
  operators: OPERATORS, cases: CASES,
};
