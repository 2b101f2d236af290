// Every instruction of tiny, in assembly text, with results computed here.
import { asSigned, floorDivide, truth, type Case, type Operator, type Table } from './case.js';

const s = (x: bigint): bigint => asSigned(64, x);
const MAX = 2n ** 64n - 1n;
const MIN_SIGNED = 2n ** 63n;

const three = (mnemonic: string, is: Operator['is']): Operator => ({ code: `${mnemonic} a0, a1, a2`, a: 'a1', b: 'a2', to: 'a0', is });
const constant = (code: string, is: (a: bigint) => bigint): Operator => ({ code, a: 'a1', to: 'a0', is });

const ARITHMETIC: readonly Operator[] = [
  three('add', (a, b) => a + b),
  three('sub', (a, b) => a - b),
  three('mul', (a, b) => a * b),
  three('mulhu', (a, b) => (a * b) / 2n ** 64n),
  three('div', (a, b) => (b === 0n ? -1n : s(a) / s(b))),
  three('divu', (a, b) => (b === 0n ? -1n : a / b)),
  three('rem', (a, b) => (b === 0n ? a : s(a) % s(b))),
  three('remu', (a, b) => (b === 0n ? a : a % b)),
  three('slt', (a, b) => truth(s(a) < s(b))),
  three('sltu', (a, b) => truth(a < b)),
  three('and', (a, b) => a & b),
  three('or', (a, b) => a | b),
  three('xor', (a, b) => a ^ b),
  // Only the low six bits of a shift count matter.
  three('shl', (a, b) => a * 2n ** (b % 64n)),
  three('shr', (a, b) => a / 2n ** (b % 64n)),
  three('sar', (a, b) => floorDivide(s(a), 2n ** (b % 64n))),
];

const CONSTANTS: readonly Operator[] = [
  ...[-32768n, -1n, 0n, 1n, 32767n].flatMap((imm) => [
    constant(`addi a0, a1, ${imm}`, (a) => a + imm),
    constant(`slti a0, a1, ${imm}`, (a) => truth(s(a) < imm)),
    constant(`andi a0, a1, ${imm}`, (a) => a & imm),
    constant(`ori a0, a1, ${imm}`, (a) => a | imm),
    constant(`xori a0, a1, ${imm}`, (a) => a ^ imm),
  ]),
  ...[0n, 1n, 31n, 32n, 63n].flatMap((count) => [
    constant(`shli a0, a1, ${count}`, (a) => a * 2n ** count),
    constant(`shri a0, a1, ${count}`, (a) => a / 2n ** count),
    constant(`sari a0, a1, ${count}`, (a) => floorDivide(s(a), 2n ** count)),
  ]),
  constant('mv a0, a1', (a) => a),
  constant('neg a0, a1', (a) => -a),
  constant('not a0, a1', (a) => MAX - a),
];

/** a0 tells whether the branch was taken: ahead to a label, then back to one. */
function branch(code: string, taken: Operator['is']): Operator[] {
  const ahead = `li a0, 1\n${code}, ahead\nli a0, 0\nahead:`;
  const back = `j start\nback: li a0, 1\nhalt\nstart: li a0, 0\n${code}, back`;
  return [ahead, back].map((text) => ({ code: text, a: 'a1', ...(code.includes('a2') ? { b: 'a2' } : {}), to: 'a0', is: taken }));
}

const BRANCHES: readonly Operator[] = [
  ...branch('beq a1, a2', (a, b) => truth(a === b)),
  ...branch('bne a1, a2', (a, b) => truth(a !== b)),
  ...branch('blt a1, a2', (a, b) => truth(s(a) < s(b))),
  ...branch('bge a1, a2', (a, b) => truth(s(a) >= s(b))),
  ...branch('bltu a1, a2', (a, b) => truth(a < b)),
  ...branch('bgeu a1, a2', (a, b) => truth(a >= b)),
  ...branch('bgt a1, a2', (a, b) => truth(s(a) > s(b))),
  ...branch('ble a1, a2', (a, b) => truth(s(a) <= s(b))),
  ...branch('bgtu a1, a2', (a, b) => truth(a > b)),
  ...branch('bleu a1, a2', (a, b) => truth(a <= b)),
  ...branch('beqz a1', (a) => truth(a === 0n)),
  ...branch('bnez a1', (a) => truth(a !== 0n)),
  ...branch('bltz a1', (a) => truth(s(a) < 0n)),
  ...branch('bgez a1', (a) => truth(s(a) >= 0n)),
];

const WORD = 0x8877_6655_4433_22f1n;
const AT = 0x20000n;
const memory = { a1: AT + 16n, 'm64[0x20008]': WORD };

const MEMORY: readonly Case[] = [
  { code: 'ld a0, -8(a1)', given: memory, then: { a0: WORD } },
  { code: 'lw a0, -8(a1)', given: memory, then: { a0: 0x4433_22f1n } },
  { code: 'lw a0, -4(a1)', given: memory, then: { a0: 0xffff_ffff_8877_6655n } },
  { code: 'lbu a0, -8(a1)', given: memory, then: { a0: 0xf1n } },
  { code: 'ld a0, -7(a1)', given: memory, then: { a0: 0x00_8877_6655_4433_22n } },
  { code: 'lw a0, -1(a1)', given: { ...memory, 'm32[0x20010]': 0x0403_0201n }, then: { a0: 0x0302_0188n } },
  { code: 'sd a0, -8(a1)', given: { ...memory, a0: 7n }, then: { 'm64[0x20008]': 7n, 'm64[0x20000]': 0n, 'm64[0x20010]': 0n } },
  { code: 'sw a0, -8(a1)', given: { ...memory, a0: MAX - 1n }, then: { 'm64[0x20008]': 0x8877_6655_ffff_fffen } },
  { code: 'sb a0, -7(a1)', given: { ...memory, a0: 0x1234n }, then: { 'm64[0x20008]': 0x8877_6655_4433_34f1n } },
  { code: 'sd a0, 0(a1)', given: { a1: 0x20ffdn, a0: WORD }, then: { 'm24[0x20ffd]': 0x33_22f1n, 'm40[0x21000]': 0x88_7766_5544n } },
  { code: 'sw zero, -8(a1)', given: memory, then: { 'm64[0x20008]': 0x8877_6655_0000_0000n } },
];

const cell = { a1: AT, 'm64[0x20000]': MAX };

const ATOMICS: readonly Case[] = [
  { code: 'swap a0, a2, (a1)', given: { ...cell, a2: 5n }, then: { a0: MAX, 'm64[0x20000]': 5n } },
  { code: 'swap a0, a0, (a1)', given: { ...cell, a0: 5n }, then: { a0: MAX, 'm64[0x20000]': 5n } },
  { code: 'swap a1, a2, (a1)', given: { ...cell, a2: 5n }, then: { a1: MAX, 'm64[0x20000]': 5n } },
  { code: 'aadd a0, a2, (a1)', given: { ...cell, a2: 3n }, then: { a0: MAX, 'm64[0x20000]': 2n } },
  { code: 'aadd zero, a2, (a1)', given: { ...cell, a2: 1n }, then: { 'm64[0x20000]': 0n } },
  { code: 'cas a0, a2, (a1)', given: { ...cell, a0: MAX, a2: 9n }, then: { a0: MAX, 'm64[0x20000]': 9n } },
  { code: 'cas a0, a2, (a1)', given: { ...cell, a0: 4n, a2: 9n }, then: { a0: MAX, 'm64[0x20000]': MAX } },
];

const CONTROL: readonly Case[] = [
  { code: 'jal lr, over\nli a0, 1\nover:', then: { lr: 0x10004n } },
  { code: 'call sub\nhalt\nsub: li a0, 1\nret', then: { lr: 0x10004n, a0: 1n } },
  { code: 'j over\nli a0, 1\nover:', then: {} },
  { code: 'jalr a0, 8(a1)\nli a2, 1', given: { a1: 0x10004n }, then: { a0: 0x10004n } },
  // Reads see the state before the instruction: the target is the old value of the register that is written.
  { code: 'jalr lr, 4(lr)\nli a0, 1', given: { lr: 0x10008n }, then: { lr: 0x10004n } },
  { code: 'jr a1\nli a0, 1', given: { a1: 0x1000cn }, then: {} },
  { code: 'pause\nli a0, 1', then: { a0: 1n } },
];

const OTHERS: readonly Case[] = [
  { code: 'li a0, 0x7fffffffffff', then: { a0: 2n ** 47n - 1n } },
  { code: 'li a0, -0x800000000000', then: { a0: 2n ** 64n - 2n ** 47n } },
  { code: 'la a0, word\nhalt\nword:', then: { a0: 0x1000cn } },
  { code: 'inc a0', given: { a0: MAX }, then: { a0: 0n } },
  { code: 'dec a0', then: { a0: MAX } },
  { code: 'nop', then: {} },
  // Known by hand, besides what the operators above compute.
  { code: 'div a0, a1, a2', given: { a1: MIN_SIGNED, a2: MAX }, then: { a0: MIN_SIGNED } },
  { code: 'rem a0, a1, a2', given: { a1: MIN_SIGNED, a2: MAX }, then: { a0: 0n } },
  { code: 'div a0, a1, zero', given: { a1: 7n }, then: { a0: MAX } },
  { code: 'remu a0, a1, zero', given: { a1: 7n }, then: { a0: 7n } },
  { code: 'rem a0, a1, a2', given: { a1: MAX - 6n, a2: 2n }, then: { a0: MAX } },
  { code: 'sar a0, a1, a2', given: { a1: MIN_SIGNED, a2: 127n }, then: { a0: MAX } },
  { code: 'mulhu a0, a1, a1', given: { a1: MAX }, then: { a0: MAX - 1n } },
  // The hard-wired zero drops what is written to it.
  { code: 'addi zero, zero, 5\nmv a0, zero', given: { a0: 3n }, then: { a0: 0n } },
  { code: 'ld zero, 0(a1)\nadd a0, zero, zero', given: { ...cell, a0: 3n }, then: { a0: 0n } },
  { code: 'jal zero, over\nover: mv a0, zero', given: { a0: 3n }, then: { a0: 0n } },
  // A register that is source and target.
  { code: 'sub a0, a0, a0', given: { a0: 9n }, then: { a0: 0n } },
];

const SYSTEM: readonly Case[] = [
  { code: 'puti a0', given: { a0: MAX }, then: {} },
  { code: 'putx a0', given: { a0: MAX }, then: {} },
  { code: 'putc a0', given: { a0: 65n }, then: {} },
  { code: 'puts a0', given: { a0: AT }, then: {} },
  { code: 'exit zero', then: {} },
  { code: 'vcpu a0', given: { a0: 9n }, then: { a0: 0n } },
  { code: 'vcpus a0', then: { a0: 1n } },
  { code: 'time a0', then: { a0: 1234n } },
  { code: 'roi.begin\nroi.end\nmark a0', then: {} },
];

export const TINY: Table = {
  isa: 'tiny', width: 64,
  edges: [0n, 1n, 2n, 3n, 7n, 63n, 64n, 65n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 63n - 1n, MIN_SIGNED, MIN_SIGNED + 1n, MAX - 6n, MAX,
    0x0123_4567_89ab_cdefn],
  operators: [...ARITHMETIC, ...CONSTANTS, ...BRANCHES],
  cases: [...MEMORY, ...ATOMICS, ...CONTROL, ...OTHERS, ...SYSTEM],
};
