// Guests under the policies outside the matrix of test/matrix/: they print what they should, coherently, on either kind of
// fabric; and each policy does in a run what it is there for.
import { assembleProgram, nodes, outFile, run } from '../../../programs/programs.js';
import type { RunReport } from '../../../../src/study/report/report.js';

const POLICIES = ['jump', 'counter', 'work-function', 'negotiate', 'hot-page'];
const MACHINES = ['sds-ethernet-25g', 'numa-4s'];
const PROGRAMS = ['hello', 'stencil', 'vecsum'];

function report(program: string, policy: string, machine = MACHINES[0]!, check = false): RunReport {
  return run({ image: assembleProgram(program), vcpus: 8, machine: nodes(4, machine), policy, check });
}

const reasons = (program: string, policy: string): string[] => report(program, policy).moves.map(({ reason }) => reason);

describe.each(POLICIES)('%s', (policy) => {
  it.each(MACHINES.flatMap((machine) => PROGRAMS.map((program) => [machine, program])))('on %s runs %s right', (machine, program) => {
    const { end, output } = report(program!, policy, machine, true);
    expect([end, output]).toEqual(['exit', outFile(program!)]);
  }, 60_000);
});

describe('in a run', () => {
  it('jump sends vCPUs after remote accesses', () => {
    expect(reasons('phases', 'jump')).toEqual(expect.arrayContaining(['short-run', 'long-run']));
  });

  it.each([['counter', 'earned'], ['work-function', 'hindsight']])('%s has owners give pages after remote accesses', (policy, moved) => {
    const moves = report('stencil', policy).moves;
    expect(moves).toContainEqual({ what: 'remote', reason: 'owner-decides', count: expect.any(Number) });
    expect(moves).toContainEqual({ what: 'bring', reason: moved, count: expect.any(Number) });
  });

  it('counter and work-function do not decide alike', () => {
    expect(report('stencil', 'counter').simulatedNs).not.toBe(report('stencil', 'work-function').simulatedNs);
  });

  it('negotiate has owners refuse, and vCPUs come', () => {
    const refusals = report('gups', 'negotiate').moves.filter(({ reason }) => reason === 'in-use');
    expect(refusals).toMatchObject([{ what: 'send' }]);
  });

  it('hot-page sends vCPUs to hot pages', () => {
    expect(reasons('stencil', 'hot-page')).toContain('hot');
  });
});
