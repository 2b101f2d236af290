// What an arena knows of its slots, held against what they hold.
import type { Arena } from '../../src/guest/machine/arena.js';

/** Places in the slot that count as zeros, and are not. */
export function wrongParts(arena: Arena, slot: number): number[] {
  const bytes = arena.u8.slice(arena.slotOffset(slot), arena.slotOffset(slot + 1));
  for (const [from, end] of arena.runs(slot)) bytes.fill(0, from, end);
  const words = new Uint32Array(bytes.buffer);
  return words.every((word) => word === 0) ? [] : [bytes.findIndex((byte) => byte !== 0)];
}
