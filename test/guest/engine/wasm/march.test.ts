// Loops that march through memory: what is foretold of a turn, and that turns that look at no tags leave what others leave.
import fc from 'fast-check';
import { builtinIsa } from '../../../../isa/index.js';
import { assemble } from '../../../../src/guest/asm/assemble.js';
import { DecodedWords } from '../../../../src/guest/engine/reference/decoded.js';
import type { Step } from '../../../../src/guest/engine/wasm/flow.js';
import { marchOf, type March } from '../../../../src/guest/engine/wasm/march.js';
import { clearCount, contextLayout, CYCLES_OFFSET } from '../../../../src/guest/machine/context.js';
import type { EngineName } from '../../../../src/server/spec.js';
import { Guest } from '../../../support/guest.js';

const tiny = builtinIsa('tiny');
const LINE_BYTES = 64;

function march(text: string): March | undefined {
  const { address, bytes } = assemble({ path: 'march.s', text: `_start: ${text}\n` }, tiny).image.segments[0]!;
  const steps: Step[] = [];
  for (let at = 0; at < bytes.length;) {
    const decoded = DecodedWords.of(tiny).at((i) => bytes[at + i] ?? 0);
    if ('illegal' in decoded) throw new Error('no instruction');
    steps.push({ ...decoded, pc: address + at });
    at += decoded.instruction.bits / 8;
  }
  return marchOf(tiny, contextLayout(tiny), steps, LINE_BYTES);
}

const streams = (text: string): unknown => march(text)?.streams.map(({ add, bytes, stride, write }) => ({ add: Number(BigInt.asIntN(64, add)), bytes, stride, write }));

describe('a turn of a loop', () => {
  it('has one stream for accesses by one register that lie together, from the lowest byte on', () => {
    expect(streams('ld t0, 8(a0)\n sd t0, -8(a0)\n addi a0, a0, 8')).toEqual([{ add: -8, bytes: 24, stride: 8, write: true }]);
  });

  it('has two where they lie apart, or by two registers', () => {
    expect(streams('ld t0, 0(a0)\n ld t1, 64(a0)')).toHaveLength(2);
    expect(streams('ld t0, 0(a0)\n ld t1, 0(a1)')).toHaveLength(2);
  });

  it('counts from where the turn begins, wherever the register is moved on', () => {
    expect(streams('inc a0\n lbu t0, 0(a0)\n mv a1, a0\n sb t0, 4(a1)\n li a1, 7')).toEqual([
      { add: 1, bytes: 5, stride: 1, write: true }]);
    expect(streams('li a1, 0x20000\n addi a1, a1, 8\n ld t0, 8(a1)')).toEqual([{ add: 0x20010, bytes: 8, stride: 0, write: false }]);
  });

  it('may end by what is loaded where a line holds many turns, or by something else', () => {
    expect(march('lbu t0, 0(a0)\n beqz t0, .\n inc a0')).toBeDefined();
    expect(march('ld t0, 0(a0)\n addi a0, a0, 8\n beq a0, a1, .')).toBeDefined();
  });

  it.each([
    ['an address comes from memory', 'ld a0, 0(a0)'],
    ['a register is moved on by one that may change', 'ld t0, 0(a0)\n add a0, a0, t1'],
    ['a line holds fewer than eight turns', 'ld t0, 0(a0)\n addi a0, a0, 12'],
    ['what is loaded may end it within few turns', 'ld t0, 0(a0)\n mv t1, t0\n beq t1, a1, .\n addi a0, a0, 8'],
    ['something leaves for the system', 'ld t0, 0(a0)\n putx t0'],
    ['something calls out of compiled code', 'ld t0, 0(a0)\n mulhu t0, t0, t0'],
  ])('is not foretold where %s', (_, text) => {
    expect(march(text)).toBeUndefined();
  });
});

interface Loop {
  readonly loads: string;
  readonly stores: string;
  readonly from: number;
  readonly to: number;
  readonly offsets: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly turns: number;
  readonly stop: number;
  readonly budgetCycles: number;
}

const loops = fc.record<Loop>({
  loads: fc.constantFrom('lbu', 'lw', 'ld'), stores: fc.constantFrom('sb', 'sw', 'sd'),
  from: fc.integer({ min: 0x20000, max: 0x20200 }), to: fc.integer({ min: 0x20000, max: 0x20200 }),
  offsets: fc.tuple(fc.integer({ min: -9, max: 9 }), fc.constantFrom(0, 1, 8, -8)),
  strides: fc.tuple(fc.constantFrom(0, 1, 4, 8, 12, -8, -1), fc.constantFrom(0, 1, 8, 16, -8, -3)),
  turns: fc.integer({ min: 30, max: 300 }), stop: fc.integer({ min: 0, max: 60 }), budgetCycles: fc.integer({ min: 1, max: 900 }),
});

function outcome(engine: EngineName, { loads, stores, from, to, offsets, strides, turns, stop, budgetCycles }: Loop): unknown {
  const guest = new Guest(tiny, `
          li    a3, 4
          li    s0, ${to}
  again:  li    a0, ${from}
          mv    a1, s0
          addi  s0, s0, 320             # lines that have been read, but not stored to
          lbu   t1, ${offsets[0]}(a0)
          lbu   t1, ${offsets[1]}(a1)
          li    t0, ${turns}
  loop:   ${loads} t1, ${offsets[0]}(a0)
          add   t2, t2, t1
          andi  t3, t2, 63
          beq   t3, a5, out
          ${stores} t2, ${offsets[1]}(a1)
          inc   t2
          addi  a0, a0, ${strides[0]}
          addi  a1, a1, ${strides[1]}
          dec   t0
          bnez  t0, loop
  out:    dec   a3
          bnez  a3, again
          halt`, { engine, l1Sets: 8, pageBytes: 512, tlbEntries: 4 });
  guest.set({ a5: BigInt(stop) });
  const slices: unknown[] = [];
  for (let reason = ''; reason !== 'guest';) {
    const end = guest.slice({ budgetCycles });
    reason = end.reason;
    if (end.reason === 'stall') guest.resolve(end.stall);
    slices.push([reason, guest.get('pc'), guest.cycles, guest.retired, guest.machine.cost(0)]);
    clearCount(guest.machine.arena, guest.vcpu.context + CYCLES_OFFSET);
  }
  const bytes = Array.from({ length: 0x2400 / 8 }, (_, i) => guest.get(`m64[${0x1f400 + 8 * i}]`));
  return { slices, bytes, registers: guest.registers() };
}

it('turns without a look at tags leave registers, memory, cycles, misses and slices as the definition has them', () => {
  fc.assert(fc.property(loops, (loop) => {
    expect(outcome('wasm', loop)).toEqual(outcome('reference', loop));
  }), { numRuns: 120 });
});
