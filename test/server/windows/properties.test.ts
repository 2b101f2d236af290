// Stacks add up: in every window, the parts of each vCPU to its length and those of the nodes to those of the vCPUs; and they
// are what an observer heard, whatever the program, the policy, the machine, and how the run was driven.
import fc from 'fast-check';
import { copyPlain } from '../../../src/base/plain.js';
import { COARSE_PART, STACK_PARTS, TIME_PARTS, type Observer } from '../../../src/server/observe.js';
import { policyNames } from '../../../src/server/placement/catalogue.js';
import { createServer, Server } from '../../../src/server/server.js';
import { buildReport } from '../../../src/study/report/build.js';
import type { PartTimesPs, RunReport } from '../../../src/study/report/report.js';
import { SMALL } from '../../matrix/sizes.js';
import { assembleProgram, assembleText, folder, isa, nodes, programNames } from '../../programs/programs.js';
import { Heard } from './oracle.js';

/** Every vCPU fetches pages, marks where it stands, and does sums; some begin and end the region. */
const MARKING = `
  .text
_start:
  li t0, 0
round:
  la t1, data
  andi t2, t0, 3
  shli t2, t2, 12
  add t1, t1, t2
  li t2, 1
  aadd t3, t2, (t1)
  andi t2, t0, 1
  mark t2
  bnez a0, others
  roi.begin
others:
  li t2, 300
sum:
  ld t3, 8(t1)
  add t3, t3, t2
  dec t2
  bnez t2, sum
  roi.end
  inc t0
  slti t2, t0, 6
  bnez t2, round
  halt
  .bss
  .align 4096
data: .space 4*4096
`;

interface World {
  readonly program: string;
  readonly policy: string;
  readonly preset: string;
  readonly vcpus: number;
  readonly seed: number;
  readonly loop: boolean;
  readonly quantumPs: number | null;
  readonly cached: boolean;
}

const worlds: fc.Arbitrary<World> = fc.record({
  program: fc.oneof(fc.constant('marking'), fc.constantFrom(...programNames())), policy: fc.constantFrom(...policyNames()),
  preset: fc.constantFrom('sds-ethernet-25g', 'sds-rdma-100g', 'numa-2s', 'numa-4s-ring', 'cxl-pool'),
  vcpus: fc.constantFrom(1, 3, 8, 13), seed: fc.nat({ max: 1000 }), loop: fc.boolean(),
  quantumPs: fc.constantFrom(null, 20_000, 40_000_000), cached: fc.boolean(),
});

function serverOf(world: World, observer?: Observer): Server {
  const machine = nodes(world.preset === 'numa-2s' ? 2 : 4, world.preset);
  return createServer({
    isa, ...(observer && { observer }),
    image: world.program === 'marking' ? assembleText({ path: `${folder}/marking.s`, text: MARKING }, {})
      : assembleProgram(world.program, SMALL[world.program]!),
    scenario: {
      machine: {
        ...machine, quantumPs: world.quantumPs ?? machine.quantumPs, timeSlicePs: 5_000_000, caches: world.cached ? machine.caches : null,
      },
      vcpus: world.vcpus, policy: world.policy, policyOptions: {}, seed: world.seed, sliceMode: world.loop ? 'loop' : 'instruction',
      maxInstructions: 100_000, timeScale: 1, startSkewPs: 1_000_000,
    },
  });
}

const reportOf = (server: Server): RunReport => buildReport(server, '', null, 0);

function finished(server: Server): RunReport {
  server.run();
  return reportOf(server);
}

const total = (timePs: PartTimesPs): number => STACK_PARTS.reduce((sum, part) => sum + (timePs[part] ?? 0), 0);

function faultsOf({ windows, simulatedNs, perVcpu, marks }: RunReport): string[] {
  const faults: string[] = [];
  const expectSame = (what: string, a: number, b: number): void => {
    if (a !== b) faults.push(`${what}: ${a}, not ${b}`);
  };
  windows.forEach((window, i) => {
    const { fromPs, toPs } = window;
    expectSame(`window ${i} begins`, fromPs, windows[i - 1]?.toPs ?? 0);
    for (const { vcpu, timePs } of window.perVcpu) expectSame(`window ${i}, vCPU ${vcpu}`, total(timePs), toPs - fromPs);
    for (const part of STACK_PARTS) {
      const sum = (rows: readonly { readonly timePs: PartTimesPs }[]) => rows.reduce((ps, row) => ps + (row.timePs[part] ?? 0), 0);
      expectSame(`window ${i}, ${part} of nodes`, sum(window.perNode), sum(window.perVcpu));
    }
    for (const { timePs } of [...window.perVcpu, ...window.perNode]) {
      if (Object.values(timePs).some((ps) => !Number.isSafeInteger(ps) || ps <= 0)) faults.push(`window ${i}: ${JSON.stringify(timePs)}`);
    }
    if (i > 0 && !marks.some(({ name, vcpu, atNs }) => name === window.name && vcpu === window.vcpu && atNs === fromPs / 1000)) {
      faults.push(`window ${i}: no call of ${window.name} there`);
    }
  });
  expectSame('the last window ends', windows[windows.length - 1]!.toPs / 1000, simulatedNs);
  for (const { vcpu, timeNs } of perVcpu) {
    for (const coarse of TIME_PARTS) {
      const parts = STACK_PARTS.filter((part) => COARSE_PART[part] === coarse);
      const ps = windows.reduce((sum, window) => parts.reduce((all, part) => all + (window.perVcpu[vcpu]!.timePs[part] ?? 0), sum), 0);
      // At the end a vCPU may stand still: that is in the windows alone.
      if (ps < Math.round(1000 * timeNs[coarse])) faults.push(`vCPU ${vcpu}: ${ps} of ${coarse}, not ${1000 * timeNs[coarse]}`);
    }
  }
  return faults;
}

it('in every window the parts of each vCPU add up to its length, and those of the nodes to those of the vCPUs', () => {
  fc.assert(fc.property(worlds, (world) => {
    expect(faultsOf(finished(serverOf(world)))).toEqual([]);
  }), { seed: 1, numRuns: 40 });
}, 240_000);

it('the parts are what an observer heard, and no others if nobody listens', () => {
  fc.assert(fc.property(worlds, (world) => {
    const heard = new Heard();
    const { windows } = finished(serverOf(world, heard.observer));
    expect(heard.differences(windows)).toEqual([]);
    expect(finished(serverOf(world)).windows).toEqual(windows);
  }), { seed: 2, numRuns: 25 });
}, 240_000);

it('a run that is looked at, paused, stored and restored on its way has the same windows', () => {
  fc.assert(fc.property(worlds, fc.integer({ min: 20, max: 200 }), (world, length) => {
    const whole = finished(serverOf(world));
    const server = serverOf(world);
    let restored = server;
    for (let i = 0; !restored.ending; i++) {
      restored.advance({ pauseAfter: length });
      if (i % 200 !== 1) continue;
      const before = copyPlain(restored.vcpus);
      const paused = { end: 'limit', exitCode: 0, message: null } as const;
      expect(faultsOf(buildReport(restored, '', null, 0, paused))).toEqual([]);
      expect(copyPlain(restored.vcpus)).toEqual(before);
      restored = Server.restore(restored.snapshot());
    }
    expect(JSON.stringify(reportOf(restored))).toBe(JSON.stringify(whole));
  }), { seed: 3, numRuns: 5 });
}, 240_000);
