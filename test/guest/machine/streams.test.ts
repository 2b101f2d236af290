// Streams of lines from memory, and what they cost: a part of a line alone.
import { TestMachine, CYCLES, type MachineOptions } from '../../support/machine.js';

const LINE = 64;
const STREAM_LINES = 8;

/** A core with one set of L1, so that every other line misses, and one large page, which its TLB has. */
function machine(options: MachineOptions = {}): TestMachine {
  const m = new TestMachine({ l1Sets: 1, streamLines: STREAM_LINES, pageBytes: 65536, ...options });
  m.give(0, 0);
  m.load(0, 65528);
  return m;
}

/** Cycles of loads of these lines in turn. */
const loads = (m: TestMachine, lines: readonly number[]): number[] => lines.map((line) => m.load(0, LINE * line).local);
const alone = CYCLES.local;
const streamed = alone / STREAM_LINES;

it('cost a part of a line alone from the second line on, upward and downward', () => {
  expect(loads(machine(), [10, 11, 12, 13])).toEqual([alone, streamed, streamed, streamed]);
  expect(loads(machine(), [13, 12, 11, 10])).toEqual([alone, streamed, streamed, streamed]);
});

it('are no streams where lines lie apart, or are the same again', () => {
  expect(loads(machine(), [10, 12, 14, 16])).toEqual([alone, alone, alone, alone]);
  expect(loads(machine(), [10, 400, 10, 400])).toEqual([alone, alone, alone, alone]);
});

it('are eight at once; a ninth takes the place of the oldest', () => {
  const starts = (count: number): number[] => Array.from({ length: count }, (_, i) => 100 * (i + 1));
  const next = (lines: readonly number[]): number[] => lines.map((line) => line + 1);
  const eight = machine();
  loads(eight, starts(8));
  expect(loads(eight, next(starts(8)))).toEqual(new Array(8).fill(streamed));
  const nine = machine();
  loads(nine, starts(9));
  // The first of them is gone, and begins anew in the place of the second, and so on.
  expect(loads(nine, next(starts(9)))).toEqual(new Array(9).fill(alone));
});

it('go on from page to page', () => {
  const m = new TestMachine({ l1Sets: 1, streamLines: STREAM_LINES, pageBytes: 256 });
  for (const page of [0, 1]) m.give(0, page);
  expect(loads(m, [3, 4])).toEqual([CYCLES.tlb + alone, CYCLES.tlb + streamed]);
});

it('are none of the lines that another cache hands over', () => {
  const m = new TestMachine({ coresPerNode: 2, streamLines: STREAM_LINES });
  m.give(0, 0);
  for (let line = 0; line < 4; line++) m.store(1, LINE * line);
  const costs = [0, 1, 2, 3].map((line) => m.load(0, LINE * line).local);
  expect(costs).toEqual([CYCLES.near + CYCLES.tlb, CYCLES.near, CYCLES.near, CYCLES.near]);
});

it('of stores cost no latency at all', () => {
  const m = machine();
  expect([20, 21, 22].map((line) => m.store(0, LINE * line).local)).toEqual([alone, 0, 0]);
});

it('do not exist where one line is under way at a time', () => {
  const m = machine({ streamLines: 1 });
  expect(loads(m, [10, 11, 12])).toEqual([alone, alone, alone]);
  expect([20, 21].map((line) => m.store(0, LINE * line).local)).toEqual([alone, alone]);
});
