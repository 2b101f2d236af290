// The summary as a person reads it: its width, its rows, its words; and the parts it is made of.
import { TIME_PARTS } from '../../../src/server/observe.js';
import { paint, stackedBar } from '../../../src/study/report/paint.js';
import { percent, short } from '../../../src/study/report/figures.js';
import { summaryText } from '../../../src/study/report/summary.js';
import { tableLines, left, right, visibleWidth } from '../../../src/study/report/table.js';
import { madeUpRun, SMALL } from './fixtures.js';

const plain = { colour: false, wall: false } as const;

describe('the summary', () => {
  it.each([
    [2, 3],
    [4, 8],
    [6, 16],
    [15, 30],
    [64, 200],
  ])('fits 80 columns with %i nodes and %i vCPUs', (nodes, vcpus) => {
    const { report } = madeUpRun({ nodes, vcpus, pages: 64, events: 500 });
    for (const line of summaryText(report, plain).split('\n')) expect([line, line.length <= 80]).toEqual([line, true]);
  });

  it('says how the run ended, how long it took, and against the ideal', () => {
    const { report } = madeUpRun();
    const text = summaryText({ ...report, simulatedNs: 3_214_000, idealNs: 1_607_000 }, plain);
    expect(text).toMatch(/^stencil\.s: exit 0\n/);
    expect(text).toContain('3.214 ms simulated, 1,234,567 instructions');
    expect(text).toContain('1.607 ms on one node with everything: 2.00 times as long here');
    expect(summaryText({ ...report, end: 'limit', message: 'stopped after 5 instructions' }, plain)).toContain(
      'limit reached: stopped after 5 instructions',
    );
    expect(summaryText({ ...report, end: 'failed', message: 'out of frames' }, plain)).toContain(
      'simulated server failed: out of frames',
    );
  });

  it('has a row for each vCPU up to sixteen, beyond that rows for runs of them, and a total', () => {
    const rows = (vcpus: number): string[] =>
      summaryText(madeUpRun({ nodes: 2, vcpus, pages: 8, events: 300 }).report, plain)
        .split('\n')
        .filter((line) => /^ {2}(\d+(-\d+)?|all) .*%/.test(line))
        .map((line) => line.trim().split(' ')[0]!);
    expect(rows(3)).toEqual(['0', '1', '2', 'all']);
    expect(rows(16)).toHaveLength(17);
    expect(rows(64)).toEqual([...Array.from({ length: 16 }, (_, i) => `${4 * i}-${4 * i + 3}`), 'all']);
  });

  it('has numastat\'s rows and columns', () => {
    const text = summaryText(madeUpRun(SMALL).report, plain);
    expect(text).toMatch(
      / +Node 0 +Node 1 +Total\n {2}Numa_Hit +120 +121 +241\n {2}Numa_Miss +0 +1 +1\n {2}Numa_Foreign +2 +1 +3\n {2}Interleave_Hit +0 +0 +0\n {2}Local_Node +110 +110 +220\n {2}Other_Node +10 +11 +21\n/,
    );
  });

  it('is free of escape codes without colour, and the same words with it', () => {
    const { report } = madeUpRun();
    const colourful = summaryText(report, { colour: true, wall: false });
    expect(colourful).toContain('\x1b[');
    expect(summaryText(report, plain)).not.toContain('\x1b');
    expect(colourful.replace(/\x1b\[[0-9;]*m/g, '')).toBe(summaryText(report, plain));
  });

  it('tells the wall clock only where it is asked for', () => {
    const { report } = madeUpRun();
    expect(summaryText(report, { colour: false, wall: true })).toContain('1.25 s');
    expect(summaryText(report, plain)).toBe(summaryText({ ...report, wallSeconds: 99, mips: 99 }, plain));
  });
});

describe('its parts', () => {
  it('bars are always full and give each part its share', () => {
    const time = Object.fromEntries(TIME_PARTS.map((part, i) => [part, i + 1])) as Record<
      (typeof TIME_PARTS)[number],
      number
    >;
    for (const width of [1, 7, 16, 28]) expect(stackedBar(time, width, paint(false))).toHaveLength(width);
    expect(stackedBar(time, 28, paint(false))).toBe('█▓▓▒▒▒░░░░·····>>>>>>=======');
  });

  it('figures are short', () => {
    expect([0, 9_999, 10_000, 56_789, 99_960, 999_600, 1_234_567, 7.6e12].map(short)).toEqual([
      '0',
      '9,999',
      '10.0k',
      '56.8k',
      '100k',
      '1.00M',
      '1.23M',
      '7.60T',
    ]);
    expect([percent(0, 5), percent(1, 1000), percent(1, 2)]).toEqual(['-', '<1 %', '50 %']);
  });

  it('tables align cells that carry colours', () => {
    const lines = tableLines([left('a'), right('b')], [['\x1b[1mxyz\x1b[22m', '1'], ['x', '\x1b[31m22\x1b[39m']]);
    expect(lines.map(visibleWidth)).toEqual([9, 9, 9]);
  });
});
