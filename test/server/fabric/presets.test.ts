// The preset tables: complete, plausible, and every number with its source.
import { InputError } from '../../../src/base/diagnostics.js';
import { DEFAULT_MACHINE, fabricNames, fabricPreset, machineNames, machinePreset } from '../../../src/server/fabric/presets.js';
import { isPowerOfTwo } from '../../../src/base/bits.js';

/** Names of the numeric fields of a record. */
const numbers = (record: object): string[] =>
  Object.entries(record).filter(([, value]) => typeof value === 'number').map(([name]) => name);

/** Fields that no line of `sources` begins by naming (before the colon). */
const unsourced = (fields: readonly string[], sources: readonly string[]): string[] =>
  fields.filter((field) => !sources.some((line) => new RegExp(`\\b${field}\\b`).test(line)));

const times = (record: object): number[] =>
  Object.entries(record).filter(([name]) => name.endsWith('Ps')).map(([, value]) => value as number);

describe('machine presets', () => {
  it('put the default first', () => {
    expect(machineNames()[0]).toBe(DEFAULT_MACHINE);
    expect(machineNames()).toEqual(['sds-ethernet-25g', 'sds-efa', 'numa-4s']);
  });

  it.each(machineNames())('%s names a source or an assumption for every number', (name) => {
    const { core, memory, fabric, kernel, ...rest } = machinePreset(name);
    const own = [...numbers(rest), ...numbers(core), ...numbers(memory)];
    expect(unsourced(own, rest.sources)).toEqual([]);
    expect(unsourced(numbers(fabric), fabric.sources)).toEqual([]);
    expect(unsourced(numbers(kernel), kernel.sources)).toEqual([]);
  });

  it.each(machineNames())('%s counts in whole picoseconds and powers of two', (name) => {
    const { core, memory, fabric, kernel, ...rest } = machinePreset(name);
    for (const ps of [core, memory, fabric, kernel].flatMap(times)) {
      expect(Number.isSafeInteger(ps) && ps >= 0).toBe(true);
    }
    for (const size of [rest.pageBytes, core.lineBytes, core.l1Sets, core.tlbEntries]) expect(isPowerOfTwo(size)).toBe(true);
    expect(rest.memoryBytesPerNode % rest.pageBytes).toBe(0);
  });

  it.each(machineNames())('%s reaches its own cache soonest, then its memory, then other nodes', (name) => {
    const { memory } = machinePreset(name);
    expect(memory.cacheToCachePs).toBeLessThan(memory.localPs);
    expect(memory.localPs).toBeLessThan(memory.remotePs);
    expect(memory.cacheToCachePs).toBeLessThan(memory.remoteCacheToCachePs);
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
    expect(() => machinePreset('mainframe')).toThrow('known: sds-ethernet-25g, sds-efa, numa-4s');
  });
});

describe('fabric presets', () => {
  it('are found by name', () => {
    expect(fabricNames()).toEqual(['ethernet-25g', 'efa', 'numa-4s']);
    for (const name of fabricNames()) expect(fabricPreset(name).name).toBe(name);
    expect(() => fabricPreset('ethernet-25')).toThrow('did you mean "ethernet-25g"?');
  });

  it('have a switch if and only if they are stars', () => {
    for (const name of fabricNames()) {
      const fabric = fabricPreset(name);
      if (fabric.topology === 'mesh') expect(fabric.switchLatencyPs).toBe(0);
      expect(fabric.linkLatencyPs).toBeGreaterThan(0);
    }
  });
});
