// Every second row of the pairwise cover of the table of programs: two files, so that two workers share them.
// With the smallest pages the coherence rules are checked after every event.
import { runCell } from './cell.js';
import { describe as words } from './summary.js';
import { coveringCells } from './table.js';

const ROWS = coveringCells().filter((_, i) => i % 2 === 1).map((cell) => [words(cell), cell] as const);

it.each(ROWS)('%s', async (_, cell) => {
  expect((await runCell(cell, cell.page === '4K')).fault).toBeUndefined();
}, 120_000);
