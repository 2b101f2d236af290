// What of the presets is assumed: data that says which figures, each of which can be changed by itself.
import { formatMachineFile, parseMachineFile } from '../../../src/app/config/machine-file.js';
import { assumedCosts, withFactor, withoutAssumed } from '../../../src/server/fabric/assumed.js';
import { fabricNames, fabricPreset, machineNames, machinePreset } from '../../../src/server/fabric/presets.js';
import type { MachineSpec, Source } from '../../../src/server/spec.js';

const sourcesOf = ({ sources, fabric, kernel }: MachineSpec): readonly Source[] => [...sources, ...fabric.sources, ...kernel.sources];
const assumedNames = (sources: readonly Source[]): string[] => sources.flatMap((source) => (typeof source === 'string' ? [] : source.assumed));

/** Assumptions, but nothing that costs: the shape of a network, distances that are shown alone, and switches that there are none of. */
const NO_COSTS = ['leafNodes', 'slit'];

describe.each(machineNames())('%s', (name) => {
  const machine = machinePreset(name);
  const costs = assumedCosts(machine);

  it('says that something is assumed in no other way than as data', () => {
    const texts = sourcesOf(machine).filter((source) => typeof source === 'string');
    expect(texts.filter((text) => /\bassum|\bguess/i.test(text))).toEqual([]);
  });

  it('has a cost for every assumption, but for those of which a half or a double means nothing', () => {
    const found = costs.map(({ path }) => path.at(-1)!);
    const zero = assumedNames(sourcesOf(machine)).filter((each) => machine.fabric[each as 'switchLatencyPs'] === 0);
    expect([...found, ...zero].sort()).toEqual(assumedNames(sourcesOf(machine)).filter((each) => !NO_COSTS.includes(each)).sort());
    expect(new Set(costs.map((cost) => cost.name)).size).toBe(costs.length);
  });

  it.each([0.5, 2])('is a machine still, and another one in that cost alone, with each of them times %d', (factor) => {
    for (const cost of costs) {
      const changed = withFactor(machine, cost, factor);
      const back = assumedCosts(changed).find((each) => each.name === cost.name)!;
      const [before, after] = [[cost.value].flat(), [back.value].flat()];
      after.forEach((value, i) => expect(Math.abs(value - factor * before[i]!)).toBeLessThanOrEqual(0.5));
      expect(withFactor(changed, { ...cost, value: cost.value }, 1)).toEqual(machine);
      expect(parseMachineFile({ path: 'changed.yaml', text: formatMachineFile(changed) })).toEqual(changed);
    }
  });
});

it('every fabric says so as data, too', () => {
  for (const { name, sources } of fabricNames().map(fabricPreset)) {
    expect([name, sources.filter((source) => typeof source === 'string' && /\bassum/i.test(source))]).toEqual([name, []]);
    for (const each of assumedNames(sources)) expect([each, each in fabricPreset(name)]).toEqual([each, true]);
  }
});

it('the default machine rests on these', () => {
  expect(assumedCosts(machinePreset('sds-ethernet-25g')).map(({ name, value }) => [name, value])).toEqual([
    ['kernel.stallPs', 1_500_000], ['kernel.requestPs', 1_000_000], ['kernel.resumePs', 1_000_000], ['kernel.invalidatePs', 1_000_000],
    ['kernel.notePs', 300_000], ['kernel.vcpuSavePs', 2_000_000], ['kernel.vcpuRestorePs', 1_500_000], ['kernel.contextSwitchPs', 1_000_000],
    ['fabric.linkLatencyPs', 500_000], ['fabric.switchLatencyPs', 500_000], ['fabric.headerBytes', 64], ['fabric.jitter', 0.05],
    ['core.tlbMissPs', 20_000], ['timeSlicePs', 50_000_000],
  ]);
});

it('lists are changed as a whole', () => {
  const ring = machinePreset('numa-8s');
  const farther = assumedCosts(ring).find(({ name }) => name === 'memory.fartherPs')!;
  expect(withFactor(ring, farther, 0.5).memory.fartherPs).toEqual([110_000]);
});

it('a figure that has another value now is no assumption any more', () => {
  const sources: readonly Source[] = ['a: measured', { assumed: ['b', 'c'], why: 'both' }, { assumed: ['c'], why: 'one' }];
  expect(withoutAssumed(sources, new Set(['c']))).toEqual(['a: measured', { assumed: ['b'], why: 'both' }]);
});
