// The baselines are the same guest on less: right results, one node's cores, and pages that really go and come.
import { builtinIsa } from '../../../isa/index.js';
import { assemble } from '../../../src/guest/asm/assemble.js';
import { machinePreset } from '../../../src/server/fabric/presets.js';
import { allGuestCores, guestCores, guestFrames, nodeSpecs, withNodes } from '../../../src/server/nodes.js';
import type { MachineSpec } from '../../../src/server/spec.js';
import { overcommitted, paging } from '../../../src/study/experiment/baselines.js';
import { runScenario } from '../../../src/study/experiment/run.js';
import type { RunReport } from '../../../src/study/report/report.js';
import { touchesAll } from '../../server/pressure/guests.js';

const machine = machinePreset('sds-ethernet-25g');
const pages = 60;
const vcpus = 4;

function run(on: MachineSpec): RunReport {
  const isa = builtinIsa('tiny');
  const { image } = assemble({ path: 'guest.s', text: touchesAll(pages, 2) }, isa, { defines: new Map() });
  return runScenario({
    isa, image, program: 'guest.s', check: true, wallMs: () => 0,
    scenario: { machine: on, vcpus, policy: 'page', policyOptions: {}, seed: 1, sliceMode: 'loop', maxInstructions: 1e7, timeScale: 1, startSkewPs: 1e6 },
  });
}

describe('one node of a server', () => {
  it('has what one of its nodes has, the first that runs vCPUs', () => {
    const memory = { memoryBytes: 2 ** 20, reserve: { cores: 2, memoryBytes: 0 } };
    const mixed = withNodes(machine, [{ cores: 2, ...memory }, { cores: 3, ...memory }, { cores: 8, ...memory }]);
    expect(nodeSpecs(overcommitted(mixed))).toEqual([{ cores: 3, ...memory }]);
    const [own, lender] = nodeSpecs(paging(mixed, 20));
    expect([own, lender].map((node) => [guestCores(node!), guestFrames(node!, 4096)])).toEqual([[1, 20], [0, 768]]);
    expect(allGuestCores(overcommitted(machine))).toBe(machine.coresPerNode);
  });

  it('runs the guest right, overcommitted and paging; the less fits, the more is paged and the longer it takes', () => {
    const alone = run(overcommitted(machine));
    expect([alone.output, alone.fabricMessages, alone.machine.nodes]).toEqual([`${pages * vcpus * 2}\n`, 0, 1]);
    const touched = alone.perNode[0]!.residentPages;
    const [most, half] = [75, 50].map((share) => run(paging(machine, Math.ceil(touched * share / 100))));
    for (const paged of [most!, half!]) {
      expect(paged.output).toBe(alone.output);
      expect(paged.perNode[0]!.pagesEvicted).toBeGreaterThan(10);
      expect(paged.perVcpu.every(({ node }) => node === 0)).toBe(true);
    }
    expect(half!.simulatedNs).toBeGreaterThan(most!.simulatedNs);
    expect(most!.simulatedNs).toBeGreaterThan(alone.simulatedNs);
  });
});
