// Instruction words: of several lengths, across pages, overwritten, and at the edges of memory.
import { loadIsa } from '../../../src/guest/lang/load.js';
import { Guest, isaNamed, run } from '../../support/guest.js';

const tiny = isaNamed('tiny');
const acc = isaNamed('acc');

/** One word size, and one instruction that puts a constant into `a`. */
function wordsOf(bits: number, pcBits = 32): ReturnType<typeof loadIsa> {
  return loadIsa({
    path: 'wide.isa',
    text: `isa wide
pc : i${pcBits}
word ${bits}
reg a : i32
field imm : unsigned
memory { low = 0  high = 0x10000  text = 0x100  align = 16  stack = 0x8000  stack_bytes = 64 }
guest halt()
insn set imm is imm[31:0] 0x${'0'.repeat((bits - 32) / 4 - 1)}1 { a = imm }
insn halt is 0x${'0'.repeat(bits / 4 - 1)}2 { halt() }
`,
  }, { externs: {} });
}

it('words of all lengths follow one another without gaps', () => {
  const guest = new Guest(acc, 'mov x, y\n ldi 5\n nop\n inc x\n addi 1\n ldp y, 9\n halt');
  const pcs: number[] = [];
  while (guest.slice({ everyInstruction: true }).reason === 'budget') pcs.push(Number(guest.get('pc')) - guest.image.entry);
  expect(pcs).toEqual([2, 7, 9, 10, 13, 17]);
});

it.each([40, 48, 56, 64, 96, 128])('words of %d bits alone are told apart by all their bits', (bits) => {
  // The highest bits of the word lie in the constant.
  for (const value of [1n, 0x8000_0001n, 0x8000_0003n, 0xffff_ffffn]) {
    expect(run(wordsOf(bits), `set 0x7fffffff\n set ${value}`).get('a')).toBe(value);
  }
});

it('a word that crosses pages is fetched from both', () => {
  const guest = new Guest(acc, '.space 4093\n ldi 0x12345678\n halt');
  guest.set({ pc: 0x1000n + 4093n });
  expect(guest.run().end).toBe('halt');
  expect(guest.get('acc')).toBe(0x1234_5678n);
});

it('a jump into the middle of a word executes what its bytes mean there', () => {
  // 0x0140 is the constant of ldi, and mov x, x on its own.
  const guest = new Guest(acc, 'ldi 0x00000141\n halt');
  guest.set({ pc: 0x1001n, y: 7n });
  guest.slice({ everyInstruction: true });
  expect([guest.get('x'), guest.get('pc')]).toEqual([7n, 0x1003n]);
});

describe('a store into code', () => {
  it('takes effect on the very next instruction', () => {
    // The word at `fresh` replaces the one right after the store.
    const text = 'la a0, fresh\n la a1, old\n lw a2, 0(a0)\n sw a2, 0(a1)\nold: addi a3, a3, 1\n halt\nfresh: addi a3, a3, 64';
    expect(run(tiny, text).get('a3')).toBe(64n);
  });

  it('counts each time, in a loop that runs the same place with other words', () => {
    // The word of addi s0, s0, n: n in the upper half, then the register twice, function and class.
    const text = `la   a0, place
                  li   a1, 3
                  li   t1, 0xbb12
            loop: shli t0, a1, 16
                  or   t0, t0, t1
                  sw   t0, 0(a0)
           place: nop
                  dec  a1
                  bnez a1, loop`;
    expect(run(tiny, text).get('s0')).toBe(3n + 2n + 1n);
  });

  it('is not what a word decoded earlier elsewhere suffers from', () => {
    const guest = run(tiny, 'call sub\n call sub\n la a0, sub\n lw a1, 4(a0)\n sw a1, 0(a0)\n call sub\n halt\nsub: inc a2\n nop\n ret');
    expect(guest.get('a2')).toBe(2n);
  });
});

describe('at the edge of memory', () => {
  it('a word that ends beyond it traps, within a page too', () => {
    const isa = wordsOf(64);
    const guest = new Guest(isa, 'halt', { pageBytes: 0x20000 });
    guest.set({ pc: 0xfffcn });
    expect(guest.run().trap).toEqual({ kind: 'address', address: 0x10000n });
  });

  it('a jump far out of it traps with the exact address', () => {
    const guest = run(tiny, 'jr a0', { a0: 2n ** 64n - 3n });
    expect(guest.ending.trap).toEqual({ kind: 'address', address: 2n ** 64n - 3n });
    expect(guest.get('pc')).toBe(2n ** 64n - 3n);
  });
});
