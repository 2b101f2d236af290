// Machine files: every preset there and back, faults at their places, the JSON Schema, exact quantities.
import fc from 'fast-check';
import { InputError } from '../../../src/base/diagnostics.js';
import { formatMachineFile, parseMachineFile } from '../../../src/app/config/machine-file.js';
import { machineJsonSchema } from '../../../src/app/config/machine-schema.js';
import { formatBandwidth, formatSize, formatTime, parseBandwidth } from '../../../src/app/config/exact-units.js';
import { parseBytes, parsePs } from '../../../src/base/units.js';
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
    ['extends: sds-ethernet-25g\nlatency:\n  local: 2000s\n', 'local: expected 0 ps to 1.000 s'],
  ])('refuses %j', (text, message) => {
    expect(faultsOf(text).join('\n')).toContain(message);
  });

  it('has a JSON Schema with every key and its range', () => {
    const schema = machineJsonSchema() as {
      properties: Record<string, { properties?: object; anyOf?: { properties?: object }[]; maximum?: number }>;
      additionalProperties: boolean;
    };
    expect(Object.keys(schema.properties)).toEqual(
      expect.arrayContaining(['extends', 'nodes', 'memory', 'core', 'latency', 'fabric', 'kernel']),
    );
    expect(schema.additionalProperties).toBe(false);
    expect(schema.properties.nodes!.maximum).toBe(64);
    expect(Object.keys(schema.properties.latency!.properties!)).toEqual([
      'local',
      'cacheToCache',
      'remote',
      'remoteCacheToCache',
      'farther',
    ]);
    expect(Object.keys(schema.properties.fabric!.anyOf![1]!.properties!)).toContain('bandwidth');
  });
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
