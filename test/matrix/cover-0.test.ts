// Every second row of the pairwise cover of the table of programs: two files, so that two workers share them.
import { describeCell, faultOf, matrixCover } from './matrix.js';

const ROWS = matrixCover().filter((_, i) => i % 2 === 0).map((cell) => [describeCell(cell), cell] as const);

it.each(ROWS)('%s', (_, cell) => {
  expect(faultOf(cell)).toBeUndefined();
}, 120_000);
