// Bars of characters.

/** `width` characters shared among the values, by largest remainder so that a bar is always full; all 0 if the values are. */
export function sharedCells(values: readonly number[], width: number): number[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  if (total <= 0) return values.map(() => 0);
  const shares = values.map((value) => (width * value) / total);
  const cells = shares.map(Math.floor);
  const byRemainder = shares.map((share, i) => ({ i, rest: share - cells[i]! })).sort((a, b) => b.rest - a.rest || a.i - b.i);
  const left = width - cells.reduce((sum, n) => sum + n, 0);
  for (const { i } of byRemainder.slice(0, left)) cells[i]!++;
  return cells;
}
