// The pairwise cover that the table of programs rests on in everyday tests.
import fc from 'fast-check';
import { pairsOf, pairwise } from './pairwise.js';

const columnSizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 6 });

describe('a pairwise cover', () => {
  it('has every pair of values of two columns', () => {
    fc.assert(fc.property(columnSizes, (sizes) => {
      const met = new Set(pairwise(sizes).flatMap(pairsOf));
      let expected = 0;
      for (const [a, m] of sizes.entries()) for (const n of sizes.slice(a + 1)) expected += m * n;
      expect(met.size).toBe(expected);
    }), { seed: 1 });
  });

  it('holds values of its columns alone, and no more rows than the whole table', () => {
    fc.assert(fc.property(columnSizes, (sizes) => {
      const rows = pairwise(sizes);
      for (const row of rows) {
        expect(row).toHaveLength(sizes.length);
        for (const [column, value] of row.entries()) expect(value >= 0 && value < sizes[column]!).toBe(true);
      }
      const [widest, second] = [...sizes].sort((a, b) => b - a) as [number, number];
      expect(rows.length).toBeGreaterThanOrEqual(widest * second);
      expect(rows.length).toBeLessThanOrEqual(sizes.reduce((product, size) => product * size, 1));
    }), { seed: 1 });
  });

  it('is the same every time', () => {
    expect(pairwise([4, 3, 5, 2])).toEqual(pairwise([4, 3, 5, 2]));
  });
});
