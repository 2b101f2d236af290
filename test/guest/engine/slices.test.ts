// Where slices end, and what they count (SEMANTICS: slices and time).
import fc from 'fast-check';
import type { Stop } from '../../../src/guest/machine/engine.js';
import { CYCLES } from '../../support/machine.js';
import { Guest, isaNamed, type SliceLimits } from '../../support/guest.js';

const tiny = isaNamed('tiny');

/** pc relative to the beginning, and why the slice ended. */
function at(guest: Guest, stop: Stop): [string, number] {
  return [stop.reason, Number(guest.get('pc')) - guest.image.entry];
}

function firstSlice(text: string, limits: SliceLimits, registers: Record<string, bigint> = {}): [string, number] {
  const guest = new Guest(tiny, text);
  guest.set(registers);
  return at(guest, guest.slice(limits));
}

describe('a slice in loop mode', () => {
  it('does not end in straight code, nor at jumps ahead, whatever the budget', () => {
    expect(firstSlice('nop\n j 1f\n nop\n1: beq a0, a0, 2f\n2: jalr lr, 0(a1)\n nop\n halt', { budgetCycles: 0 }, { a1: 0x10014n }))
      .toEqual(['guest', 24]);
  });

  it('does not end at a branch back that is not taken', () => {
    expect(firstSlice('back: nop\n bne a0, a0, back\n halt', { budgetCycles: 0 })).toEqual(['guest', 8]);
  });

  it('ends at a jump back taken at or after the budget, be it direct, conditional or indirect', () => {
    expect(firstSlice('nop\n nop\n j . - 8', { budgetCycles: 3 })).toEqual(['budget', 0]);
    expect(firstSlice('nop\n nop\n beq a0, a0, . - 4', { budgetCycles: 3 })).toEqual(['budget', 4]);
    expect(firstSlice('nop\n nop\n jalr zero, 0(a0)', { budgetCycles: 3 }, { a0: 0x10004n })).toEqual(['budget', 4]);
  });

  it('counts a jump to itself as one back', () => {
    expect(firstSlice('nop\n j .', { budgetCycles: 0 })).toEqual(['budget', 4]);
  });

  it('goes on at a jump back before the budget: ten rounds of two cycles fill one of 19 or 20, not of 21', () => {
    const loop = (budgetCycles: number) => {
      const guest = new Guest(tiny, 'loop: inc a0\n j loop');
      guest.slice({ budgetCycles });
      return guest.get('a0');
    };
    expect([1, 2, 3, 19, 20, 21].map(loop)).toEqual([1n, 1n, 2n, 10n, 10n, 11n]);
  });

  it('counts what memory costs towards the budget', () => {
    const text = 'loop: inc a0\n ld a2, 0(a1)\n addi a1, a1, 64\n j loop';
    const guest = new Guest(tiny, text);
    guest.set({ a1: 0x20000n, 'm64[0x20000]': 0n });
    guest.slice({ budgetCycles: 2 * (4 + CYCLES.local) + CYCLES.tlb + 1 });
    expect(guest.get('a0')).toBe(3n);
  });
});

it('a slice in instruction mode ends after every instruction', () => {
  const guest = new Guest(tiny, 'nop\n j 1f\n nop\n1: inc a0\n halt');
  const stops = Array.from({ length: 4 }, () => at(guest, guest.slice({ everyInstruction: true })));
  expect(stops).toEqual([['budget', 4], ['budget', 12], ['budget', 16], ['guest', 16]]);
});

it('pause ends the slice after it has retired, and says that the vCPU spins', () => {
  const guest = new Guest(tiny, 'nop\n pause\n inc a0\n halt');
  expect(at(guest, guest.slice())).toEqual(['yield', 8]);
  expect([guest.retired, guest.cycles]).toEqual([2, 41]);
  expect(at(guest, guest.slice({ everyInstruction: true }))).toEqual(['budget', 12]);
});

it('cycles are the costs of what retired, and every instruction counts once, over slices too', () => {
  const guest = new Guest(tiny, 'li a0, 7\n mul a1, a0, a0\n div a2, a1, a0\n nop\n halt');
  guest.slice({ everyInstruction: true });
  guest.slice();
  expect([guest.retired, guest.cycles]).toEqual([4, 1 + 3 + 20 + 1]);
});

it('any budget leads to the same end: registers, memory, instructions and cycles', () => {
  const text = `      li   s0, 0x20000
                outer: li   t0, 5
                inner: ld   t1, 0(s0)
                       add  t1, t1, t0
                       sd   t1, 0(s0)
                       aadd t2, t0, (s0)
                       dec  t0
                       bnez t0, inner
                       addi s0, s0, 24
                       inc  a0
                       slti t3, a0, 12
                       bnez t3, outer
                       puti t1
                       halt`;
  const outcome = (limits: SliceLimits) => {
    const guest = new Guest(tiny, text);
    const { output, end } = guest.run(limits);
    const memory = Array.from({ length: 40 }, (_, i) => guest.get(`m64[${0x20000 + 8 * i}]`));
    return { registers: guest.registers(), memory, output, end, cycles: guest.cycles, retired: guest.retired };
  };
  const whole = outcome({});
  fc.assert(fc.property(fc.nat({ max: 400 }), fc.boolean(), (budgetCycles, everyInstruction) => {
    expect(outcome({ budgetCycles, everyInstruction })).toEqual(whole);
  }), { seed: 1, numRuns: 20 });
});

describe('a slice that pauses', () => {
  const text = `      li   s0, 0x20000
                loop: ld   t1, 0(s0)
                      add  t1, t1, a0
                      sd   t1, 0(s0)
                      aadd t2, t1, (s0)
                      addi s0, s0, 8
                      inc  a0
                      slti t3, a0, 40
                      bnez t3, 1f
                      pause
                      puti t1
                      halt
                1:    j loop`;

  it('stops after so many instructions, where the slice would go on', () => {
    const guest = new Guest(tiny, 'nop\n nop\n pause\n nop');
    const part = (pauseAfter: number) => at(guest, guest.engine.run(guest.vcpu, { core: 0, budgetCycles: 99, everyInstruction: false, pauseAfter }));
    expect([part(1), part(1), part(1), part(9)]).toEqual([['paused', 4], ['paused', 8], ['yield', 12], ['trap', 16]]);
  });

  it('and goes on equals one that does not: where it ends, why, and all that it leaves', () => {
    /** Every slice end, with registers, cycles, counters, caches and memory there. */
    const trail = (budgetCycles: number, pauses?: () => number) => {
      const guest = new Guest(tiny, text, { l1Sets: 4, tlbEntries: 2 });
      const { arena, memory } = guest.machine;
      const ends: unknown[] = [];
      for (let slices = 0; slices < 200; slices++) {
        const stop = guest.slice({ budgetCycles, ...(pauses && { pauses }) });
        ends.push([stop, guest.registers(), guest.cycles, guest.retired, memory.clocks[0]!.timePs, memory.unbookedPs(0), memory.unbookedCycles(0)]);
        if (stop.reason === 'stall') guest.resolve(stop.stall);
        else if (stop.reason === 'guest') break;
      }
      return { ends, bytes: Buffer.from(arena.u8).toString('base64') };
    };
    fc.assert(fc.property(fc.nat({ max: 300 }), fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (budgetCycles, lengths) => {
      let i = 0;
      expect(trail(budgetCycles, () => lengths[i++ % lengths.length]!)).toEqual(trail(budgetCycles));
    }), { seed: 1, numRuns: 30 });
  });
});
