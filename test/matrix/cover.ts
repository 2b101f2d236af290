// A half of the pairwise cover of the table of programs as tests: two files, so that two workers share them.
import { runCell } from './cell.js';
import { describe as words } from './summary.js';
import { coveringCells } from './table.js';

/** With the smallest pages the coherence rules are checked after every event. */
export function testHalf(half: 0 | 1): void {
  const rows = coveringCells().filter((_, i) => i % 2 === half).map((cell) => [words(cell), cell] as const);

  it.each(rows)('%s', async (_, cell) => {
    expect((await runCell(cell, cell.page === '4K')).fault).toBeUndefined();
  }, 120_000);
}
