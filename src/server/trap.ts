// A guest fault in words: what happened, where in the source.
import { sourceOf, type Image } from '../guest/asm/image.js';
import type { Isa } from '../guest/lang/model.js';
import type { Arena } from '../guest/machine/arena.js';
import { PC_OFFSET } from '../guest/machine/context.js';
import type { Trap } from '../guest/machine/engine.js';

export function describeTrap(trap: Trap, isa: Isa, image: Image, arena: Arena, context: number): string {
  const pc = arena.u64[(context + PC_OFFSET) >> 3]!;
  const source = sourceOf(image, Number(pc));
  const where = `at 0x${pc.toString(16)}${source ? ` (${source})` : ''}`;
  switch (trap.kind) {
    case 'illegal': return `illegal instruction 0x${trap.word.toString(16)} ${where}`;
    case 'address': {
      const { low, high } = isa.memory;
      return `address 0x${trap.address.toString(16)} is outside 0x${low.toString(16)} to 0x${(high - 1).toString(16)}, ${where}`;
    }
    case 'program': return `trap ${trap.cause} (value ${trap.value}) ${where}`;
  }
}
