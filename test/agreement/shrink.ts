// Makes a failing program short: instructions are dropped, many at a time, then one by one, as long as it still fails
// (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 28(2), 2002, without its complements).
import type { Difference } from './lockstep.js';
import type { Program } from './program.js';

export interface Shrunk { readonly program: Program; readonly difference: Difference }

/** Undefined if `fails` does not find the whole program failing. */
export function shrink(program: Program, fails: (program: Program) => Difference | undefined): Shrunk | undefined {
  const difference = fails(program);
  if (!difference) return undefined;
  let best: Shrunk = { program, difference };
  for (let count = program.items.length >> 1; count >= 1; count = Math.min(count >> 1, best.program.items.length >> 1)) {
    let dropped = true;
    while (dropped) {
      dropped = false;
      for (let from = 0; from + count <= best.program.items.length && best.program.items.length > 1;) {
        const items = best.program.items.filter((_, i) => i < from || i >= from + count);
        const shorter = { ...best.program, items };
        const still = items.length > 0 ? fails(shorter) : undefined;
        if (still) {
          best = { program: shorter, difference: still };
          dropped = true;
        } else {
          from += count;
        }
      }
      if (count > 1) break;
    }
  }
  return best;
}
