// Comparisons against hand-computed values, over made-up runs; and one on the simulated server.
import { assemble } from '../../../src/guest/asm/assemble.js';
import { machinePreset } from '../../../src/server/fabric/presets.js';
import { compare, type CompareRequest } from '../../../src/study/experiment/compare.js';
import { compareText } from '../../../src/study/experiment/compare-text.js';
import type { RunRequest } from '../../../src/study/experiment/run.js';
import type { RunReport } from '../../../src/study/report/report.js';
import { builtinIsa } from '../../../isa/index.js';
import { madeUpRun } from '../report/fixtures.js';

const isa = builtinIsa('tiny');
const { image } = assemble({ path: 'x.s', text: 'start: vcpu a0\n puti a0\n halt\n' }, isa);
const scenario = {
  machine: machinePreset('sds-ethernet-25g'),
  vcpus: 2,
  sliceMode: 'loop',
  maxInstructions: 1e6,
  timeScale: 1,
  startSkewPs: 1e6,
} as const;
const request: CompareRequest = {
  isa, scenario, ideal: true, wallMs: () => 0, seeds: [1, 2, 3],
  programs: [{ name: 'a.s', image }, { name: 'b.s', image }],
  policies: [{ name: 'page', options: {} }, { name: 'vcpu', options: {} }],
};

/** Takes 100, 110, 120 ns by seed under `page` and three times as long under `vcpu`; 50 ns on one node. */
function fakeRun(asked: RunRequest[] = []): (request: RunRequest) => RunReport {
  const { report } = madeUpRun();
  return (run) => {
    asked.push(run);
    const { policy, seed } = run.scenario;
    return {
      ...report,
      program: run.program,
      policy,
      seed,
      simulatedNs: (90 + 10 * seed) * (policy === 'vcpu' ? 3 : 1),
      idealNs: run.ideal ? 50 : null,
      stalls: seed,
    };
  };
}

describe('compare', () => {
  it('runs every program, policy and seed in that order', () => {
    const { runs } = compare(request, fakeRun());
    expect(runs.map(({ program, policy, seed }) => `${program} ${policy} ${seed}`)).toEqual([
      'a.s page 1', 'a.s page 2', 'a.s page 3', 'a.s vcpu 1', 'a.s vcpu 2', 'a.s vcpu 3',
      'b.s page 1', 'b.s page 2', 'b.s page 3', 'b.s vcpu 1', 'b.s vcpu 2', 'b.s vcpu 3',
    ]);
  });

  it('summarises over the seeds, and the slowdown by pairs of seeds', () => {
    const { summary } = compare(request, fakeRun());
    const [page, vcpu] = summary;
    expect(page).toMatchObject({
      program: 'a.s',
      policy: 'page',
      n: 3,
      simulatedNs: { mean: 110 },
      stalls: { mean: 2 },
    });
    // 4.303 * 10 / sqrt(3)
    expect(page!.simulatedNs.hi - 110).toBeCloseTo(24.8434, 4);
    expect(page!.slowdownVsIdeal!.mean).toBeCloseTo(2.2, 12);
    expect(page!.slowdownVsIdeal!.hi - page!.slowdownVsIdeal!.lo).toBeCloseTo((2 * 24.8434) / 50, 4);
    expect(vcpu!.slowdownVsIdeal!.mean).toBeCloseTo(6.6, 12);
    expect(compare({ ...request, ideal: false }, fakeRun()).summary[0]!.slowdownVsIdeal).toBeNull();
  });

  it('runs the ideal server once for each program and seed', () => {
    const asked: RunRequest[] = [];
    const { runs } = compare(request, fakeRun(asked));
    expect(
      asked
        .filter(({ ideal }) => ideal)
        .map(({ program, scenario: { policy, seed } }) => `${program} ${policy} ${seed}`),
    ).toEqual(['a.s page 1', 'a.s page 2', 'a.s page 3', 'b.s page 1', 'b.s page 2', 'b.s page 3']);
    expect(runs.every(({ idealNs }) => idealNs === 50)).toBe(true);
  });

  it('tells how far it has come', () => {
    const told: number[][] = [];
    compare({ ...request, onRun: (_, done, total) => told.push([done, total]) }, fakeRun());
    expect([told[0], told.at(-1), told.length]).toEqual([[1, 12], [12, 12], 12]);
  });

  it('gives the same bytes twice on the simulated server', () => {
    const twice = [0, 1].map(() =>
      JSON.stringify(compare({ ...request, seeds: [4], programs: request.programs.slice(0, 1) })),
    );
    expect(twice[0]).toBe(twice[1]);
    expect(
      (JSON.parse(twice[0]!) as { runs: RunReport[] }).runs.every(({ end, idealNs }) => end === 'exit' && idealNs! > 0),
    ).toBe(true);
  });
});

describe('the table of a comparison', () => {
  it('puts the fastest first, marks it, and says what the intervals tell apart', () => {
    const text = compareText(compare(request, fakeRun()), { colour: false });
    const lines = text.split('\n');
    expect(lines[2]).toMatch(/^ {2}page \* +110\.0 ns +\u00b1 24\.84 ns +2\.20 x/);
    expect(lines[3]).toMatch(/^ {2}vcpu +330\.0 ns/);
    expect(lines[4]).toBe('  * fastest over 3 seeds: no other 95 % interval reaches it');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('names the policies that the intervals do not tell apart', () => {
    const close = compare({ ...request, programs: request.programs.slice(0, 1) }, (run) => {
      const report = fakeRun()(run);
      return run.scenario.policy === 'vcpu' ? { ...report, simulatedNs: report.simulatedNs / 3 + 5 } : report;
    });
    expect(compareText(close, { colour: false })).toContain(
      "within its 95 % interval's reach, so not told apart: vcpu",
    );
  });

  it('claims nothing from one seed', () => {
    expect(compareText(compare({ ...request, seeds: [1] }, fakeRun()), { colour: false })).toContain(
      '--seeds 10 tells how much of a difference is chance',
    );
  });

  it('points out runs that did not end well', () => {
    const text = compareText(
      compare({ ...request, seeds: [1] }, (run) => ({
        ...fakeRun()(run),
        end: 'limit',
        exitCode: 124,
        message: 'stopped',
      })),
      { colour: false },
    );
    expect(text).toContain('a.s under vcpu, seed 1: limit 124, stopped');
  });
});
