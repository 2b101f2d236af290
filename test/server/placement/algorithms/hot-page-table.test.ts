// Counts that fade, the hot-page table made of them, and runs of stalls on one owner.
import { FadingCounts } from '../../../../src/server/placement/algorithms/fading-counts.js';
import { HotPageTable } from '../../../../src/server/placement/algorithms/hot-page-table.js';
import { OwnerRuns } from '../../../../src/server/placement/algorithms/owner-runs.js';

const WINDOW = 1000;

describe('counts that fade', () => {
  it('are halved at the end of every window', () => {
    const counts = new FadingCounts(10, WINDOW);
    for (let i = 0; i < 8; i++) counts.add(1, 0);
    counts.fade(WINDOW - 1);
    expect(counts.of(1)).toBe(8);
    counts.fade(WINDOW);
    expect(counts.of(1)).toBe(4);
    expect(counts.add(1, 3 * WINDOW)).toBe(2);
  });

  it('are forgotten when next to nothing is left', () => {
    const counts = new FadingCounts(10, WINDOW);
    counts.add(1, 0);
    counts.fade(1e9 * WINDOW);
    expect(counts.all()).toEqual([]);
  });

  it('do not fade for a time before the latest', () => {
    const counts = new FadingCounts(10, WINDOW);
    counts.add(1, 5 * WINDOW);
    expect(counts.add(1, 2 * WINDOW)).toBe(2);
  });
});

describe('the hot-page table', () => {
  const write = (table: HotPageTable, page: number, times: number, nowPs = 0): void => {
    for (let i = 0; i < times; i++) table.stalled(page, true, nowPs);
  };

  it('takes a page with its least number of write stalls, and no page for reads', () => {
    const table = new HotPageTable(4, 3, 10, WINDOW);
    write(table, 1, 2);
    for (let i = 0; i < 9; i++) table.stalled(1, false, 0);
    expect(table.has(1)).toBe(false);
    write(table, 1, 1);
    expect(table.has(1)).toBe(true);
  });

  it('has a more frequent page replace the least frequent, the oldest of equals', () => {
    const table = new HotPageTable(2, 2, 10, WINDOW);
    write(table, 1, 2);
    write(table, 2, 2);
    write(table, 3, 2);
    expect([1, 2, 3].map((page) => table.has(page))).toEqual([true, true, false]);
    write(table, 3, 1);
    expect([1, 2, 3].map((page) => table.has(page))).toEqual([false, true, true]);
  });

  it('drops a page that is no longer updated', () => {
    const table = new HotPageTable(2, 2, 10, WINDOW);
    write(table, 1, 3);
    table.stalled(9, false, WINDOW);
    expect(table.has(1)).toBe(false);
  });
});

describe('a run of stalls', () => {
  it('goes on as long as the owner is the same', () => {
    const runs = new OwnerRuns(4);
    expect([[2, 10], [2, 11], [3, 12], [2, 10]].map(([owner, page]) => runs.stalled(0, owner!, page!))).toEqual([1, 2, 1, 1]);
  });

  it('goes on at a page whose owner is unknown, and not between two such pages', () => {
    const runs = new OwnerRuns(4);
    expect([10, 10, 11, 11].map((page) => runs.stalled(0, -1, page))).toEqual([1, 2, 1, 2]);
  });

  it('is each vCPU\'s own, and begins anew when the vCPU comes', () => {
    const runs = new OwnerRuns(4);
    expect([0, 1, 0].map((vcpu) => runs.stalled(vcpu, 2, 10))).toEqual([1, 1, 2]);
    runs.arrived(0);
    expect(runs.stalled(0, 2, 10)).toBe(1);
  });
});
