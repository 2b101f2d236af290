// hwloc's XML: presets there and back, a file that lstopo 2.9 wrote, faults at their places. What lstopo itself makes of
// the export is checked by scripts/lstopo-check.mjs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../../src/base/diagnostics.js';
import { distanceTable } from '../../../src/app/config/hardware-text.js';
import { hwlocXml } from '../../../src/app/config/hwloc-export.js';
import { importHwloc } from '../../../src/app/config/hwloc-import.js';
import { formatMachineFile, parseMachineFile } from '../../../src/app/config/machine-file.js';
import { CACHES } from '../../../src/server/fabric/caches.js';
import { machineNames, machinePreset } from '../../../src/server/fabric/presets.js';
import { nodeSpecs, withNodes } from '../../../src/server/nodes.js';
import type { MachineSpec } from '../../../src/server/spec.js';
import { root } from '../../house/root.js';

const read = (text: string): MachineSpec => importHwloc({ path: 'dir/host.xml', text });

/** By `lstopo -i 'pack:2 [numa(memory=16GB)] l3:1 core:2 pu:2' --of xml`. */
const TWO_PACKAGES = readFileSync(join(root, 'test/app/config/hwloc/two-packages.xml'), 'utf8');

function faultOf(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'no fault';
}

const distances = (values: string, indexes = '0 1', more = 'kind="5" indexing="os"'): string =>
  TWO_PACKAGES.replace('</topology>', `<distances2 type="NUMANode" nbobjs="2" name="NUMALatency" ${more}>`
    + `<indexes length="4">${indexes} </indexes><u64values length="9">${values}</u64values></distances2></topology>`);

describe('hwloc XML', () => {
  it.each(machineNames())('%s written and read has its nodes, cores, memory and distances', (name) => {
    const machine = machinePreset(name);
    const back = read(hwlocXml(machine));
    for (const key of ['nodes', 'coresPerNode', 'memoryBytesPerNode'] as const) expect(back[key]).toBe(machine[key]);
    expect(distanceTable(back)).toEqual(distanceTable(machine));
  });

  it('has the caches behind L1 where there are any: an L2 around each core, one last level around all of the node', () => {
    const xml = hwlocXml(machinePreset('numa-2s-haswell'));
    expect(xml.match(/type="L3Cache"[^>]*cache_size="1048576" depth="3"/g)).toHaveLength(2);
    expect(xml.match(/type="L2Cache"[^>]*cache_size="32768" depth="2"[^>]*>\n +<object type="L1Cache"/g)).toHaveLength(8);
    const withoutL2 = hwlocXml({ ...machinePreset('numa-2s'), caches: { ...CACHES, l2Bytes: 0 } });
    expect([withoutL2.match(/"L3Cache"/g)!.length, withoutL2.match(/"L2Cache"/g)]).toEqual([2, null]);
    expect(hwlocXml({ ...machinePreset('numa-2s'), caches: null })).not.toMatch(/"L[23]Cache"/);
  });

  it('names more than 32 CPUs in words, and escapes names', () => {
    const machine = { ...machinePreset('numa-2s'), coresPerNode: 20, name: 'a "b" <c> & d' };
    const xml = hwlocXml(machine);
    expect(xml).toContain('cpuset="0x000000ff,0xffffffff"');
    expect(xml).toContain('value="a &quot;b&quot; &lt;c&gt; &amp; d"');
    expect(read(xml).coresPerNode).toBe(20);
  });

  it('reads what lstopo writes: cores rather than hardware threads, memory in whole pages', () => {
    const machine = read(TWO_PACKAGES);
    expect([machine.name, machine.nodes, machine.coresPerNode]).toEqual(['host', 2, 2]);
    expect(machine.memoryBytesPerNode).toBe(16_000_000_000);
    expect(distanceTable(machine)).toEqual([[10, 20], [20, 10]]);
    expect(read(TWO_PACKAGES.replace(/\n/g, '\r\n'))).toEqual(machine);
  });

  it('reads distances, which decide the latency of loads, and ranks them as hops', () => {
    const machine = read(distances('10 12 32 10 '));
    expect([machine.slit, machine.fabric.hops]).toEqual([[12, 32], [[0, 1], [2, 0]]]);
    expect([machine.memory.remotePs, machine.memory.fartherPs]).toEqual([96_960, [258_560]]);
    expect(read(distances('10 12 32 10 ', '1 0')).fabric.hops).toEqual([[0, 2], [1, 0]]);
    expect(read(distances('100 213 213 100')).slit).toEqual([21]);
    expect(read(distances('5000 9000 9000 5000', '0 1', 'kind="9"')).slit).toEqual([20]);
  });

  it('makes a machine that a machine file can hold', () => {
    const machine = read(distances('10 12 32 10 '));
    expect(parseMachineFile({ path: 'host.yaml', text: formatMachineFile(machine) })).toEqual(machine);
  });

  it('reads nodes that are not alike, and writes them', () => {
    const machine = read(TWO_PACKAGES.replace('local_memory="16000000000"', 'local_memory="15999999999"'));
    expect(machine.unequal!.map(({ memoryBytes }) => memoryBytes)).toEqual([15_999_995_904, 16_000_000_000]);
    const reserve = { cores: 0, memoryBytes: 0 };
    const specs = [{ cores: 1, memoryBytes: 2 ** 30, reserve }, { cores: 40, memoryBytes: 2 ** 31, reserve }, { cores: 3, memoryBytes: 2 ** 20, reserve }];
    const xml = hwlocXml(withNodes(machinePreset('numa-4s'), specs));
    expect(nodeSpecs(read(xml))).toEqual(specs);
    expect(xml).toContain('type="Package" cpuset="0x00000e00,0x00000000"');
  });

  it('takes no more of a big machine than a machine may have, and says so', () => {
    const big = (coresPerNode: number): string => hwlocXml({ ...machinePreset('numa-2s'), coresPerNode, memoryBytesPerNode: 2 ** 41 });
    const machine = read(big(96));
    expect([machine.coresPerNode, machine.memoryBytesPerNode]).toEqual([64, 2 ** 40]);
    expect(machine.sources.join('\n')).toContain('cores of a node: at most 64 here, where one has 96');
    expect(machine.sources.join('\n')).toContain('memory of a node: at most 1T here, where one has 2T');
    expect(read(big(64)).sources.join('\n')).not.toContain('cores of a node');
  });

  it.each([
    ['', 'not XML: Start tag expected.'],
    ['<topology version="2.0">\n<object></topology>', 'dir/host.xml:2:9: error: not XML: Expected closing tag'],
    ['<machine/>', 'has no element "topology"'],
    ['<topology>\n</topology>', 'dir/host.xml:1:1: error: written by hwloc 1: expected version 2.0 or later'],
    ['<topology version="2.0">\n</topology>', 'no NUMA node in it'],
    ['<topology version="2.0">\n <object type="NUMANode" os_index="3" cpuset="0x1" local_memory="1000000"/>\n</topology>',
      'dir/host.xml:2:2: error: NUMA node 3 has no core: every node needs one'],
    [TWO_PACKAGES.replace('local_memory="16000000000"', 'local_memory="much"'), 'NUMA node 0: expected local_memory in bytes'],
    [TWO_PACKAGES.replace(/(type="NUMANode" os_index="1" cpuset=)"0x000000f0"/, '$1"0x000000ff"'), 'NUMA node 1 shares its cores with another node'],
    [TWO_PACKAGES.replace(/(type="NUMANode" os_index="1" cpuset=)"0x000000f0"/, '$1"four"'), 'NUMA node 1: expected a cpuset'],
    [distances('10 20 20 '), 'distances: expected a positive whole number for every two of the 2 nodes'],
    [distances('10 2000 20 10 '), 'distances: expected 10 to 254 from node 0 to 1, where a node is 10 from itself, not 2000'],
    [`<topology version="2.0">${'<object>'.repeat(500)}${'</object>'.repeat(500)}</topology>`, 'cannot be read: Maximum nested tags'],
    ['<!DOCTYPE topology [<!ENTITY a "&a;&a;">]><topology version="2.0">&a;</topology>', 'no NUMA node in it'],
  ])('refuses %#', (text, message) => {
    expect(faultOf(text)).toContain(message);
  });

  it('tells every fault of the nodes at once', () => {
    const text = TWO_PACKAGES.replace(/local_memory="16000000000"/g, 'local_memory="0"');
    expect(faultOf(text).split('\n').filter((line) => line.includes('error:'))).toHaveLength(2);
  });
});
