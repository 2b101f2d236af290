// Machine files: every preset there and back, faults at their places, the JSON Schema, exact quantities.
import fc from 'fast-check';
import { InputError } from '../../../src/base/diagnostics.js';
import { formatMachineFile, parseMachineFile } from '../../../src/app/config/machine-file.js';
import { machineJsonSchema } from '../../../src/app/config/machine-schema.js';
import { formatBandwidth, formatSize, formatTime, parseBandwidth } from '../../../src/app/config/exact-units.js';
import { parseBytes, parsePs } from '../../../src/base/units.js';
import { nodeSpecs, withNodes } from '../../../src/server/nodes.js';
import { assumedCosts } from '../../../src/server/fabric/assumed.js';
import { CACHES, HASWELL_CACHES } from '../../../src/server/fabric/caches.js';
import type { MachineSpec, Source } from '../../../src/server/spec.js';
import { fabricPreset, machineNames, machinePreset } from '../../../src/server/fabric/presets.js';

const parse = (text: string) => parseMachineFile({ path: 'rack.yaml', text });

function faultsOf(text: string): string[] {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof InputError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('machine files', () => {
  it.each(machineNames())('%s written as a machine file reads back as itself', (name) => {
    const machine = machinePreset(name);
    expect(parse(formatMachineFile(machine))).toEqual(machine);
    expect(parse(formatMachineFile({ ...machine, quantumPs: 1_234_567 })).quantumPs).toBe(1_234_567);
  });

  it('starts from a preset and changes what is given, in the units given', () => {
    const machine = parse(
      'extends: sds-ethernet-25g\nnodes: 3\nmemory: 2M\nquantum: auto\nlatency:\n  local: 90.5ns\nfabric:\n  bandwidth: 100Gb/s\n',
    );
    const preset = machinePreset('sds-ethernet-25g');
    expect(machine).toEqual({
      ...preset, nodes: 3, memoryBytesPerNode: 2 ** 21, quantumPs: null,
      memory: { ...preset.memory, localPs: 90_500 }, fabric: { ...preset.fabric, bytesPerSecond: 12.5e9 },
    });
  });

  it('takes a fabric by name, and by name with changes', () => {
    expect(parse('extends: sds-ethernet-25g\nfabric: efa\n').fabric).toEqual(fabricPreset('efa'));
    expect(parse('extends: sds-ethernet-25g\nfabric:\n  extends: efa\n  jitter: 0\n').fabric).toEqual({
      ...fabricPreset('efa'),
      jitter: 0,
    });
  });

  it('takes distances by hops, and the topologies that need more than latencies', () => {
    const machine = parse(
      'extends: numa-4s\nnodes: 3\nslit: 12 30\nlatency:\n  farther: 300ns\n'
        + 'fabric:\n  topology: table\n  hops:\n    - 0 1 2\n    - 1 0 1\n    - 2 1 0\n',
    );
    expect([machine.slit, machine.memory.fartherPs]).toEqual([[12, 30], [300_000]]);
    expect(machine.fabric.hops).toEqual([[0, 1, 2], [1, 0, 1], [2, 1, 0]]);
    expect(parse(formatMachineFile(machine))).toEqual(machine);
    const racks = parse('extends: sds-ethernet-25g\nfabric:\n  topology: two-level\n  leafNodes: 2\n  uplink: 10Gb/s\n').fabric;
    expect([racks.leafNodes, racks.uplinkBytesPerSecond]).toEqual([2, 1.25e9]);
  });

  it('says which of its figures are assumed by their keys, and takes over what its preset assumes of the others', () => {
    const own = parse('extends: sds-ethernet-25g\nkernel:\n  stall: 3us\nlatency: { local: 90ns }\nsources:\n  - all measured here\n  - assumed: local, tlbMiss\n    why: a hunch\n');
    expect(own.sources).toEqual(['all measured here', { assumed: ['localPs', 'tlbMissPs'], why: 'a hunch' }]);
    expect(parse(formatMachineFile(own))).toEqual(own);
    const names = ({ sources }: { readonly sources: readonly Source[] }) => sources.flatMap((source) => (typeof source === 'string' ? [] : source.assumed));
    const preset = machinePreset('sds-ethernet-25g');
    expect(names(own.kernel)).toEqual(names(preset.kernel).filter((name) => name !== 'stallPs'));
    expect(names(parse('extends: sds-ethernet-25g\ncore: { tlbMiss: 1ns }\n'))).toEqual(names(preset).filter((name) => name !== 'tlbMissPs'));
    expect(names(parse('extends: sds-ethernet-25g\nfabric: { extends: tcp-25g, jitter: 0 }\n').fabric)).toEqual(
      names(fabricPreset('tcp-25g')).filter((name) => name !== 'jitter'));
    expect(faultsOf('extends: sds-ethernet-25g\nfabric:\n  sources:\n    - assumed: jiter header\n      why: so\n')[0]).toBe(
      'rack.yaml:4:16: error: sources: there is no figure "jiter" here');
    expect(faultsOf('extends: sds-ethernet-25g\nsources: [{ assume: local }]\n')[0]).toBe(
      'rack.yaml:2:11: error: sources: expected a text, or which figures are assumed and why: { assumed: switchLatency, why: ... }');
  });

  it('takes nodes one by one, each as the file says where its entry does not', () => {
    const machine = parse(
      'extends: sds-ethernet-25g\nmemory: 2M\nreserve: { memory: 64K }\nnodes:\n  - { count: 2, cores: 4 }\n'
        + '  - { memory: 8M, reserve: { cores: 2 } }\n  - {}\n',
    );
    const plain = { cores: 2, memoryBytes: 2 ** 21, reserve: { cores: 0, memoryBytes: 65536 } };
    expect([machine.nodes, machine.unequal]).toEqual([4, [
      { ...plain, cores: 4 }, { ...plain, cores: 4 },
      { ...plain, memoryBytes: 2 ** 23, reserve: { cores: 2, memoryBytes: 65536 } }, plain,
    ]]);
    expect(parse(formatMachineFile(machine))).toEqual(machine);
  });

  it('writes nodes one by one so that they read back', () => {
    const spec = fc.record({
      cores: fc.integer({ min: 1, max: 64 }), pages: fc.integer({ min: 64, max: 1000 }),
      reservedCores: fc.integer({ min: 0, max: 64 }), reservedBytes: fc.integer({ min: 0, max: 48 * 4096 }),
    }).map(({ cores, pages, reservedCores, reservedBytes }) => ({
      cores, memoryBytes: 4096 * pages, reserve: { cores: Math.min(cores, reservedCores), memoryBytes: reservedBytes },
    }));
    // The first node has a core for vCPUs, as a machine needs one.
    const nodes = fc.array(spec, { minLength: 1, maxLength: 6 })
      .map(([first, ...rest]) => [{ ...first!, reserve: { ...first!.reserve, cores: 0 } }, ...rest, ...rest.slice(-1)]);
    fc.assert(fc.property(nodes, (specs) => {
      const machine = withNodes(machinePreset('sds-ethernet-25g'), specs);
      expect(nodeSpecs(parse(formatMachineFile(machine)))).toEqual(specs);
    }), { seed: 1, numRuns: 200 });
  });

  it('is a machine of equal nodes where the entries are alike', () => {
    const preset = machinePreset('sds-ethernet-25g');
    expect(parse('extends: sds-ethernet-25g\nnodes: [{}, { cores: 2 }, { memory: 64M, count: 2 }]\n')).toEqual(preset);
  });

  it('shows a misspelt key with its place and the key that was meant', () => {
    expect(faultsOf('extends: sds-ethernet-25g\nmemroy: 64M\n')).toEqual([
      'rack.yaml:2:1: error: unknown key "memroy"', '  memroy: 64M', '  ^^^^^^', '  did you mean "memory"?',
    ]);
    expect(faultsOf('extends: sds-ethernet-25g\nfabric:\n  latency: 1us\n')).toContain('  did you mean "linkLatency"?');
  });

  it('reports every fault of a file at once, in the order of its lines', () => {
    const faults = faultsOf(
      'extends: sds-ethernet-25\nnodes: 0\ncores: 1.5\nlatency:\n  local: 80\nfabric:\n  kind: telepathy\n  jitter: -1\n',
    );
    expect(
      faults.filter((line) => line.includes('error:')).map((line) => line.slice(0, line.indexOf(' error'))),
    ).toEqual([
      'rack.yaml:1:10:',
      'rack.yaml:2:8:',
      'rack.yaml:3:8:',
      'rack.yaml:5:10:',
      'rack.yaml:7:9:',
      'rack.yaml:8:11:',
    ]);
    expect(faults.join('\n')).toContain('nodes: expected a whole number from 1 to 64, not 0');
    expect(faults.join('\n')).toContain('expected a time with unit such as 300ns or 1.5us, not "80"');
    expect(faults.join('\n')).toContain('kind: expected load-store or message, not "telepathy"');
  });

  it.each([
    ['', 'is empty'],
    ['nodes: 2\n', 'missing cores, memory'],
    ['just words\n', 'machine file: expected a mapping'],
    ['nodes: [1\ncores: 2\n', 'rack.yaml:2'],
    ['nodes: 1\nnodes: 2\n', 'unique'],
    ['extends: sds-ethernet-25g\nmemory: 32K\n', 'at least 64K (16 pages of 4K), not 32K'],
    ['extends: sds-ethernet-25g\npage: 3000\n', 'page: expected a power of two'],
    ['extends: sds-ethernet-25g\nmemory: {}\n', 'memory: expected a value such as'],
    ['extends: sds-ethernet-25g\ncore: 5\n', 'core: expected a mapping'],
    ['extends: sds-ethernet-25g\nlatency:\n  local: 2h\n', 'local: expected a time'],
    ['extends: numa-8s\nnodes: 4\n', 'rack.yaml:2:8: error: fabric numa-8s (glueless-8) joins 8 nodes, not 4'],
    ['extends: numa-4s\nfabric:\n  topology: two-level\n', 'topology two-level: expected leafNodes and uplink'],
    ['extends: numa-4s\nfabric:\n  topology: table\n', 'topology table: expected hops'],
    ['extends: numa-4s\nfabric:\n  topology: table\n  hops: [0 1, 1 0]\n', 'fabric numa-4s (table) joins 2 nodes, not 4'],
    ['extends: numa-4s\nfabric:\n  hops: [0 1, 1]\n', 'rack.yaml:3:15: error: hops: expected 2 numbers, one for each row, not 1'],
    ['extends: numa-4s\nfabric:\n  hops: [0 0, 1 0]\n', 'hops: expected 0 at place 1, of the node itself, and nowhere else'],
    ['extends: numa-4s\nfabric:\n  hops: 0 1\n', 'hops: expected a list of rows such as 0 1 1 2'],
    ['extends: numa-4s\nslit: 10 300\n', 'slit: expected a whole number from 10 to 254, not 300'],
    ['extends: numa-4s\nslit: ""\n', 'slit: expected at least 1 value'],
    ['extends: numa-4s\nlatency:\n  farther: 200ns soon\n', 'farther: expected a time with unit'],
    ['extends: sds-ethernet-25g\nnodes: two\n', 'rack.yaml:2:8: error: nodes: expected a whole number from 1 to 64, not "two"'],
    ['extends: sds-ethernet-25g\nnodes: []\n', 'rack.yaml:2:8: error: nodes: expected at least one entry'],
    ['extends: sds-ethernet-25g\nnodes: [{}, 3]\n', 'rack.yaml:2:13: error: nodes: expected entries such as { cores: 2, memory: 64M }'],
    ['extends: sds-ethernet-25g\nnodes:\n  - core: 3\n', 'rack.yaml:3:5: error: unknown key "core"'],
    ['extends: sds-ethernet-25g\nnodes:\n  - cores: 3\n  - cores: 65\n', 'rack.yaml:4:12: error: cores: expected a whole number from 1 to 64, not 65'],
    ['extends: sds-ethernet-25g\nnodes:\n  - reserve: { core: 1 }\n', 'rack.yaml:3:16: error: unknown key "core"'],
    ['extends: sds-ethernet-25g\nnodes:\n  - { count: 3 }\n  - { memory: 64001 }\n', 'rack.yaml:4:15: error: node 3: expected at least 64K'],
    ['extends: sds-ethernet-25g\nnodes:\n  - { reserve: { cores: 3 } }\n  - { cores: 3 }\n',
      'rack.yaml:3:25: error: node 0: expected to reserve at most the node\'s 2, not 3'],
    ['extends: sds-ethernet-25g\nreserve: { memory: 64M }\n',
      'rack.yaml:2:10: error: expected to leave at least 64K (16 pages of 4K) of 64M to the guest, not to keep 64M'],
    ['extends: sds-ethernet-25g\nreserve: { cores: 2 }\n', 'rack.yaml:2:10: error: every core is reserved'],
    ['extends: sds-ethernet-25g\nreserve: 1\n', 'reserve: expected a mapping such as { cores: 1, memory: 1M }'],
    ['extends: numa-8s\nnodes: [{ count: 7 }, { cores: 1 }, {}]\n', 'fabric numa-8s (glueless-8) joins 8 nodes, not 9'],
    ['extends: sds-ethernet-25g\nlatency:\n  local: 2000s\n', 'local: expected 0 ps to 1.000 s'],
  ])('refuses %j', (text, message) => {
    expect(faultsOf(text).join('\n')).toContain(message);
  });

  it('has a JSON Schema with every key and its range', () => {
    const schema = machineJsonSchema() as {
      properties: Record<string, { properties?: object; anyOf?: { properties?: object }[]; items?: { properties: object }; maximum?: number }>;
      additionalProperties: boolean;
    };
    expect(Object.keys(schema.properties)).toEqual(
      expect.arrayContaining(['extends', 'nodes', 'memory', 'core', 'latency', 'fabric', 'kernel']),
    );
    expect(schema.additionalProperties).toBe(false);
    expect(schema.properties.nodes!.maximum).toBe(64);
    expect(Object.keys(schema.properties.nodes!.items!.properties)).toEqual(['count', 'cores', 'memory', 'reserve']);
    expect(Object.keys(schema.properties.reserve!.properties!)).toEqual(['cores', 'memory']);
    expect(Object.keys(schema.properties.caches!.anyOf![1]!.properties!)).toEqual(['l2', 'l2Latency', 'llc', 'llcLatency']);
    expect(Object.keys(schema.properties.latency!.properties!)).toEqual([
      'local',
      'cacheToCache',
      'remote',
      'remoteCacheToCache',
      'farther',
      'streamLines',
    ]);
    expect(Object.keys(schema.properties.fabric!.anyOf![1]!.properties!)).toContain('bandwidth');
  });
});

describe('caches of a machine file', () => {
  const machineOf = (line: string, preset = 'sds-ethernet-25g'): MachineSpec => (
    parseMachineFile({ path: 'm.yaml', text: `extends: ${preset}\n${line}\n` }));
  const cachesOf = (line: string): unknown => machineOf(line).caches;

  it('are none, or what differs from those of the preset', () => {
    expect(machineOf('caches: { llcLatency: 30ns }', 'numa-2s-haswell').caches).toEqual({ ...HASWELL_CACHES, llcPs: 30_000 });
    expect(cachesOf('')).toEqual(CACHES);
    expect(cachesOf('caches: none')).toBe(null);
    expect(cachesOf('caches: { l2: 0, llc: 1M }')).toEqual({ l2Bytes: 0, l2Ps: 5600, llcBytesPerCore: 2 ** 20, llcPs: 24_000 });
    expect(cachesOf('caches: { l2Latency: 4ns }')).toEqual({ l2Bytes: 65536, l2Ps: 4000, llcBytesPerCore: 131_072, llcPs: 24_000 });
  });

  it('are not said to be assumed where the file gives them, or has none', () => {
    const assumed = (line: string): string[] => (
      assumedCosts(machineOf(line, 'numa-2s-haswell')).map(({ name }) => name).filter((name) => /caches/.test(name)));
    expect(assumed('')).toEqual(['caches.l2Ps', 'caches.llcPs']);
    expect(assumed('caches: { llcLatency: 30ns }')).toEqual(['caches.l2Ps']);
    expect(formatMachineFile(machineOf('caches: none', 'numa-2s-haswell'))).not.toMatch(/l2Latency|llcLatency/);
  });

  it('are written as they are read', () => {
    for (const line of ['caches: none', 'caches: { l2: 0 }', 'caches: { l2: 1M, llc: 1408K, llcLatency: 20ns }']) {
      const machine = parseMachineFile({ path: 'm.yaml', text: `extends: numa-4s\n${line}\n` });
      expect(parseMachineFile({ path: 'n.yaml', text: formatMachineFile(machine) })).toEqual(machine);
    }
  });

  it.each([
    ['caches: some', 'm.yaml:2:9: error: caches: expected none, or a mapping such as { l2: 64K, llc: 128K }'],
    ['caches: { l2: 3K }', 'm.yaml:2:15: error: l2: expected a power of two'],
    ['caches: { llcs: 3K }', 'm.yaml:2:11: error: unknown key "llcs"'],
    ['core: { line: 4K }\ncaches: { l2: 8K }', 'an L2 of 8K has no set of 4 lines of 4K'],
  ])('%s is refused', (line, message) => expect(() => cachesOf(line)).toThrow(message));
});

describe('quantities', () => {
  it('are written exactly', () => {
    expect([formatTime(80_800), formatTime(1_000_000), formatTime(0), formatTime(1_500_000_000_000)]).toEqual([
      '80.8ns',
      '1us',
      '0ps',
      '1.5s',
    ]);
    expect([formatSize(6400), formatSize(2 ** 26), formatSize(0)]).toEqual(['6400', '64M', '0']);
    expect([formatBandwidth(25e9 / 8), parseBandwidth('3GB/s'), parseBandwidth('25 Gb')]).toEqual([
      '25Gb/s',
      3e9,
      undefined,
    ]);
  });

  it('read back as written', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 1e12 }),
        fc.nat({ max: 2 ** 40 }),
        fc.integer({ min: 1, max: 4_000_000 }),
        (ps, bytes, megabits) => {
          expect(parsePs(formatTime(ps), 'time')).toBe(ps);
          expect(parseBytes(formatSize(bytes), 'size')).toBe(bytes);
          expect(parseBandwidth(formatBandwidth((megabits * 1e6) / 8))).toBe((megabits * 1e6) / 8);
        },
      ),
    );
  });
});
