// An access without the right to its page: what the engine reports, that it leaves no trace, and how it goes on.
import fc from 'fast-check';
import type { Stop, StallRecord } from '../../../src/guest/machine/engine.js';
import { CYCLES, FREE, missWithin } from '../../support/machine.js';
import { Guest, isaNamed, type State } from '../../support/guest.js';

const tiny = isaNamed('tiny');
const acc = isaNamed('acc');
const CODE_PAGE = 0x10;

function guestOf(text: string, state: State = {}, isa = tiny): Guest {
  const guest = new Guest(isa, `${text}\n halt`);
  guest.set(state);
  return guest;
}

function stallOf(stop: Stop): StallRecord {
  if (stop.reason !== 'stall') throw new Error(`expected a stall, got ${stop.reason}`);
  return stop.stall;
}

/** The guest may only load from the page. */
function protect(guest: Guest, page: number): void {
  const table = guest.machine.memory.tables[0]!;
  table.set(page, { ...table.get(page)!, writable: false });
}

/** Takes the page from the guest; the result gives it back. */
function takeAway(guest: Guest, page: number): () => void {
  const table = guest.machine.memory.tables[0]!;
  const entry = table.get(page)!;
  table.delete(page);
  guest.machine.memory.shootDown(0, page, false);
  return () => table.set(page, entry);
}

describe('the record of a stall', () => {
  it.each([
    ['a load', 'lw a0, 4(a1)', { kind: 'read', address: 0x20004, bytes: 4, mustCome: false }],
    ['a store, with its value', 'sb a2, 4(a1)', { kind: 'write', address: 0x20004, bytes: 1, mustCome: false, value: 0xfen }],
    ['an access across pages', 'ld a0, 4093(a1)', { kind: 'read', address: 0x20ffd, bytes: 8, mustCome: true }],
  ])('of %s says what is wanted', (_, code, expected) => {
    const stall = stallOf(guestOf(code, { a1: 0x20000n, a2: -2n }).slice());
    expect(stall).toEqual({ page: 0x20, prior: [], ...expected });
  });

  it('of an access across pages names the lowest page that lacks', () => {
    const guest = guestOf('sd a0, 4093(a1)', { a1: 0x20000n });
    expect(guest.run().stalls.map(({ page }) => page)).toEqual([0x20, 0x21]);
    const other = guestOf('sd a0, 4093(a1)', { a1: 0x20000n, 'm8[0x20000]': 0n });
    expect(other.run().stalls.map(({ page }) => page)).toEqual([0x21]);
  });

  it('of an atomic access holds its function, closed over the registers it read', () => {
    const guest = guestOf('cas a0, a2, (a1)', { a0: 5n, a1: 0x20000n, a2: 9n });
    const stall = stallOf(guest.slice());
    expect(stall).toMatchObject({ kind: 'rmw', address: 0x20000, bytes: 8, mustCome: false });
    guest.set({ a0: 1n, a2: 2n });
    expect([5n, 6n].map((old) => guest.engine.applyUpdate(stall.update!, old))).toEqual([9n, 6n]);
  });

  it('of a fetch says so, and a word across pages is wanted page by page', () => {
    const guest = new Guest(acc, '.space 4093\n ldi 7\n halt');
    guest.set({ pc: 0x1ffdn });
    const fetch = { kind: 'fetch', bytes: 1, mustCome: true, prior: [] };
    const [giveFirst, giveSecond] = [takeAway(guest, 1), takeAway(guest, 2)];
    expect(stallOf(guest.slice())).toEqual({ page: 1, address: 0x1ffd, ...fetch });
    giveFirst();
    expect(stallOf(guest.slice())).toEqual({ page: 2, address: 0x2000, ...fetch });
    giveSecond();
    guest.run();
    expect(guest.get('acc')).toBe(7n);
  });
});

describe('the right to store', () => {
  it.each(['swap a0, a2, (a1)', 'aadd a0, zero, (a1)', 'cas a0, a2, (a1)'])(
    'is needed by %s even if it leaves memory as it is', (code) => {
      const guest = guestOf(code, { a0: 1n, a1: 0x20000n, a2: 0n, 'm64[0x20000]': 0n });
      protect(guest, 0x20);
      expect(stallOf(guest.slice())).toMatchObject({ page: 0x20, kind: 'rmw' });
    });

  it('is not needed to load', () => {
    const guest = guestOf('ld a0, 0(a1)', { a1: 0x20000n, 'm64[0x20000]': 3n });
    protect(guest, 0x20);
    expect(guest.slice().reason).toBe('guest');
    expect(guest.get('a0')).toBe(3n);
  });
});

describe('a stalled instruction', () => {
  it('leaves registers, memory and pc as they were, and is neither charged nor counted', () => {
    const guest = guestOf('nop\n push', { sp: 0x8004n, acc: 7n }, acc);
    guest.slice({ everyInstruction: true });
    const before = guest.registers();
    stallOf(guest.slice());
    expect(guest.registers()).toEqual(before);
    expect([guest.retired, guest.cycles]).toEqual([1, 1]);
  });

  it('keeps the cache effects of the accesses it completed: they hit when it restarts', () => {
    const guest = guestOf('mov [x], [y]', { x: 0x5000n, y: 0x6000n, 'm32[0x6000]': 8n }, acc);
    const stall = stallOf(guest.slice());
    expect([stall.kind, stall.prior, guest.machine.cost(0)]).toEqual(['write', [8n], missWithin(CYCLES.tlb + CYCLES.local)]);
    guest.resolve(stall);
    guest.slice({ everyInstruction: true });
    expect(guest.machine.cost(0)).toEqual(missWithin(CYCLES.tlb + CYCLES.local));
    expect(guest.get('m32[0x5000]')).toBe(8n);
  });

  it('restarts from its beginning: what it loaded before is loaded again', () => {
    const guest = guestOf('mov [x], [y]', { x: 0x5000n, y: 0x6000n, 'm32[0x6000]': 8n }, acc);
    guest.resolve(stallOf(guest.slice()));
    guest.set({ 'm32[0x6000]': 9n });
    guest.slice({ everyInstruction: true });
    expect(guest.get('m32[0x5000]')).toBe(9n);
  });

  const PROGRAMS = {
    tiny: `      li   s0, 0x20ffc
                  li   a0, 6
            loop: ld   t0, 0(s0)
                  addi t0, t0, 0x1ff
                  sd   t0, 3(s0)
                  aadd t1, t0, (s0)
                  cas  t0, a0, (s0)
                  addi s0, s0, 1021
                  dec  a0
                  bnez a0, loop
                  puti t1`,
    acc: `        ldi  77
                  ldp  x, 0x5ffd
                  ldp  y, 0x6ffe
                  ldp  sp, 0x8002
                  sta  [x]
                  push
                  mov  [y], [x]
                  call sub
                  call sub
                  puti
                  bra  end
            sub:  inc  x
                  mov  [y], [x]
                  aadd [y]
                  movb [x], [y]
                  add  [x]
                  push
                  pop
                  ret
            end:  nop`,
  };

  it.each(Object.entries(PROGRAMS))('ends as if it had never stalled, wherever pages are taken away (%s)', (name, text) => {
    const isa = isaNamed(name);
    const outcome = (guest: Guest, output: string) => ({
      registers: guest.registers(), retired: guest.retired, cycles: guest.cycles, output,
      memory: Array.from({ length: 0x4000 / 8 }, (_, i) => guest.get(`m64[${(name === 'tiny' ? 0x20000 : 0x5000) + 8 * i}]`)),
    });
    const undisturbed = new Guest(isa, `${text}\n halt`);
    const expected = outcome(undisturbed, undisturbed.run().output);
    const pages = name === 'tiny' ? [CODE_PAGE, 0x20, 0x21, 0x22] : [1, 5, 6, 7, 8];
    fc.assert(fc.property(fc.array(fc.subarray(pages), { minLength: 1, maxLength: 40 }), (taken) => {
      const guest = new Guest(isa, `${text}\n halt`);
      const frames = guest.machine.memory.tables[0]!;
      const gone = new Map<number, () => void>();
      const giveBack = (page: number): void => {
        gone.get(page)?.();
        gone.delete(page);
      };
      let output = '';
      for (let step = 0; ; step++) {
        for (const page of taken[step % taken.length]!) if (frames.has(page)) gone.set(page, takeAway(guest, page));
        const before = guest.registers();
        for (let stop = guest.slice({ everyInstruction: true }); stop.reason !== 'budget'; stop = guest.slice({ everyInstruction: true })) {
          expect(guest.registers()).toEqual(before);
          if (stop.reason === 'guest') {
            const done = guest.call(stop);
            if (done.do === 'halt') {
              for (const page of [...gone.keys()]) giveBack(page);
              expect(outcome(guest, output)).toEqual(expected);
              return;
            }
            if (done.do === 'print') output += done.text;
            guest.vcpu.answers = [0n];
          } else {
            const stall = stallOf(stop);
            if (gone.has(stall.page)) giveBack(stall.page);
            else guest.resolve(stall);
          }
        }
      }
    }), { seed: 1, numRuns: 15 });
  });
});

describe('answers', () => {
  it('take the place of accesses in their order, and the rest is performed', () => {
    const guest = guestOf('mov [x], [y]', { x: 0x5000n, y: 0x6000n, 'm32[0x5000]': 1n, 'm32[0x6000]': 8n }, acc);
    takeAway(guest, 6);
    stallOf(guest.slice());
    guest.vcpu.answers = [44n];
    expect(guest.slice({ everyInstruction: true }).reason).toBe('budget');
    expect(guest.get('m32[0x5000]')).toBe(44n);
  });

  it('lie before the next stall in its record, and of a store too are not performed again', () => {
    const guest = guestOf('mov [x], [y]\n nop', { x: 0x5000n, y: 0x6000n }, acc);
    guest.vcpu.answers = [44n];
    expect(stallOf(guest.slice())).toMatchObject({ kind: 'write', address: 0x5000, value: 44n, prior: [44n] });
    guest.vcpu.answers = [44n, 44n];
    expect(guest.slice({ everyInstruction: true }).reason).toBe('budget');
    expect(guest.machine.memory.tables[0]!.has(5)).toBe(false);
    expect(guest.machine.cost(0)).toEqual(FREE);
  });

  it('of an atomic access are its old value', () => {
    const guest = guestOf('aadd a0, a2, (a1)', { a1: 0x20000n, a2: 3n });
    guest.vcpu.answers = [10n];
    guest.slice({ everyInstruction: true });
    expect([guest.get('a0'), guest.machine.memory.tables[0]!.has(0x20)]).toEqual([10n, false]);
  });

  it('are used up when the instruction retires', () => {
    const guest = guestOf('ld a0, 0(a1)\n ld a2, 0(a1)', { a1: 0x20000n, 'm64[0x20000]': 5n });
    guest.vcpu.answers = [44n];
    guest.slice();
    expect([guest.get('a0'), guest.get('a2'), guest.vcpu.answers]).toEqual([44n, 5n, []]);
  });

  it('of a guest call make the instruction retire without a second call', () => {
    const guest = guestOf('vcpu a0\n inc a0');
    expect(guest.slice()).toEqual({ reason: 'guest', call: guestCall('vcpu_id'), args: [], prior: [] });
    expect([guest.retired, guest.get('pc')]).toEqual([0, 0x10000n]);
    guest.vcpu.answers = [7n];
    expect(guest.slice().reason).toBe('guest');
    expect([guest.get('a0'), guest.retired, guest.get('pc')]).toEqual([8n, 2, 0x10008n]);
  });

  it('do not count as memory misses', () => {
    const guest = guestOf('ld a0, 0(a1)', { a1: 0x20000n });
    guest.vcpu.answers = [1n];
    guest.slice({ everyInstruction: true });
    expect([guest.machine.cost(0), guest.cycles]).toEqual([FREE, 1]);
  });
});

function guestCall(name: string): number {
  return tiny.guestCalls.findIndex((each) => each.name === name);
}
