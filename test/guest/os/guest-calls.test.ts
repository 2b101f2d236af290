// The guest operating-system layer, called as guests call it.
import { guestCallNames, makeGuestCall, type CallerContext } from '../../../src/guest/os/guest-calls.js';
import { CYCLES, TestMachine } from '../../support/machine.js';
import { Guest, isaNamed, run } from '../../support/guest.js';
import { isaNames } from '../../../isa/index.js';

const tiny = isaNamed('tiny');
const toy16 = isaNamed('toy16');

const printed = (text: string, given = {}, isa = tiny): string => run(isa, text, given).ending.output;

function caller(machine: TestMachine): CallerContext {
  return { vcpu: 3, vcpus: 8, core: 0, nowPs: 1_999_999, memory: machine.memory, prior: [] };
}

it('every call that an ISA declares is there', () => {
  for (const isa of [...isaNames(), 'acc'].map(isaNamed)) {
    expect(isa.guestCalls.map(({ name }) => name).filter((name) => !guestCallNames().includes(name))).toEqual([]);
  }
});

describe('printing', () => {
  it('a number reads it as signed, at the width that the ISA declares', () => {
    expect(printed('puti a0', { a0: 2n ** 64n - 5n })).toBe('-5\n');
    expect(printed('puti a0', { a0: 2n ** 63n })).toBe('-9223372036854775808\n');
    expect(printed('puti a', { a: 0xfffbn }, toy16)).toBe('-5\n');
    expect(printed('puti', { acc: 0xffff_fffbn }, isaNamed('acc'))).toBe('-5\n');
  });

  it('in hexadecimal reads it as unsigned', () => expect(printed('putx a0', { a0: 2n ** 64n - 1n })).toBe('ffffffffffffffff\n'));

  it('a character takes its lowest byte', () => expect(printed('putc a0\n putc a1', { a0: 0x141n, a1: 10n })).toBe('A\n'));

  it('a string goes up to the first zero, as UTF-8', () => {
    expect(printed('la a0, text\n puts a0\n halt\n text: .string "größer, 漢字\\n"\n .byte 65')).toBe('größer, 漢字\n');
    expect(printed('la a0, text\n puts a0\n halt\n text: .string ""')).toBe('');
  });

  it('goes in the order of the program', () => {
    expect(printed('puti a0\n la a1, s\n puts a1\n inc a0\n puti a0\n halt\n s: .string "-"')).toBe('0\n-1\n');
  });

  it('a string without end stops at 65,536 bytes', () => {
    const machine = new TestMachine();
    const letters = new Uint8Array(machine.pageBytes).fill(65);
    for (let page = 0; page < 17; page++) machine.arena.writeSlot(machine.give(0, page), letters);
    const outcome = makeGuestCall('print_str', caller(machine), [0n], 64);
    expect(outcome.do === 'print' && outcome.text).toBe('A'.repeat(65536));
  });
});

describe('a string in memory', () => {
  it('stalls for each page that is not here, and is printed once', () => {
    const guest = new Guest(tiny, 'li a0, 0x20ffe\n puts a0\n halt');
    guest.set({ 'm64[0x20ffe]': 0x43_4241_3130n });
    const table = guest.machine.memory.tables[0]!;
    const frames = [0x20, 0x21].map((page) => [page, table.get(page)!] as const);
    for (const [page] of frames) table.delete(page);
    const stop = guest.slice();
    if (stop.reason !== 'guest') throw new Error(stop.reason);
    for (const [page, entry] of frames) {
      expect(guest.call(stop)).toEqual({
        do: 'stall', stall: { page, kind: 'read', address: page === 0x20 ? 0x20ffe : 0x21000, bytes: 1, mustCome: true, prior: [] },
      });
      table.set(page, entry);
    }
    expect(guest.call(stop)).toEqual({ do: 'print', text: '01ABC' });
    expect(guest.run().output).toBe('01ABC');
  });

  it('costs the lines it lies in, its end included', () => {
    const machine = new TestMachine();
    machine.give(0, 0);
    machine.memory.writeBytes(0, 0x30, 8, 0x4141_4141_4141_4141n);
    machine.memory.writeBytes(0, 0x38, 8, 0x4141_4141_4141_4141n);
    makeGuestCall('print_str', caller(machine), [0x30n], 64);
    expect(machine.cost(0)).toMatchObject({ misses: 2, local: CYCLES.tlb + 2 * CYCLES.local });
  });

  it('outside the memory is a trap at the exact address', () => {
    const { ending } = run(tiny, 'puts a0', { a0: 2n ** 64n - 1n });
    expect(ending.trap).toEqual({ kind: 'address', address: 2n ** 64n - 1n });
    expect(run(toy16, 'puts a', { a: 0xffffn, 'm8[0xffff]': 65n }).ending.trap).toEqual({ kind: 'address', address: 0x10000n });
  });
});

it('vCPUs learn who and how many they are, and the time in whole nanoseconds', () => {
  const machine = new TestMachine();
  const value = (name: string) => makeGuestCall(name, caller(machine), [], 64);
  expect(value('vcpu_id')).toEqual({ do: 'value', value: 3n });
  expect(value('vcpu_count')).toEqual({ do: 'value', value: 8n });
  expect(value('time_ns')).toEqual({ do: 'value', value: 1999n });
});

it('the exit code is the low byte, as the host takes it', () => {
  expect(run(tiny, 'exit a0', { a0: 0x1ffn }).ending).toMatchObject({ end: 'exit', code: 255 });
  expect(run(tiny, 'halt').ending.end).toBe('halt');
});

it('marks carry their numbers and names', () => {
  const machine = new TestMachine();
  const mark = (name: string, args: readonly bigint[]) => makeGuestCall(name, caller(machine), args, 64);
  expect([mark('mark', [12n]), mark('roi_begin', []), mark('roi_end', [])]).toEqual([
    { do: 'mark', name: 'mark 12' }, { do: 'mark', name: 'roi_begin' }, { do: 'mark', name: 'roi_end' },
  ]);
});
