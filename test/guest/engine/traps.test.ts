// What ends a guest by force, and that the instruction at fault leaves no trace.
import { loadIsa } from '../../../src/guest/lang/load.js';
import { Guest, isaNamed, run, type State } from '../../support/guest.js';

const tiny = isaNamed('tiny');
const toy16 = isaNamed('toy16');

const trapping = loadIsa({
  path: 'trapping.isa',
  text: `isa trapping
pc : i32
word 16
reg r : i32[4]
field rd rs : r
field imm : signed
memory { low = 0x100  high = 0x10000  text = 0x200  align = 16  stack = 0x8000  stack_bytes = 64 }
extern pure twice(i32) -> i32
guest halt()
insn check rd, rs is 0x01 0b0000 rd rs
  { let double = twice(rs); rd = double; if double >u rd { trap(7, zx(double)) } }
insn add rd, rs, imm is 0x2 imm[7:0] rd rs { rd = rs + imm }
insn halt is 0xffff { halt() }
`,
}, { externs: { twice: (x) => 2n * x! } });

describe('an illegal word', () => {
  it('is reported with its bits', () => {
    expect(run(tiny, '.word 0xffffff00').ending.trap).toEqual({ kind: 'illegal', word: 0xffff_ff00n });
    expect(run(tiny, '.dword 0x123456789abcdeff').ending.trap).toEqual({ kind: 'illegal', word: 0x1234_5678_9abc_deffn });
  });

  it('of zeros is what a jump into empty memory meets', () => {
    const guest = run(tiny, 'jr a0', { a0: 0x40000n });
    expect(guest.ending.trap).toEqual({ kind: 'illegal', word: 0n });
    expect([guest.get('pc'), guest.retired]).toEqual([0x40000n, 1]);
  });

  it('does not stop what jumps over it', () => {
    expect(run(tiny, 'j 1f\n .word 0\n1:').ending.end).toBe('halt');
  });
});

describe('an address outside the memory', () => {
  const { low, high } = tiny.memory;

  it.each<[string, bigint, bigint | null]>([
    ['lbu a0, 0(a1)', BigInt(low), null],
    ['lbu a0, -1(a1)', BigInt(low), BigInt(low) - 1n],
    ['ld a0, -4(a1)', BigInt(low), BigInt(low) - 4n],
    ['ld a0, -8(a1)', BigInt(high), null],
    ['ld a0, -7(a1)', BigInt(high), BigInt(high) - 7n],
    ['sb a0, 0(a1)', BigInt(high), BigInt(high)],
    ['swap a0, a0, (a1)', 2n ** 64n - 1n, 2n ** 64n - 1n],
    ['ld a0, 1(a1)', 2n ** 64n - 1n, 0n],
    ['ld a0, -1(a1)', 0n, 2n ** 64n - 1n],
  ])('%s with a1 = %d: trap at %s', (code, a1, address) => {
    const { ending } = run(tiny, code, { a1 });
    expect(ending.trap).toEqual(address === null ? undefined : { kind: 'address', address });
  });

  it.each(['reference', 'wasm'] as const)('is where a jump out of a hot loop goes, to the last bit: %s', (engine) => {
    const guest = new Guest(tiny, 'li a0, 3000\n loop: dec a0\n bnez a0, loop\n jalr zero, -5(zero)', { engine });
    expect(guest.run().trap).toEqual({ kind: 'address', address: 2n ** 64n - 5n });
  });

  it('is what an access beyond the last byte of a 16-bit space has', () => {
    expect(run(toy16, 'lw a, 0(b)', { b: 0xffffn }).ending.trap).toEqual({ kind: 'address', address: 0xffffn });
  });
});

describe('a trap of the program', () => {
  it('hands over cause and value', () => {
    expect(run(trapping, 'check r0, r1', { r0: 5n, r1: 3n }).ending.trap).toEqual({ kind: 'program', cause: 7n, value: 6n });
  });

  it('that is not taken lets the instruction retire', () => {
    const guest = run(trapping, 'check r0, r1', { r0: 6n, r1: 3n });
    expect([guest.ending.end, guest.get('r0')]).toEqual(['halt', 6n]);
  });

  it('sees results of externs cut to their width', () => {
    expect(run(trapping, 'check r0, r1', { r0: 0xffff_ffffn, r1: 0x8000_0001n }).get('r0')).toBe(2n);
  });
});

it.each<[string, ReturnType<typeof loadIsa>, string, State]>([
  ['an illegal word', tiny, 'inc a0\n .word 0', {}],
  ['an address', tiny, 'inc a0\n cas a0, a2, (zero)', {}],
  ['the program', trapping, 'add r0, r0, 1\n check r0, r1', { r1: 3n }],
])('%s traps without a trace: registers, pc, counters are those of the instruction before', (_, isa, text, given) => {
  const guest = new Guest(isa, `${text}\n halt`);
  guest.set(given);
  guest.slice({ everyInstruction: true });
  const before = [guest.registers(), guest.retired, guest.cycles];
  expect(guest.slice().reason).toBe('trap');
  expect([guest.registers(), guest.retired, guest.cycles]).toEqual(before);
});
