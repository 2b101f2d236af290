// The machine and the scenario that options ask for: defaults, ranges, suggestions.
import { buildScenario, parseSeeds, policiesFor } from '../../../src/app/config/scenario.js';
import { resolveMachine } from '../../../src/app/config/machine.js';
import { CACHES } from '../../../src/server/fabric/caches.js';
import { machinePreset } from '../../../src/server/fabric/presets.js';
import { DEFAULT_PROTOCOL } from '../../../src/server/spec.js';
import { policyNames } from '../../../src/server/placement/catalogue.js';
import type { SourceFile } from '../../../src/base/source.js';

const noFiles = (path: string): SourceFile => { throw new Error(`read ${path}`); };
const machine = await resolveMachine({}, noFiles);

describe('the machine of a run', () => {
  it('is by default four nodes of two cores, a software-defined server', () => {
    expect(machine).toMatchObject({ name: 'sds-ethernet-25g', nodes: 4, coresPerNode: 2 });
  });

  it('is what the options change it to', async () => {
    expect(
      await resolveMachine(
        { machine: 'numa-4s', nodes: '2', cores: '3', memory: '1M', pageSize: '8K', quantum: '2us', fabric: 'efa' },
        noFiles,
      ),
    ).toMatchObject({
      nodes: 2,
      coresPerNode: 3,
      memoryBytesPerNode: 2 ** 20,
      pageBytes: 8192,
      quantumPs: 2e6,
      fabric: { name: 'efa' },
    });
    expect((await resolveMachine({ quantum: 'auto' }, noFiles)).quantumPs).toBeNull();
    expect((await resolveMachine({ caches: 'none' }, noFiles)).caches).toBeNull();
    expect((await resolveMachine({ caches: 'all' }, noFiles)).caches).toEqual(CACHES);
    expect(await resolveMachine({ machine: 'numa-4s' }, noFiles)).toEqual(machinePreset('numa-4s'));
  });

  it('is read from a file where the name looks like one', async () => {
    const text = 'extends: sds-ethernet-25g\nnodes: 7\n';
    expect(await resolveMachine({ machine: './rack.yaml', cores: '1' }, (path) => ({ path, text }))).toMatchObject({
      nodes: 7,
      coresPerNode: 1,
    });
  });

  it('has nodes of a file one by one, which --cores and --memory make alike in that', async () => {
    const text = 'extends: sds-ethernet-25g\nnodes:\n  - { count: 2, reserve: { cores: 1 } }\n  - { cores: 4, memory: 8M }\n';
    const resolve = (options: object) => resolveMachine({ machine: './rack.yaml', ...options }, (path) => ({ path, text }));
    const rack = await resolve({ nodes: '3' });
    expect(rack.unequal!.map(({ cores }) => cores)).toEqual([2, 2, 4]);
    expect(buildScenario(rack, {}).vcpus).toBe(1 + 1 + 4);
    expect((await resolve({ cores: '3' })).unequal!.map(({ cores, reserve }) => cores - reserve.cores)).toEqual([2, 2, 3]);
    expect((await resolve({ memory: '1M' })).unequal!.map(({ memoryBytes }) => memoryBytes)).toEqual([2 ** 20, 2 ** 20, 2 ** 20]);
    await expect(resolve({ nodes: '4' })).rejects.toThrow('--nodes: the nodes are described one by one, 3 of them, not 4');
    await expect(resolve({ pageSize: '1M' })).rejects.toThrow('sds-ethernet-25g: node 2: expected at least 16M');
  });

  it.each([
    [{ nodes: '0' }, '--nodes: expected a whole number from 1 to 64, not "0"'],
    [{ nodes: '65' }, '--nodes'],
    [{ cores: 'two' }, '--cores'],
    [{ memory: '1' }, '--memory: expected at least 64K (16 pages of 4K), not 1'],
    [{ memory: '100000' }, '--memory: expected a multiple of the page'],
    [{ memory: '4096T' }, '--memory: expected at most'],
    [{ pageSize: '3000' }, '--page-size: expected a power of two from 256 to 2M'],
    [{ pageSize: '4M' }, '--page-size'],
    [{ caches: 'al' }, '--caches: no choice "al"'],
    [{ quantum: '5' }, '--quantum: expected a time with unit'],
    [{ fabric: 'ethernet-25' }, 'did you mean "ethernet-25g"?'],
    [{ machine: 'numa-4' }, 'did you mean "numa-4s"?'],
    [{ machine: 'mainframe' }, 'there are: sds-ethernet-25g'],
  ])('is refused for %j', async (options, message) => {
    await expect(resolveMachine(options, noFiles)).rejects.toThrow(message);
  });
});

describe('the scenario of a run', () => {
  it('has a vCPU for every core and the cost policy by default', () => {
    expect(buildScenario(machine, {})).toMatchObject({
      vcpus: 8,
      policy: 'cost',
      policyOptions: {},
      seed: 1,
      sliceMode: 'loop',
      timeScale: 1,
      protocol: DEFAULT_PROTOCOL,
    });
  });

  it('has the protocol that is chosen', () => {
    expect(buildScenario(machine, { protocol: { readOwnership: 'move' } }).protocol).toEqual({ ...DEFAULT_PROTOCOL, readOwnership: 'move' });
  });

  it.each([
    [{ vcpus: '0' }, '--vcpus'],
    [{ policy: 'cots' }, 'did you mean "cost"?'],
    [{ seed: '-1' }, '--seed'],
    [{ sliceMode: 'lop' }, 'did you mean "loop"?'],
    [{ protocol: { invalidation: 'seril' } }, '--invalidation: no choice "seril"'],
    [{ protocol: { readOwnership: 'both' } }, '--read-ownership: no choice "both"'],
    [{ maxInstructions: '0' }, '--max-instructions'],
    [{ timeScale: 'fast' }, '--time-scale'],
    [{ policyOption: ['window'] }, 'expected NAME=VALUE'],
    [{ policyOption: ['windw=3'] }, 'did you mean "window"?'],
    [{ policyOption: ['window=-3'] }, 'expected a number from'],
    [{ policyOption: ['window=3', 'window=4'] }, 'more than once'],
    [{ policy: 'page', policyOption: ['window=3'] }, 'policy page has no option "window"'],
  ])('is refused for %j', (options, message) => {
    expect(() => buildScenario(machine, options)).toThrow(message);
  });

  it('gives each compared policy the options it has', () => {
    expect(policiesFor('page,cost', ['window=3'])).toEqual([
      { name: 'page', options: {} },
      { name: 'cost', options: { window: '3' } },
    ]);
    expect(policiesFor(undefined, []).map(({ name }) => name)).toEqual(
      policyNames().filter((name) => name !== 'empty'),
    );
    expect(() => policiesFor('page,vcpu', ['window=3'])).toThrow('none of page, vcpu has an option "window"');
    expect(() => policiesFor('page,vcp', [])).toThrow('did you mean "vcpu"?');
  });

  it('counts seeds or lists them', () => {
    expect(parseSeeds('3', 5)).toEqual([5, 6, 7]);
    expect(parseSeeds('1,5,7-9,5', 1)).toEqual([1, 5, 7, 8, 9]);
    for (const text of ['0', '1,,2', '9-7', 'x', '1-100000']) expect(() => parseSeeds(text, 1)).toThrow('--seeds');
  });
});
