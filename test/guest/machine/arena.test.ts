// The arena: slots and contexts neither overlap nor leak, and bytes survive its growth.
import fc from 'fast-check';
import { Arena, ArenaFull, type ArenaShape } from '../../../src/guest/machine/arena.js';
import { TestMachine } from '../../support/machine.js';

const SHAPE: ArenaShape = { coreBytes: 40, cores: 3, contextBytes: 64, contexts: 4, pageBytes: 4096 };

/** First and last byte of a slot. */
const ends = (arena: Arena, slot: number): [number, number] => [arena.slotOffset(slot), arena.slotOffset(slot + 1) - 1];

it('gives every slot and context bytes of its own, however they are taken and freed', () => {
  fc.assert(fc.property(fc.array(fc.nat({ max: 9 }), { maxLength: 60 }), (steps) => {
    const arena = new Arena(SHAPE);
    const contexts = Array.from({ length: SHAPE.contexts }, () => arena.takeContext());
    contexts.forEach((context) => arena.u8.fill(0xcc, context, context + SHAPE.contextBytes));
    const held = new Map<number, number>();
    for (const step of steps) {
      const [oldest] = held.keys();
      if (step < 3 && oldest !== undefined) {
        held.delete(oldest);
        arena.freeSlot(oldest);
      } else {
        const slot = arena.takeSlot();
        expect(held.has(slot)).toBe(false);
        arena.u8.fill(held.size, ...fill(arena, slot));
        held.set(slot, held.size);
      }
      expect(arena.slotsInUse).toBe(held.size);
    }
    for (const [slot, value] of held) for (const at of ends(arena, slot)) expect(arena.u8[at]).toBe(value);
    for (const context of contexts) expect(arena.u8.subarray(context, context + SHAPE.contextBytes).every((byte) => byte === 0xcc)).toBe(true);
  }), { seed: 1, numRuns: 60 });
});

const fill = (arena: Arena, slot: number): [number, number] => [arena.slotOffset(slot), arena.slotOffset(slot + 1)];

it('takes freed slots before new ones', () => {
  const arena = new Arena(SHAPE);
  const [a, b] = [arena.takeSlot(), arena.takeSlot()];
  arena.freeSlot(a);
  expect(arena.takeSlot()).toBe(a);
  expect(arena.takeSlot()).not.toBe(b);
});

it('keeps all bytes when it grows, and its views see them', () => {
  const arena = new Arena(SHAPE);
  const slots = Array.from({ length: 200 }, (_, i) => {
    const slot = arena.takeSlot();
    arena.u32[arena.slotOffset(slot) >>> 2] = i + 1;
    return slot;
  });
  expect(slots.map((slot) => arena.u32[arena.slotOffset(slot) >>> 2])).toEqual(slots.map((_, i) => i + 1));
  expect(arena.u8.buffer).toBe(arena.memory.buffer);
});

it('writes into a slot that is taken in the same breath, though taking it makes the memory grow', () => {
  const arena = new Arena(SHAPE);
  const slots = Array.from({ length: 100 }, (_, i) => {
    let slot = -1;
    arena.writeSlot(slot = arena.takeSlot(), Uint8Array.of(i, 1));
    return slot;
  });
  expect(slots.map((slot) => arena.u8[arena.slotOffset(slot)])).toEqual(slots.map((_, i) => i));
});

it('copies and clears one slot without touching its neighbours', () => {
  const arena = new Arena(SHAPE);
  const [left, middle, right] = [arena.takeSlot(), arena.takeSlot(), arena.takeSlot()];
  [left, middle, right].forEach((slot, i) => arena.u8.fill(i + 1, ...fill(arena, slot)));
  arena.zeroSlot(middle);
  expect([left, middle, right].map((slot) => ends(arena, slot).map((at) => arena.u8[at]))).toEqual([[1, 1], [0, 0], [3, 3]]);
  arena.copySlot(left, middle);
  expect([left, middle, right].map((slot) => ends(arena, slot).map((at) => arena.u8[at]))).toEqual([[1, 1], [1, 1], [3, 3]]);
});

it('has as many contexts as it was shaped for, and reuses them', () => {
  const arena = new Arena(SHAPE);
  const contexts = Array.from({ length: 4 }, () => arena.takeContext());
  expect(new Set(contexts).size).toBe(4);
  expect(() => arena.takeContext()).toThrow('more vCPU contexts in use');
  arena.u8[contexts[2]! + 63] = 7;
  arena.copyContext(contexts[2]!, contexts[0]!);
  expect(arena.u8[contexts[0]! + 63]).toBe(7);
  arena.freeContext(contexts[2]!);
  expect(arena.takeContext()).toBe(contexts[2]);
});

it('reads and writes slots beyond 2 GiB, and says when it is full', () => {
  const machine = new TestMachine({ pageBytes: 2 ** 29 });
  const slots = Array.from({ length: 5 }, () => machine.arena.takeSlot());
  expect(machine.arena.slotOffset(slots[4]!)).toBeGreaterThan(2 ** 31);
  slots.forEach((slot, page) => machine.memory.tables[0]!.set(page, { slot, writable: true, home: 0 }));
  slots.forEach((_, page) => machine.memory.writeBytes(0, page * 2 ** 29 + 8, 8, BigInt(page) + 0x1_0000_0000n));
  expect(slots.map((_, page) => machine.memory.readBytes(0, page * 2 ** 29 + 8, 8)))
    .toEqual([0, 1, 2, 3, 4].map((page) => BigInt(page) + 0x1_0000_0000n));
  expect(slots.map((_, page) => machine.memory.readBytes(0, page * 2 ** 29 + 12, 4))).toEqual([1n, 1n, 1n, 1n, 1n]);
  machine.arena.takeSlot();
  expect(() => machine.arena.takeSlot()).toThrow(ArenaFull);
});
