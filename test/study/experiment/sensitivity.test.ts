// What a comparison rests on: made-up runs whose times depend on known costs in known ways.
import { assemble } from '../../../src/guest/asm/assemble.js';
import { assumedCosts } from '../../../src/server/fabric/assumed.js';
import { machinePreset } from '../../../src/server/fabric/presets.js';
import { compare, type CompareRequest } from '../../../src/study/experiment/compare.js';
import type { RunRequest } from '../../../src/study/experiment/run.js';
import { FACTORS, sensitivity, sensitivityRuns } from '../../../src/study/experiment/sensitivity.js';
import { sensitivityText } from '../../../src/study/experiment/sensitivity-text.js';
import type { RunReport } from '../../../src/study/report/report.js';
import { builtinIsa } from '../../../isa/index.js';
import { madeUpRun } from '../report/fixtures.js';

const isa = builtinIsa('tiny');
const { image } = assemble({ path: 'x.s', text: 'start: halt\n' }, isa);
const machine = machinePreset('sds-ethernet-25g');
const request: CompareRequest = {
  isa, ideal: true, wallMs: () => 0, seeds: [1, 2, 3],
  scenario: { machine, vcpus: 2, sliceMode: 'loop', maxInstructions: 1e6, timeScale: 1, startSkewPs: 1e6 },
  programs: ['dir/moves.s', 'computes.s'].map((name) => ({ name, image })),
  policies: [{ name: 'page', options: {} }, { name: 'vcpu', options: {} }],
};

/**
 * In `moves`, `page` pays for requests and `vcpu` for saves and restores, and `page` is the faster by a little; in `computes`
 * nothing of that counts. `spread` is how far seeds lie apart.
 */
function fakeRun({ spread, asked = [], end = () => 'exit' }: {
  readonly spread: number; readonly asked?: RunRequest[]; readonly end?: (run: RunRequest) => RunReport['end'];
}): (request: RunRequest) => RunReport {
  const { report } = madeUpRun();
  return (run) => {
    asked.push(run);
    const { policy, seed, machine: { kernel, fabric } } = run.scenario;
    const moves = policy === 'page' ? kernel.requestPs + fabric.linkLatencyPs : 0.45 * (kernel.vcpuSavePs + kernel.vcpuRestorePs) + 20_000;
    const costPs = run.program === 'computes.s' ? (policy === 'page' ? 2_000_000 : 1_000_000) : moves;
    return { ...report, program: run.program, policy, seed, idealNs: run.ideal ? 1 : null, simulatedNs: costPs / 1000 + spread * seed, end: end(run) };
  };
}

function tried(options: Parameters<typeof fakeRun>[0], changes: Partial<CompareRequest> = {}) {
  const run = fakeRun(options);
  const asked = { ...request, ...changes };
  return sensitivity(asked, compare(asked, run), run);
}

const changedOf = ({ cells }: ReturnType<typeof sensitivity>) => (
  cells.filter(({ changed }) => changed).map(({ program, cost, factor, winner, toldApart }) => [program, cost, factor, winner, toldApart]));

it('runs the comparison again with every assumed cost halved and doubled, same seeds, and nothing else changed', () => {
  const asked: RunRequest[] = [];
  const { costs, cells } = tried({ spread: 1, asked });
  const names = assumedCosts(machine).map(({ name }) => name);
  expect(costs.map(({ name }) => name)).toEqual(names);
  expect(cells.map(({ cost, factor, program }) => [cost, factor, program])).toEqual(
    names.flatMap((name) => FACTORS.flatMap((factor) => request.programs.map((program) => [name, factor, program.name]))));
  const again = asked.slice(12);
  expect(again).toHaveLength(sensitivityRuns(request));
  expect(new Set(again.map(({ scenario: { seed } }) => seed))).toEqual(new Set([1, 2, 3]));
  expect(again.every(({ ideal }) => !ideal)).toBe(true);
  const differing = new Set(again.map(({ scenario: { machine: other } }) => JSON.stringify(other)));
  expect(differing.size).toBe(names.length * FACTORS.length);
});

it('marks the cells where another policy wins, and those that the seeds tell apart', () => {
  const others = [
    ['dir/moves.s', 'kernel.requestPs', 2, 'vcpu', true], ['dir/moves.s', 'kernel.vcpuSavePs', 0.5, 'vcpu', true],
    ['dir/moves.s', 'kernel.vcpuRestorePs', 0.5, 'vcpu', true], ['dir/moves.s', 'fabric.linkLatencyPs', 2, 'vcpu', true],
  ];
  const sure = tried({ spread: 1 });
  expect(sure.winners).toEqual([{ program: 'dir/moves.s', winner: 'page' }, { program: 'computes.s', winner: 'vcpu' }]);
  expect(changedOf(sure)).toEqual(others);
  const wide = changedOf(tried({ spread: 2_000 }));
  expect(wide.map((cell) => cell.slice(0, 4))).toEqual(others.map((cell) => cell.slice(0, 4)));
  expect(wide.every((cell) => cell[4] === false)).toBe(true);
  expect(changedOf(tried({ spread: 1 }, { seeds: [1] })).every((cell) => cell[4] === false)).toBe(true);
});

it('lets no policy win whose run did not come to its end', () => {
  const limited = tried({ spread: 1, end: (run) => (run.scenario.policy === 'page' && run.scenario.machine.kernel.notePs === 600_000 ? 'limit' : 'exit') });
  expect(changedOf(limited)).toContainEqual(['dir/moves.s', 'kernel.notePs', 2, 'vcpu', true]);
  expect(tried({ spread: 1, end: () => 'failed' }).winners[0]!.winner).toBeNull();
});

it('counts the runs for whoever shows how far it is', () => {
  const counts: [number, number][] = [];
  const run = fakeRun({ spread: 1 });
  const asked = { ...request, onRun: (_: RunReport, done: number, total: number) => counts.push([done, total]) };
  sensitivity(asked, compare(request, run), run);
  expect(counts.at(-1)).toEqual([sensitivityRuns(request), sensitivityRuns(request)]);
  expect(counts.map(([done]) => done)).toEqual(counts.map((_, i) => i + 1));
});

describe('its table', () => {
  const text = (of: ReturnType<typeof sensitivity>, seeds = 3) => sensitivityText(of, { colour: false, seeds });

  it('has a row for each cost, a column for each program, and who wins instead', () => {
    const lines = text(tried({ spread: 1 })).split('\n');
    expect(lines[0]).toBe('Sensitivity: who wins with 14 assumed costs halved (x0.5) and doubled (x2) in turn');
    expect(lines.slice(2, 5).map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['assumed cost', 'moves', 'computes'], ['as it is', 'page', 'vcpu'], ['kernel.stallPs', '1.500 us', '-', '-'],
    ]);
    expect(lines.find((line) => line.includes('kernel.requestPs'))).toMatch(/^ {2}kernel\.requestPs +1\.000 us {2}x2 vcpu +-$/);
    expect(lines.at(-2)).toBe('  4 of 56 cells have another winner, 4 of them told apart from the former by 95 % intervals');
  });

  it('says which changes may be chance, and when nothing changes', () => {
    expect(text(tried({ spread: 2_000 }))).toContain('x2 vcpu?');
    expect(text(tried({ spread: 2_000 }))).toContain('0 of them told apart');
    expect(text(tried({ spread: 1 }, { seeds: [1] }), 1)).toContain('--seeds 10');
    const still = tried({ spread: 1 }, { programs: [{ name: 'computes.s', image }] });
    expect(text(still)).toContain('\n  no winner changes in 28 cells\n');
  });

  it('parts many programs into tables that fit 100 columns, and is the same words in colour', () => {
    const programs = Array.from({ length: 19 }, (_, i) => ({ name: `a-program-with-a-long-name-${i}.s`, image }));
    const many = tried({ spread: 1 }, { programs });
    const plain = text(many);
    expect(plain.split('\n').filter((line) => line.length > 100)).toEqual([]);
    for (const { name } of programs) expect(plain).toContain(name.slice(0, -2));
    const colourful = sensitivityText(many, { colour: true, seeds: 3 });
    expect(colourful.replace(/\x1b\[[0-9;]*m/g, '')).toBe(plain);
    expect(colourful).not.toBe(plain);
  });
});
