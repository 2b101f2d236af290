// Nominal stall costs of the presets against the stall-cost table they were derived from.
import { machineNames, machinePreset } from '../../../../src/server/fabric/presets.js';
import { nominalCostPs, oneWayPs } from '../../../../src/server/placement/algorithms/cost-model.js';

/** Microseconds: exit 1.5 + request + owner 1 + page + resume 1; exit and save 2 + state + restore 1.5. */
const TABLE = [
  { machine: 'sds-ethernet-10g', page: 10.4, vcpu: 10.4 },
  { machine: 'sds-ethernet-25g', page: 7.8, vcpu: 7.0 },
  { machine: 'sds-ethernet-25g-racks', page: 7.8, vcpu: 7.0 },
  { machine: 'sds-ethernet-100g', page: 6.8, vcpu: 5.5 },
  { machine: 'sds-rdma-100g', page: 6.7, vcpu: 6.1 },
  { machine: 'sds-efa', page: 58, vcpu: 33 },
  { machine: 'sds-efa-tuned', page: 34, vcpu: 19 },
  { machine: 'sds-tcp-25g', page: 14.8, vcpu: 10.5 },
];

describe('nominal stall costs', () => {
  it.each(TABLE)('$machine: a page in $page us, a vCPU in $vcpu us, within 5 %', ({ machine, page, vcpu }) => {
    const spec = machinePreset(machine);
    expect(Math.abs(nominalCostPs(spec, 'bring') / 1e6 / page - 1)).toBeLessThan(0.05);
    expect(Math.abs(nominalCostPs(spec, 'send') / 1e6 / vcpu - 1)).toBeLessThan(0.05);
  });

  it('are held to that table for every software-defined preset', () => {
    expect(TABLE.map(({ machine }) => machine).sort()).toEqual(machineNames().filter((name) => name.startsWith('sds-')).sort());
  });

  it.each(machineNames())('%s: a copy costs what a move costs, one access less than a page', (name) => {
    const spec = machinePreset(name);
    expect(nominalCostPs(spec, 'copy')).toBe(nominalCostPs(spec, 'bring'));
    expect(nominalCostPs(spec, 'remote')).toBeLessThan(nominalCostPs(spec, 'bring'));
  });

  it('crosses both links and the switch of a star, one link of a mesh', () => {
    const star = machinePreset('sds-ethernet-25g');
    expect(oneWayPs({ ...star, fabric: { ...star.fabric, headerBytes: 0 } }, 0)).toBe(1_500_000);
    const mesh = machinePreset('numa-4s');
    expect(oneWayPs({ ...mesh, fabric: { ...mesh.fabric, headerBytes: 0 } }, 0)).toBe(500_000);
  });

  it('serialises header and payload at the rate of the fabric', () => {
    const spec = machinePreset('sds-ethernet-25g');
    expect(oneWayPs(spec, 4096) - oneWayPs(spec, 0)).toBe(Math.round(4096 * 320));
  });
});
