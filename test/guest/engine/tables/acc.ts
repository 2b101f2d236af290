// Every instruction of the third ISA: one accumulator, a flag of one bit, words of one to five bytes, moves within memory.
import type { Case, Operator, Table } from './case.js';

const MAX = 0xffff_ffffn;
const TEXT = 0x1000n;

const unary = (code: string, is: (a: bigint) => bigint): Operator => ({ code, a: 'acc', to: 'acc', is });

const OPERATORS: readonly Operator[] = [
  ...[1n, 16n, 31n].map((count) => unary(`shl ${count}`, (a) => a * 2n ** count)),
  unary('popcnt', (a) => BigInt([...a.toString(2)].filter((digit) => digit === '1').length)),
  unary('tap x\ntpa x\nldp x, 0', (a) => a % 2n ** 24n),
];

const cell = { x: 0x5000n, 'm32[0x5000]': MAX };
const two = { x: 0x5000n, y: 0x6000n, 'm32[0x5000]': 0x8765_4321n, 'm32[0x6000]': 0x1111_2222n };
const stack = { sp: 0x8004n, 'm32[0x8004]': 0xdead_beefn };

/** z tells that the branch was not taken. */
function branch(code: string, given: Record<string, bigint>, taken: boolean): Case {
  return { code: `${code} ahead\nldp z, 1\nahead: nop`, given, then: taken ? {} : { z: 1n } };
}

const CASES: readonly Case[] = [
  { code: 'lda [x]', given: two, then: { acc: 0x8765_4321n } },
  { code: 'sta [x]', given: { ...two, acc: 7n }, then: { 'm32[0x5000]': 7n, 'm32[0x5004]': 0n } },
  { code: 'add [x]', given: { ...cell, acc: 3n }, then: { acc: 2n, carry: 1n } },
  { code: 'add [x]', given: { ...cell, acc: 0n, carry: 1n }, then: { acc: MAX, carry: 0n } },
  { code: 'sub [x]', given: { ...cell, acc: 3n }, then: { acc: 4n, carry: 1n } },
  { code: 'sub [x]', given: { x: 0x5000n, 'm32[0x5000]': 2n, acc: 3n, carry: 1n }, then: { acc: 1n, carry: 0n } },
  { code: 'inc x', given: { x: 0xff_fffen }, then: { x: 2n } },
  { code: 'dec x', given: { x: 2n }, then: { x: 0xff_fffen } },
  { code: 'tap x', given: { acc: 0x1234_5678n }, then: { x: 0x34_5678n } },
  { code: 'tpa x', given: { x: 0xff_ffffn, acc: MAX }, then: { acc: 0xff_ffffn } },
  { code: 'push', given: { sp: 0x8008n, acc: 5n }, then: { sp: 0x8004n, 'm32[0x8004]': 5n, 'm32[0x8008]': 0n } },
  { code: 'pop', given: stack, then: { acc: 0xdead_beefn, sp: 0x8008n } },
  { code: 'ret\nldp x, 1\nback: nop', given: { sp: 0x8004n, 'm32[0x8004]': 0xff00_1005n }, then: { sp: 0x8008n } },
  { code: 'call sub\nhalt\nsub: ldp x, 1\nret', given: { sp: 0x8004n }, then: { x: 1n, 'm24[0x8000]': TEXT + 3n, 'm8[0x8003]': 0n } },
  { code: 'pause', then: {} },
  { code: 'mov [x], [y]', given: two, then: { 'm32[0x5000]': 0x1111_2222n, 'm32[0x6000]': 0x1111_2222n } },
  { code: 'mov x, y', given: { x: 1n, y: 2n }, then: { x: 2n } },
  { code: 'movb [x], [y]', given: two, then: { 'm32[0x5000]': 0x8765_4322n, 'm32[0x6000]': 0x1111_2222n } },
  { code: 'cas [x], y', given: { ...cell, acc: MAX, y: 9n }, then: { acc: MAX, 'm32[0x5000]': 9n } },
  { code: 'cas [x], y', given: { ...cell, acc: 4n, y: 9n }, then: { acc: MAX, 'm32[0x5000]': MAX } },
  { code: 'swap [x]', given: { ...cell, acc: 5n }, then: { acc: MAX, 'm32[0x5000]': 5n } },
  { code: 'aadd [x]', given: { ...cell, acc: 5n }, then: { acc: MAX, 'm32[0x5000]': 4n } },
  { code: 'addi -1', given: { acc: 1n }, then: { acc: 0n, carry: 1n } },
  { code: 'addi 5', given: { acc: 1n, carry: 1n }, then: { acc: 6n, carry: 0n } },
  { code: 'bra over\nldp x, 1\nover: nop', then: {} },
  ...[0n, 1n].flatMap((acc) => [branch('bz', { acc }, acc === 0n), branch('bnz', { acc }, acc === 1n)]),
  ...[0n, 1n].flatMap((carry) => [branch('bc', { carry }, carry === 1n), branch('bnc', { carry }, carry === 0n)]),
  { code: 'ldp y, 0xfedcba', then: { y: 0xfe_dcban } },
  { code: 'jmp over\nldp x, 1\nover: nop', then: {} },
  { code: 'ldi -2', then: { acc: MAX - 1n } },
  { code: 'clr', given: { acc: 7n }, then: { acc: 0n } },
  { code: 'puti', given: { acc: MAX }, then: {} },
  { code: 'exit', then: {} },
  { code: 'vcpu', given: { acc: 9n }, then: { acc: 0n } },
  { code: 'vcpus', then: { acc: 1n } },
];

export const ACC: Table = {
  isa: 'acc', width: 32, edges: [0n, 1n, 0x7fffn, 0x8000n, 0x7fff_ffffn, 0x8000_0000n, MAX],
  operators: OPERATORS, cases: CASES,
};
