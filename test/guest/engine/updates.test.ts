// The function of an atomic access that another node performs: closed over what it reads, it is plain data, and means
// there what it means here.
import fc from 'fast-check';
import { loadIsa } from '../../../src/guest/lang/load.js';
import { Guest } from '../../support/guest.js';

// Every kind of expression that may stand in the function, with registers on either side of the operators.
const isa = loadIsa({
  path: 'updates.isa',
  text: `isa updates
pc : i32
word 32
reg r : i32[4]
field rd rs : r
field imm : signed
memory { low = 0x100  high = 0x10000  text = 0x200  align = 16  stack = 0x8000  stack_bytes = 64 }
extern pure twice(i32) -> i32
guest halt()
insn mix rd, rs, imm is 0x0001 imm[7:0] 0x0 rd rs
  { let sum = rd + imm;
    rd = rmw m32[rs] old => rd <u old ? zx(old[15:8]) - sum ^ ~pc : sx((sum & old)[7:0]) * -twice(rs) + (next | imm) }
insn halt is 0x00000002 { halt() }
`,
}, { externs: { twice: (x) => 2n * x! } });

const AT = 0x4000n;
const value32 = fc.bigInt({ min: 0n, max: 0xffff_ffffn });

it('stores for a remote node what it stores at home, whatever the registers have become', () => {
  fc.assert(fc.property(value32, value32, fc.integer({ min: -128, max: 127 }), (rd, old, imm) => {
    const guest = new Guest(isa, `mix r0, r1, ${imm}\n halt`);
    guest.set({ r0: rd, r1: AT });
    const stop = guest.slice();
    if (stop.reason !== 'stall') throw new Error(stop.reason);
    const update = JSON.parse(JSON.stringify(stop.stall.update, bigintsAsText), textAsBigints);
    guest.set({ 'm32[0x4000]': old });
    guest.slice({ everyInstruction: true });
    const atHome = guest.get('m32[0x4000]');
    expect(guest.get('r0')).toBe(old);
    guest.set({ r0: 1n, r1: 2n, pc: 0n });
    expect(guest.engine.applyUpdate(update, old)).toBe(atHome);
  }), { seed: 1, numRuns: 200 });
});

it('computes what the text of the function says', () => {
  const stored = (rd: bigint, old: bigint): bigint => {
    const guest = new Guest(isa, 'mix r0, r1, -1\n halt');
    guest.set({ r0: rd, r1: AT, 'm32[0x4000]': old });
    guest.slice({ everyInstruction: true });
    return guest.get('m32[0x4000]');
  };
  // pc is 0x200; the first arm: 0x56 - (1 - 1), exclusive or with the complement of pc.
  expect(stored(1n, 0x1234_5600n)).toBe(0x56n ^ 0xffff_fdffn);
  // The second: the sign of 0x80, times -2 * 0x4000, plus next | -1, which is -1.
  expect(stored(0x81n, 0x80n)).toBe(128n * 0x8000n - 1n);
});

// As in a message.
const bigintsAsText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);
const textAsBigints = (_: string, value: unknown): unknown =>
  (typeof value === 'string' && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value);
