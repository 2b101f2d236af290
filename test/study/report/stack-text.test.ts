// Stacks in the terminal: widths, rows, what is folded, and that bars and figures say the same.
import fc from 'fast-check';
import { STACK_PARTS, type StackPart } from '../../../src/server/observe.js';
import { sharedCells } from '../../../src/study/report/bar.js';
import type { PartTimesPs, WindowReport } from '../../../src/study/report/report.js';
import { STACK_LOOK } from '../../../src/study/report/stack-look.js';
import { stackText } from '../../../src/study/report/stack-text.js';
import { visibleWidth } from '../../../src/study/report/table.js';

interface Size { readonly windows: number; readonly vcpus: number; readonly nodes: number; readonly parts: readonly StackPart[] }

/** Every vCPU spends the same in every window: as many microseconds as the part's place in the list, and its node's all of it. */
function madeUp({ windows, vcpus, nodes, parts }: Size): { windows: WindowReport[]; simulatedNs: number } {
  const each = Object.fromEntries(parts.map((part, i) => [part, (i + 1) * 1_000_000])) as PartTimesPs;
  const lengthPs = parts.reduce((sum, _, i) => sum + (i + 1) * 1_000_000, 0);
  const times = (count: number) => Object.fromEntries(parts.map((part) => [part, count * each[part]!])) as PartTimesPs;
  return {
    simulatedNs: (windows * lengthPs) / 1000,
    windows: Array.from({ length: windows }, (_, i) => ({
      name: i === 0 ? 'start' : `mark ${i}`, vcpu: i === 0 ? -1 : 0, inRegion: i === 1, fromPs: i * lengthPs, toPs: (i + 1) * lengthPs,
      perVcpu: Array.from({ length: vcpus }, (_each, vcpu) => ({ vcpu, timePs: each })),
      perNode: Array.from({ length: nodes }, (_each, node) => ({ node, timePs: times(Math.floor((vcpus + nodes - 1 - node) / nodes)) })),
    })),
  };
}

const FEW: Size = { windows: 2, vcpus: 3, nodes: 2, parts: ['compute', 'pageWait', 'handlers'] };
const plain = (size: Size, width = 80) => stackText(madeUp(size), { colour: false, width });

it('draws the whole run, then each window, with a row for each vCPU, each node, and all', () => {
  expect(plain(FEW)).toBe(`whole run: 12.00 us
             time comp page kern
  vCPU 0 12.00 us  17%  33%  50% ████████░░░░░░░░░░░░░░░░=======================
  vCPU 1 12.00 us  17%  33%  50% ████████░░░░░░░░░░░░░░░░=======================
  vCPU 2 12.00 us  17%  33%  50% ████████░░░░░░░░░░░░░░░░=======================
  node 0 24.00 us  17%  33%  50% ████████░░░░░░░░░░░░░░░░=======================
  node 1 12.00 us  17%  33%  50% ████████░░░░░░░░░░░░░░░░=======================
  all    36.00 us  17%  33%  50% ████████░░░░░░░░░░░░░░░░=======================

start, at 0 ps: 6.000 us
             time comp page kern
  vCPU 0 6.000 us  17%  33%  50% ████████░░░░░░░░░░░░░░░░=======================
  vCPU 1 6.000 us  17%  33%  50% ████████░░░░░░░░░░░░░░░░=======================
  vCPU 2 6.000 us  17%  33%  50% ████████░░░░░░░░░░░░░░░░=======================
  node 0 12.00 us  17%  33%  50% ████████░░░░░░░░░░░░░░░░=======================
  node 1 6.000 us  17%  33%  50% ████████░░░░░░░░░░░░░░░░=======================
  all    18.00 us  17%  33%  50% ████████░░░░░░░░░░░░░░░░=======================

mark 1 of vCPU 0, at 6.000 us: 6.000 us  region
             time comp page kern
  vCPU 0 6.000 us  17%  33%  50% ████████░░░░░░░░░░░░░░░░=======================
  vCPU 1 6.000 us  17%  33%  50% ████████░░░░░░░░░░░░░░░░=======================
  vCPU 2 6.000 us  17%  33%  50% ████████░░░░░░░░░░░░░░░░=======================
  node 0 12.00 us  17%  33%  50% ████████░░░░░░░░░░░░░░░░=======================
  node 1 6.000 us  17%  33%  50% ████████░░░░░░░░░░░░░░░░=======================
  all    18.00 us  17%  33%  50% ████████░░░░░░░░░░░░░░░░=======================

  █ comp: compute  ░ page: waiting for pages  = kern: kernel on its core
`);
});

it('fits the terminal, down to 40 columns, whatever there is to draw', () => {
  fc.assert(fc.property(
    fc.record({
      windows: fc.integer({ min: 1, max: 60 }), vcpus: fc.integer({ min: 1, max: 200 }), nodes: fc.integer({ min: 1, max: 64 }),
      parts: fc.subarray([...STACK_PARTS], { minLength: 1 }),
    }), fc.integer({ min: 40, max: 200 }), (size, width) => {
      expect(plain(size, width).split('\n').filter((line) => line.length > width)).toEqual([]);
    }), { seed: 1, numRuns: 60 });
});

it('folds the parts of least time into one column where there is no room, and draws them in the bar still', () => {
  const narrow = plain({ windows: 1, vcpus: 1, nodes: 1, parts: ['compute', 'local', 'remote', 'pageWait', 'coreWait'] }, 56);
  const [, titles, row] = narrow.split('\n');
  expect(titles!.trim().split(/ +/)).toEqual(['time', 'page', 'core', 'other']);
  expect(row!.trim()).toMatch(/^vCPU 0 15\.00 us +27% +33% +40% /);
  for (const part of ['compute', 'local', 'remote'] as const) expect(row).toContain(STACK_LOOK[part].glyph);
});

it('folds parts of less than a hundredth of the run and of every window, and keeps those that fill a window', () => {
  const of = (timePs: PartTimesPs, fromPs: number, toPs: number): WindowReport => (
    { name: 'mark 1', vcpu: 0, inRegion: false, fromPs, toPs, perVcpu: [{ vcpu: 0, timePs }], perNode: [{ node: 0, timePs }] });
  const long = of({ compute: 999_500, tlb: 500 }, 0, 1_000_000);
  const short = of({ link: 900, far: 100 }, 1_000_000, 1_001_000);
  const text = stackText({ windows: [long, short], simulatedNs: 1_001 }, { colour: false, width: 80 });
  const titles = text.split('\n').filter((line) => /^ +time /.test(line)).map((line) => line.trim().split(/ +/));
  expect(titles).toEqual(Array(3).fill(['time', 'comp', 'far', 'link', 'other']));
  expect(text).toContain('t TLB: TLB misses');
});

it('gives neighbours a row together beyond sixteen', () => {
  const lines = plain({ ...FEW, windows: 1, vcpus: 40, nodes: 33 }).split('\n');
  expect(lines.filter((line) => /^ {2}vCPU /.test(line))).toHaveLength(14);
  expect(lines.filter((line) => /^ {2}node /.test(line))).toHaveLength(11);
  expect(lines.some((line) => /^ {2}vCPU 0-2 +18\.00 us/.test(line))).toBe(true);
});

it('says how many windows it leaves out, and draws none that has no length', () => {
  expect(plain({ ...FEW, windows: 45 })).toContain('and 5 more windows in the JSON report');
  const run = madeUp(FEW);
  const empty = { ...run.windows[1]!, name: 'mark 9', toPs: run.windows[1]!.fromPs, perVcpu: [], perNode: [] };
  const zero = { ...run, windows: [run.windows[0]!, { ...empty, perVcpu: run.windows[1]!.perVcpu, perNode: run.windows[1]!.perNode }] };
  expect(stackText(zero, { colour: false, width: 80 })).not.toContain('mark 9');
});

it('is free of escape codes without colour, and the same words with it', () => {
  const colourful = stackText(madeUp(FEW), { colour: true, width: 80 });
  expect(colourful).toContain('\x1b[');
  expect(plain(FEW)).not.toContain('\x1b');
  expect(colourful.replace(/\x1b\[[0-9;]*m/g, '')).toBe(plain(FEW));
  for (const line of colourful.split('\n')) expect(visibleWidth(line)).toBeLessThanOrEqual(80);
});

describe('each part', () => {
  it('has a glyph of its own, one column wide, and a short title of its own', () => {
    const looks = STACK_PARTS.map((part) => STACK_LOOK[part]);
    expect(new Set(looks.map(({ glyph }) => glyph)).size).toBe(looks.length);
    expect(new Set(looks.map(({ title }) => title)).size).toBe(looks.length);
    for (const { glyph, title } of looks) {
      expect([...glyph]).toHaveLength(1);
      expect(glyph).toMatch(/^[ -~\u2580-\u259f\u00b7]$/);
      expect(title.length).toBeLessThanOrEqual(6);
    }
  });
});

it('cells are shared out whole, nearest to the shares', () => {
  fc.assert(fc.property(fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 80 }), (values, width) => {
    const total = values.reduce((sum, value) => sum + value, 0);
    const cells = sharedCells(values, width);
    expect(cells.reduce((sum, n) => sum + n, 0)).toBe(total === 0 ? 0 : width);
    if (total > 0) cells.forEach((n, i) => expect(Math.abs(n - (width * values[i]!) / total)).toBeLessThan(1));
  }), { seed: 1, numRuns: 200 });
});
