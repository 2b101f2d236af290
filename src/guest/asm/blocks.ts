// Finds the ends of what spans lines: macro bodies, repetitions, and the parts of conditionals that are left out.
import { failToken, type Line } from './lines.js';
import type { Token } from './tokens.js';

/** The directive that each of these ends with. */
export const BLOCK_ENDS: ReadonlyMap<string, string> = new Map([
  ['.macro', '.endm'], ['.rept', '.endr'], ['.if', '.endif'], ['.ifdef', '.endif'], ['.ifndef', '.endif'],
]);

const HEAD = /^\s*(?:[\w.]+\s*:\s*)*(\.[a-z]+)/;

/** The directive that a line begins with, labels apart, or undefined. Works on lines that nothing else could read. */
export function headOf(line: Line): string | undefined {
  return HEAD.exec(line.text)?.[1];
}

/**
 * The number of the line at or after `from` that ends the block which `open` began, or, outside of inner blocks, one of
 * `stops`. Blocks of other kinds need not be complete inside: a left-out part may hold anything.
 */
export function findEnd(
  lines: readonly Line[], from: number, opener: Line, open: Token, stops: readonly string[] = [],
): number {
  const end = BLOCK_ENDS.get(open.text);
  let depth = 0;
  for (let i = from; i < lines.length; i++) {
    const head = headOf(lines[i]!);
    if (head === undefined) continue;
    if (BLOCK_ENDS.get(head) === end) depth++;
    else if (head === end && depth-- === 0) return i;
    else if (depth === 0 && stops.includes(head)) return i;
  }
  return failToken(opener, open, `${open.text} without ${end}`);
}
