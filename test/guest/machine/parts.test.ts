// What is known to be zeros of large slots: whatever is done to them, they hold what slots without that knowledge would.
import fc from 'fast-check';
import { Arena } from '../../../src/guest/machine/arena.js';
import { wrongParts } from '../../support/parts.js';

const PAGE_BYTES = 65536;
const SHAPE = { coreBytes: 40, cores: 1, contextBytes: 64, contexts: 1, pageBytes: PAGE_BYTES };

type Step = { readonly do: 'take' | 'free' | 'zero' | 'copy' | 'write' | 'store'; readonly a: number; readonly b: number; readonly at: number };

const steps = fc.array(fc.record<Step>({
  do: fc.constantFrom('take', 'take', 'free', 'zero', 'copy', 'copy', 'write', 'store'),
  a: fc.nat(50), b: fc.nat(50), at: fc.nat(PAGE_BYTES - 8),
}), { maxLength: 60 });

it('slots of many parts hold what was put into them, and no part counts as zeros that is not', () => {
  fc.assert(fc.property(steps, (list) => {
    const arena = new Arena(SHAPE);
    const held = new Map<number, Uint8Array>();
    for (const { do: what, a, b, at } of list) {
      const slots = [...held.keys()];
      if (what === 'take' || slots.length === 0) {
        const slot = arena.takeSlot();
        arena.zeroSlot(slot);
        held.set(slot, new Uint8Array(PAGE_BYTES));
        continue;
      }
      const [slot, other] = [slots[a % slots.length]!, slots[b % slots.length]!];
      const bytes = held.get(slot)!;
      switch (what) {
        case 'free': arena.freeSlot(slot); held.delete(slot); break;
        case 'zero': arena.zeroSlot(slot); bytes.fill(0); break;
        case 'copy': arena.copySlot(other, slot); bytes.set(held.get(other)!); break;
        case 'write': arena.writeSlot(slot, Uint8Array.of(a, b, 1), at); bytes.set([a, b, 1], at); break;
        case 'store':
          arena.stored(arena.slotOffset(slot) + at, 8);
          arena.u8.fill(a + 1, arena.slotOffset(slot) + at, arena.slotOffset(slot) + at + 8);
          bytes.fill(a + 1, at, at + 8);
      }
    }
    for (const [slot, bytes] of held) {
      expect(Buffer.compare(arena.u8.subarray(arena.slotOffset(slot), arena.slotOffset(slot + 1)), bytes)).toBe(0);
      expect(wrongParts(arena, slot)).toEqual([]);
    }
  }), { seed: 1, numRuns: 40 });
});

it('a part is known to be zeros until something is put there', () => {
  const arena = new Arena(SHAPE);
  const [a, b] = [arena.takeSlot(), arena.takeSlot()];
  expect(arena.runs(a)).toEqual([]);
  arena.writeSlot(a, Uint8Array.of(1, 2), 4095);
  arena.writeSlot(b, Uint8Array.of(3), PAGE_BYTES - 1);
  expect(arena.runs(a)).toEqual([[0, 8192]]);
  expect(arena.runs(a, b)).toEqual([[0, 8192], [PAGE_BYTES - 4096, PAGE_BYTES]]);
  arena.copySlot(b, a);
  expect(arena.runs(a)).toEqual([[PAGE_BYTES - 4096, PAGE_BYTES]]);
  arena.zeroSlot(a);
  expect(arena.runs(a)).toEqual([]);
});

it('what lay in a table, and what came from a copy of an arena, may be anything', () => {
  const arena = new Arena(SHAPE);
  const table = arena.takeTable(PAGE_BYTES);
  arena.freeTable(table, PAGE_BYTES);
  expect(arena.runs(arena.slotAt(table))).toEqual([[0, PAGE_BYTES]]);
  const other = new Arena(SHAPE);
  const slot = arena.takeSlot();
  other.copyIn(arena.copyOut());
  expect(other.runs(slot)).toEqual([[0, PAGE_BYTES]]);
});

it('small slots have one part, which may be anything', () => {
  const arena = new Arena({ ...SHAPE, pageBytes: 4096 });
  const slot = arena.takeSlot();
  arena.zeroSlot(slot);
  expect(arena.runs(slot)).toEqual([[0, 4096]]);
});
