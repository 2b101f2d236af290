// The preset tables: complete, plausible, and every number with its source.
import { InputError } from '../../../src/base/diagnostics.js';
import { DEFAULT_MACHINE, fabricNames, fabricPreset, machineNames, machinePreset } from '../../../src/server/fabric/presets.js';
import { fixedNodes, hopTable } from '../../../src/server/fabric/topology.js';
import type { Source } from '../../../src/server/spec.js';
import { isPowerOfTwo } from '../../../src/base/bits.js';

/** Names of the fields of a record that are numbers, or lists of them. */
const numbers = (record: object): string[] => Object.entries(record)
  .filter(([, value]) => typeof value === 'number' || (Array.isArray(value) && typeof value[0] === 'number')).map(([name]) => name);

/** Fields that no line of `sources` names. */
const unsourced = (fields: readonly string[], sources: readonly Source[]): string[] => fields.filter((field) => (
  !sources.some((line) => (typeof line === 'string' ? new RegExp(`\\b${field}\\b`).test(line) : line.assumed.includes(field)))));

const times = (record: object): number[] =>
  Object.entries(record).filter(([name]) => name.endsWith('Ps')).flatMap(([, value]) => value as number | number[]);

describe('machine presets', () => {
  it('put the default first', () => {
    expect(machineNames()[0]).toBe(DEFAULT_MACHINE);
    expect(machineNames()).toEqual([
      'sds-ethernet-25g', 'sds-ethernet-10g', 'sds-ethernet-100g', 'sds-ethernet-25g-racks', 'sds-rdma-100g', 'sds-efa',
      'sds-efa-tuned', 'sds-tcp-25g', 'numa-2s', 'numa-2s-ice-lake', 'numa-2s-haswell', 'numa-4s', 'numa-4s-ring', 'numa-8s', 'cxl-pool',
    ]);
  });

  it.each(machineNames())('%s names a source or an assumption for every number', (name) => {
    const { core, caches, memory, load, fabric, kernel, ...rest } = machinePreset(name);
    const own = [...numbers(rest), ...numbers(core), ...numbers(caches!), ...numbers(memory), ...numbers(load)];
    expect(unsourced(own, rest.sources)).toEqual([]);
    expect(unsourced(numbers(fabric), fabric.sources)).toEqual([]);
    expect(unsourced(numbers(kernel), kernel.sources)).toEqual([]);
  });

  it.each(machineNames())('%s counts in whole picoseconds and powers of two', (name) => {
    const { core, caches, memory, load, fabric, kernel, ...rest } = machinePreset(name);
    for (const ps of [core, caches!, memory, load, fabric, kernel].flatMap(times)) {
      expect(Number.isSafeInteger(ps) && ps >= 0).toBe(true);
    }
    for (const size of [rest.pageBytes, core.lineBytes, core.l1Sets, core.tlbEntries, caches!.l2Bytes, caches!.llcBytesPerCore]) expect(isPowerOfTwo(size)).toBe(true);
    expect(rest.memoryBytesPerNode % rest.pageBytes).toBe(0);
  });

  it.each(machineNames())('%s reaches its own caches soonest, then those of other cores, then its memory, then other nodes; and each is larger than those before it', (name) => {
    const { caches, core, memory } = machinePreset(name);
    expect(caches!.l2Bytes).toBeGreaterThanOrEqual(core.l1Sets * core.lineBytes);
    expect(caches!.llcBytesPerCore).toBeGreaterThan(caches!.l2Bytes);
    expect(caches!.l2Ps).toBeLessThan(caches!.llcPs);
    expect(caches!.llcPs).toBeLessThan(memory.cacheToCachePs);
    expect(memory.cacheToCachePs).toBeLessThan(memory.localPs);
    expect(memory.localPs).toBeLessThan(memory.remotePs);
    expect(memory.cacheToCachePs).toBeLessThan(memory.remoteCacheToCachePs);
    for (const [i, ps] of memory.fartherPs.entries()) expect(ps).toBeGreaterThan(memory.fartherPs[i - 1] ?? memory.remotePs);
  });

  it.each(machineNames())('%s has a distance and, by the line, a latency for each number of hops between its nodes', (name) => {
    const { fabric, memory, nodes, slit } = machinePreset(name);
    const mostHops = Math.max(...hopTable(fabric, nodes).flat());
    expect(slit).toHaveLength(mostHops);
    for (const [i, distance] of slit.entries()) expect(distance).toBeGreaterThan(slit[i - 1] ?? 10);
    if (fabric.kind === 'load-store') expect(memory.fartherPs).toHaveLength(mostHops - 1);
  });

  it.each(machineNames())('%s has as many nodes as its fabric joins', (name) => {
    const { fabric, nodes } = machinePreset(name);
    expect(fixedNodes(fabric) ?? nodes).toBe(nodes);
  });

  it('state a quantum where one-way latency gives none', () => {
    for (const name of machineNames()) {
      const { fabric, quantumPs } = machinePreset(name);
      expect(quantumPs === null).toBe(fabric.kind === 'message');
    }
  });

  it('suggest the nearest name for an unknown one', () => {
    expect(() => machinePreset('numa-4')).toThrow(InputError);
    expect(() => machinePreset('numa-4')).toThrow('unknown machine "numa-4"\n  did you mean "numa-4s"?');
    expect(() => machinePreset('mainframe')).toThrow('known: sds-ethernet-25g, sds-ethernet-10g');
  });
});

describe('fabric presets', () => {
  it('are found by name', () => {
    expect(fabricNames()).toEqual([
      'ethernet-25g', 'ethernet-10g', 'ethernet-100g', 'ethernet-25g-racks', 'rdma-100g', 'efa', 'efa-tuned', 'tcp-25g',
      'numa-2s', 'numa-2s-ice-lake', 'numa-2s-haswell', 'numa-4s', 'numa-4s-ring', 'numa-8s', 'cxl-pool',
    ]);
    for (const name of fabricNames()) expect(fabricPreset(name).name).toBe(name);
    expect(() => fabricPreset('ethernt-25g')).toThrow('did you mean "ethernet-25g"?');
  });

  it('have no switch where every two nodes have a link, and leaf switches where there are two levels', () => {
    for (const name of fabricNames()) {
      const fabric = fabricPreset(name);
      if (fabric.topology === 'mesh') expect(fabric.switchLatencyPs).toBe(0);
      expect(fabric.linkLatencyPs).toBeGreaterThan(0);
      expect(fabric.leafNodes !== null && fabric.uplinkBytesPerSecond !== null).toBe(fabric.topology === 'two-level');
    }
  });
});
