// The pairwise cover of the table of programs gives the same reports on both engines, at several quanta and slice modes. The
// whole table: `npm run agreement -- --kind table`.
import { describe as words } from '../matrix/summary.js';
import { coveringCells } from '../matrix/table.js';
import { tableDifference } from './table.js';

it.each(coveringCells().map((cell, number) => [words(cell), cell, number] as const))('%s', async (_, cell, number) => {
  expect(await tableDifference(cell, number, ['reference', 'wasm'])).toBeUndefined();
}, 120_000);
