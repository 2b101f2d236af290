// Nodes that are not alike, and what a hyperkernel keeps for itself.
import { asOneNode, withNodes } from '../../src/server/nodes.js';
import { machinePreset } from '../../src/server/fabric/presets.js';
import type { Observer } from '../../src/server/observe.js';
import { policyNames } from '../../src/server/placement/catalogue.js';
import type { MachineSpec, NodeSpec } from '../../src/server/spec.js';
import { buildReport } from '../../src/study/report/build.js';
import { summaryText } from '../../src/study/report/summary.js';
import { runGuest, serverFor } from './guest.js';

const node = (cores: number, reservedCores = 0, memoryBytes = 2 ** 20): NodeSpec =>
  ({ cores, memoryBytes, reserve: { cores: reservedCores, memoryBytes: 0 } });

const machineOf = (...nodes: NodeSpec[]): MachineSpec => withNodes(machinePreset('sds-ethernet-25g'), nodes);

/** Every vCPU adds to one word of each of eight pages, then to a counter; vCPU 0 prints the last word when all are done. */
const SHARE = `
  .text
_start:
  li t2, 40
again:
  la t0, data
  li t1, 8
sweep:
  li t3, 1
  aadd t3, t3, (t0)
  addi t0, t0, 4096
  dec t1
  bnez t1, sweep
  dec t2
  bnez t2, again
  la t0, arrived
  li t1, 1
  aadd t1, t1, (t0)
  bnez a0, out
wait:
  pause
  ld t1, 0(t0)
  bne t1, a1, wait
  la t0, data + 7*4096
  ld t1, 0(t0)
  puti t1
  exit zero
out:
  halt
  .bss
data: .space 8*4096
arrived: .space 8
`;

describe('a machine of unequal nodes', () => {
  it('gets vCPUs in proportion to the cores that run them', () => {
    const placed = (vcpus: number, ...nodes: NodeSpec[]): number[] =>
      serverFor('halt', { vcpus, machine: machineOf(...nodes) }).vcpus.map((vcpu) => vcpu.node);
    expect(placed(7, node(2), node(4), node(1))).toEqual([0, 0, 1, 1, 1, 1, 2]);
    expect(placed(14, node(2), node(4), node(1)).filter((at) => at === 1)).toHaveLength(8);
    expect(placed(7, node(2, 2), node(4), node(4, 1))).toEqual([1, 1, 1, 1, 2, 2, 2]);
    expect(placed(4, node(2), node(2))).toEqual([0, 0, 1, 1]);
  });

  it.each(policyNames().filter((name) => name !== 'empty'))('runs a program right under %s', (policy) => {
    for (const on of ['sds-ethernet-25g', 'numa-2s']) {
      const { ending, output } = runGuest(SHARE, { policy, on, vcpus: 6, machine: machineOf(node(1), node(3), node(2)) });
      expect([ending!.message, output]).toEqual([null, '240\n']);
    }
  });

  it('is one node with the sums for the ideal run', () => {
    expect(asOneNode(machineOf(node(2, 1), node(4), node(3, 3)))).toMatchObject({
      nodes: 1, coresPerNode: 9, memoryBytesPerNode: 3 * 2 ** 20, reserve: { cores: 4, memoryBytes: 0 }, unequal: null,
    });
  });

  it('is told node by node in report and summary, and equal nodes are not', () => {
    const report = buildReport(runGuest(SHARE, { vcpus: 3, machine: machineOf(node(2, 1), node(4, 0, 2 ** 21)) }), 'share.s', null, 0);
    expect(report.machine).toMatchObject({ nodes: 2, coresPerNode: 3, memoryBytesPerNode: 1.5 * 2 ** 20 });
    expect(report.perNode.map(({ cores, reservedCores, memoryBytes }) => [cores, reservedCores, memoryBytes])).toEqual([
      [2, 1, 2 ** 20], [4, 0, 2 ** 21],
    ]);
    const text = summaryText(report, { colour: false, wall: false });
    expect(text).toContain('sds-ethernet-25g: 2 nodes, 6 cores, 3M in all, pages of 4K');
    expect(text).toMatch(/Reserved_Cores\s+1\s+0\s+1\n/);
    const plain = buildReport(runGuest(SHARE), 'share.s', null, 0);
    expect(Object.keys(plain.perNode[0]!)).not.toContain('cores');
    expect(summaryText(plain, { colour: false, wall: false })).not.toContain('Reserved_');
  });
});

describe('reserved cores', () => {
  it('run handlers and never a vCPU', () => {
    const used = new Set<number>();
    const observer: Observer = { span: (_vcpu, _node, core) => { if (core >= 0) used.add(core); } };
    const { kernels } = runGuest(SHARE, { policy: 'page', vcpus: 6, machine: machineOf(node(3, 1), node(3, 2)), options: { observer } });
    expect([...used].sort()).toEqual([1, 2, 5]);
    for (const { scheduler } of kernels) {
      for (const { id, handlerPs, busyPs } of scheduler.cores) {
        expect([id, busyPs > 0]).toEqual([id, used.has(id)]);
        if (!used.has(id)) expect(handlerPs).toBeGreaterThan(0);
      }
    }
  });

  // vCPU 1 computes; vCPU 0 takes pages that vCPU 1's node owns, one after another.
  const disturb = `
  .text
_start:
  la t0, data
  li t1, 32
  bnez a0, compute
later:
  pause
  ld t2, 8(t0)
  beqz t2, later
take:
  sd t1, 0(t0)
  addi t0, t0, 4096
  dec t1
  bnez t1, take
  halt
compute:
  la t2, data
fill:
  sd t1, 0(t0)
  addi t0, t0, 4096
  dec t1
  bnez t1, fill
  sd t2, 8(t2)
  li t1, 100000
spin:
  dec t1
  bnez t1, spin
  halt
  .bss
data: .space 32*4096
`;

  it('do the work of the kernel without stopping a vCPU', () => {
    const handlers = (reserved: number): number => runGuest(disturb, {
      policy: 'page', vcpus: 2, machine: machineOf(node(1 + reserved, reserved), node(1 + reserved, reserved)),
    }).vcpus[1]!.parts.handlers;
    expect(handlers(0)).toBeGreaterThan(10e6);
    expect(handlers(1)).toBe(0);
  });
});

describe('a node whose cores are all reserved', () => {
  it.each(policyNames().filter((name) => name !== 'empty'))('lends its memory and runs no vCPU under %s', (policy) => {
    const { ending, output, kernels, vcpus } = runGuest(SHARE, {
      policy, vcpus: 4, machine: machineOf(node(2, 2), node(2), node(1), node(2, 2)),
    });
    expect([ending!.message, output]).toEqual([null, '160\n']);
    expect([kernels[0]!.statistics.vcpusIn, kernels[3]!.statistics.vcpusIn]).toEqual([0, 0]);
    expect(vcpus.every((vcpu) => vcpu.node === 1 || vcpu.node === 2)).toBe(true);
  });

  it('gives its page where a policy would send the vCPU there', () => {
    // vCPU 0 and the loader's pages are on node 1; interleave puts half of the data on node 0.
    const { kernels } = runGuest(SHARE, {
      vcpus: 1, machine: machineOf(node(2, 2), node(1)),
      options: { policyModule: {
        name: 'away', summary: '', source: 'this test', parameters: [], reasons: [],
        create: () => ({
          onStall: (stall, view) => (stall.dormant ? { action: 'place', node: 1 - view.node, reason: 'away' } : { action: 'send', reason: 'away' }),
          onOwnerRequest: () => ({ action: 'refuse', reason: 'never' }),
        }),
      } },
    });
    const { moves, vcpusOut } = kernels[1]!.statistics;
    expect(vcpusOut).toBe(0);
    expect((moves.get('bring:no-cores') ?? 0) + (moves.get('bring:progress') ?? 0)).toBeGreaterThan(0);
  });
});

describe('reserved memory', () => {
  it('is not for pages of the guest', () => {
    const { kernels } = serverFor('halt', {
      machine: machineOf({ ...node(1), reserve: { cores: 0, memoryBytes: 2 ** 19 } }, { ...node(1), reserve: { cores: 0, memoryBytes: 1 } }),
    });
    expect(kernels.map(({ frames }) => frames.capacity)).toEqual([128, 255]);
  });
});
