// L1 line tables and TLBs: direct-mapped, and a shootdown ends exactly what it names.
import fc from 'fast-check';
import type { LineTables } from '../../../src/guest/machine/lines.js';
import { TestMachine } from '../../support/machine.js';

const LINES_PER_PAGE = 4;
const noEviction = (): void => { throw new Error('nothing to evict'); };

/** Lines of 16 bytes, pages of four of them. */
function tables(l1Sets: number, tlbEntries = 4): LineTables {
  return new TestMachine({ coresPerNode: 2, pageBytes: 64, lineBytes: 16, l1Sets, tlbEntries }).memory.lines;
}

it('is empty at first, for line and page 0 too', () => {
  const lines = tables(8);
  for (const line of [0, 1, 7, 8]) expect(lines.holds(0, line)).toBe(false);
  expect(lines.countMiss(0, 0, noEviction)).toBe(false);
});

it('holds what was filled last in each set, with its right and time, on that core alone', () => {
  const lines = tables(8);
  lines.fill(0, 3, false, 500);
  lines.fill(0, 4, true, 700);
  lines.fill(0, 12, false, 900);
  expect([3, 4, 12].map((line) => lines.holds(0, line))).toEqual([true, false, true]);
  expect([3, 12].map((line) => [lines.writable(0, line), lines.filledAtPs(0, line)])).toEqual([[false, 500], [false, 900]]);
  expect(lines.holds(1, 3)).toBe(false);
  lines.drop(0, 3);
  expect(lines.holds(0, 3)).toBe(false);
});

it('tells lines and pages 2^32 apart, which share all their low bits', () => {
  const lines = tables(8);
  lines.fill(0, 5 + 2 ** 32, true, 0);
  expect([5, 5 + 2 ** 32, 5 + 2 ** 33].map((line) => lines.holds(0, line))).toEqual([false, true, false]);
  lines.countMiss(0, 2 + 2 ** 32, noEviction);
  expect([2, 2 + 2 ** 32].map((page) => lines.harvest(0, page))).toEqual([0, 1]);
});

describe.each([['smaller than', 64], ['as large as', 4], ['larger than', 2], ['larger than the one set of', 1]])(
  'a page %s the L1', (_, l1Sets) => {
    it('is shot down line by line, and no line of another page is', () => {
      const page = fc.nat({ max: 5 });
      const fills = fc.array(fc.record({ line: fc.nat({ max: 6 * LINES_PER_PAGE - 1 }), writable: fc.boolean() }), { maxLength: 30 });
      fc.assert(fc.property(fills, page, fc.boolean(), (list, victim, keepReadable) => {
        const lines = tables(l1Sets);
        const model = new Map<number, { line: number; writable: boolean }>();
        for (const each of list) {
          lines.fill(0, each.line, each.writable, 0);
          model.set(each.line % l1Sets, { ...each });
        }
        lines.shootDownLines(0, victim, keepReadable);
        const expected = [...model.values()].flatMap(({ line, writable }) => {
          if (Math.floor(line / LINES_PER_PAGE) !== victim) return [[line, writable]];
          return keepReadable ? [[line, false]] : [];
        });
        const held = [...model.values()].filter(({ line }) => lines.holds(0, line));
        expect(held.map(({ line }) => [line, lines.writable(0, line)])).toEqual(expected);
      }), { seed: 1, numRuns: 100 });
    });
  });

describe('misses counted in the TLB', () => {
  it('are harvested once', () => {
    const lines = tables(8);
    expect([1, 1, 1].map((page) => lines.countMiss(0, page, noEviction))).toEqual([false, true, true]);
    expect([lines.harvest(0, 1), lines.harvest(0, 1), lines.harvest(1, 1)]).toEqual([3, 0, 0]);
    expect(lines.countMiss(0, 1, noEviction)).toBe(true);
    expect(lines.harvest(0, 1)).toBe(1);
  });

  it('are handed over when another page takes the entry, or the entry is dropped', () => {
    const lines = tables(8);
    const evicted: [number, number][] = [];
    const onEviction = (page: number, misses: number): void => { evicted.push([page, misses]); };
    lines.countMiss(0, 1, onEviction);
    lines.countMiss(0, 1, onEviction);
    expect(lines.countMiss(0, 5, onEviction)).toBe(false);
    expect(evicted).toEqual([[1, 2]]);
    expect([lines.dropTlb(0, 1), lines.dropTlb(0, 5), lines.dropTlb(0, 5)]).toEqual([0, 1, 0]);
    expect(lines.countMiss(0, 1, noEviction)).toBe(false);
  });

  it('that were harvested are not handed over again', () => {
    const lines = tables(8);
    lines.countMiss(0, 1, noEviction);
    lines.harvest(0, 1);
    lines.countMiss(0, 5, noEviction);
  });
});
