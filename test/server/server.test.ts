// A whole server: determinism, where time goes, where slices end, how runs end.
import { builtinIsa } from '../../isa/index.js';
import { assemble } from '../../src/guest/asm/assemble.js';
import { STACK_PARTS, type Observer } from '../../src/server/observe.js';
import { machinePreset } from '../../src/server/fabric/presets.js';
import { homeOf } from '../../src/server/hyperkernel/state.js';
import { nominalCostPs } from '../../src/server/placement/algorithms/cost-model.js';
import { runScenario } from '../../src/study/experiment/run.js';
import { runGuest, serverFor } from './guest.js';

/** Every vCPU adds its share of a shared array, then a counter; vCPU 0 prints both sums. */
const SHARED_SUM = `
  .text
_start:
  la t0, data
  li t1, 64
  mv t2, a0
fill:
  shli t3, t2, 9
  add t3, t3, t0
  aadd t3, t2, (t3)
  add t2, t2, a1
  blt t2, t1, fill
  la t0, arrived
  li t1, 1
  aadd t1, t1, (t0)
  bnez a0, out
wait:
  pause
  ld t1, 0(t0)
  bne t1, a1, wait
  la t0, data
  li t1, 64
  li t2, 0
sum:
  ld t3, 0(t0)
  add t2, t2, t3
  addi t0, t0, 512
  dec t1
  bnez t1, sum
  puti t2
  li t0, 7
  exit t0
out:
  halt
  .bss
data: .space 64*512
arrived: .space 8
`;
const POLICIES = ['first-touch', 'interleave', 'page', 'vcpu', 'cost'];

const report = (seed: number, policy = 'cost') => {
  const isa = builtinIsa('tiny');
  const { image } = assemble({ path: 'sum.s', text: SHARED_SUM }, isa, { defines: new Map() });
  return runScenario({
    isa, image, program: 'sum.s', wallMs: () => 0,
    scenario: {
      machine: machinePreset('sds-ethernet-25g'), vcpus: 8, policy, policyOptions: {}, seed, sliceMode: 'loop',
      maxInstructions: 1e6, timeScale: 1, startSkewPs: 1_000_000,
    },
  });
};

describe('a run', () => {
  it.each(POLICIES)('gives the same report twice with one seed under %s', (policy) => {
    expect(JSON.stringify(report(1, policy))).toBe(JSON.stringify(report(1, policy)));
  });

  it('differs in time, not in output, between seeds', () => {
    const reports = Array.from({ length: 10 }, (_, seed) => report(seed));
    expect(new Set(reports.map(({ output }) => output))).toEqual(new Set(['2016\n']));
    expect(new Set(reports.map(({ simulatedNs }) => simulatedNs)).size).toBeGreaterThan(5);
  });

  it.each(POLICIES)('books every picosecond of every vCPU once under %s', (policy) => {
    for (const machine of [{ coresPerNode: 2 }, { coresPerNode: 1 }]) {
      for (const vcpu of runGuest(SHARED_SUM, { policy, vcpus: 6, machine }).vcpus) {
        const parts = STACK_PARTS.reduce((sum, part) => sum + vcpu.parts[part], 0);
        expect(parts).toBe(vcpu.accountedPs);
      }
    }
  });

  it('tells observers spans that follow on one another without gap or overlap', () => {
    const untilPs = new Map<number, number>();
    const observer: Observer = {
      span(vcpu, _node, _core, _kind, fromPs, toPs) {
        expect(fromPs).toBe(untilPs.get(vcpu) ?? 0);
        expect(toPs).toBeGreaterThanOrEqual(fromPs);
        untilPs.set(vcpu, toPs);
      },
    };
    const { vcpus } = runGuest(SHARED_SUM, { policy: 'cost', vcpus: 6, machine: { coresPerNode: 1 }, options: { observer } });
    for (const { id, accountedPs } of vcpus) expect(untilPs.get(id)).toBe(accountedPs);
  });

  it('is not changed by being observed', () => {
    const plain = runGuest(SHARED_SUM, { policy: 'cost', vcpus: 4 });
    const watched = runGuest(SHARED_SUM, { policy: 'cost', vcpus: 4, options: { observer: { span: () => {} } } });
    expect(watched.nowPs).toBe(plain.nowPs);
  });

  it.each(['loop', 'instruction'] as const)('has the same result in slice mode %s', (sliceMode) => {
    expect(runGuest(SHARED_SUM, { policy: 'page', vcpus: 4, sliceMode }).output).toBe('2016\n');
  });

  it('ends with the exit code that the guest gives', () => {
    expect(runGuest(SHARED_SUM).ending).toEqual({ end: 'exit', exitCode: 7, message: null });
  });

  it('ends with 0 when every vCPU has halted', () => {
    expect(runGuest('  halt').ending).toEqual({ end: 'exit', exitCode: 0, message: null });
  });

  it('ends an endless loop at the limit of instructions', () => {
    const { ending, instructions } = runGuest('loop: j loop', { maxInstructions: 10_000 });
    expect(ending).toMatchObject({ end: 'limit', exitCode: 124 });
    expect(instructions).toBeGreaterThanOrEqual(10_000);
    expect(instructions).toBeLessThan(20_000);
  });

  it('names place and address of a guest fault', () => {
    const { ending } = runGuest('_start:\n  li t0, 8\n  ld t1, 0(t0)\n  halt', { vcpus: 1 });
    expect(ending).toEqual({
      end: 'exit', exitCode: 139,
      message: 'vCPU 0: address 0x8 is outside 0x1000 to 0xffffffff, at 0x10008 (guest.s:3)',
    });
  });

  it('fails with a message when the guest touches more than it declared, and all nodes are full', () => {
    const filler = '_start:\n  li t0, 0x100000\n  li t1, 64\nloop:\n  sd t1, 0(t0)\n  addi t0, t0, 4096\n  dec t1\n  bnez t1, loop\n  halt';
    const { ending } = runGuest(filler, { vcpus: 1, machine: { memoryBytesPerNode: 24 * 4096 } });
    expect(ending).toEqual({
      end: 'failed', exitCode: 126,
      message: expect.stringMatching(/^out of memory: node \d needs a frame for page 0x[0-9a-f]+, and 4[78] of all 48 frames of 2 nodes hold pages that the guest has touched$/),
    });
  });
});

describe('what a stall costs', () => {
  // vCPU 1 has touched page `offset` of data long before vCPU 0 stores to it once.
  const touch = (offset: number): string => `
  .text
_start:
  la t0, data + ${offset}
  bnez a0, owner
  li t1, 20000
later:
  pause
  dec t1
  bnez t1, later
  sd t1, 0(t0)
  exit zero
owner:
  sd t0, 0(t0)
  halt
  .bss
data: .space 64*4096
`;
  /** The offset of a page whose home is node 0, so that vCPU 0 knows the owner. */
  const offset = (() => {
    const first = Math.floor(serverFor(touch(0)).image.symbols.get('data')! / 4096);
    return 4096 * Array.from({ length: 64 }, (_, i) => i).find((i) => homeOf(first + i, 2) === 0)!;
  })();

  it.each([['page', 'bring'], ['vcpu', 'send'], ['first-touch', 'remote']] as const)(
    'under %s an uncontended one takes the nominal time of %s', (policy, action) => {
      for (const on of ['sds-ethernet-25g', 'sds-efa']) {
        let waitPs = 0;
        const { scenario } = runGuest(touch(offset), {
          policy, on, startSkewPs: 0,
          machine: { coresPerNode: 1, fabric: { ...machinePreset(on).fabric, jitter: 0 } },
          options: { observer: { span: (vcpu, _node, _core, kind, from, to) => {
            if (vcpu === 0 && ['pageWait', 'remote', 'migrating'].includes(kind)) waitPs = to - from;
          } } },
        });
        expect(waitPs / nominalCostPs(scenario.machine, action)).toBeCloseTo(1, 2);
      }
    });
});
