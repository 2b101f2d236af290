// A machine as the XML of hwloc 2 (its hwloc2.dtd; attributes as `lstopo --of xml` of 2.9 writes them), which `lstopo -i`
// draws. A node becomes a package with one NUMA node; distances are those of the SLIT.
import { firstCore, llcBytes, nodeSpecs } from '../../server/nodes.js';
import { CACHE_WAYS, type MachineSpec } from '../../server/spec.js';
import { distanceTable } from './hardware-text.js';

/** hwloc's HWLOC_DISTANCES_KIND_FROM_USER and HWLOC_DISTANCES_KIND_MEANS_LATENCY (hwloc/distances.h). */
const DISTANCES_KIND = 2 + 4;
/** Of a core's line table: data only; of the others (hwloc_obj_cache_type_e in hwloc.h). */
const DATA_CACHE = 1;
const UNIFIED_CACHE = 0;

type Attributes = Readonly<Record<string, string | number>>;

/** Opening tags; every object of a topology has a `gp_index` of its own. */
class Objects {
  private last = 0;

  open(type: string, cpus: bigint, nodes: bigint, attributes: Attributes): string {
    const sets = {
      cpuset: bitmap(cpus), complete_cpuset: bitmap(cpus), nodeset: bitmap(nodes), complete_nodeset: bitmap(nodes),
    };
    return `<object ${attributesText({ type, ...sets, gp_index: ++this.last, ...attributes })}`;
  }
}

export function hwlocXml(machine: MachineSpec): string {
  const { name, nodes } = machine;
  const specs = nodeSpecs(machine);
  const objects = new Objects();
  const cores = bits(0, firstCore(specs, nodes));
  const all = bits(0, nodes);
  const allowed = { allowed_cpuset: bitmap(cores), allowed_nodeset: bitmap(all) };
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE topology SYSTEM "hwloc2.dtd">',
    '<topology version="2.0">',
    `  ${objects.open('Machine', cores, all, { os_index: 0, ...allowed })}>`,
    ...info(4, { Backend: 'hyperkernel', MachineName: name, Fabric: machine.fabric.name }),
    ...specs.flatMap((_, node) => packageLines(objects, machine, node)),
    '  </object>',
    ...(nodes > 1 ? distanceLines(machine) : []),
    '</topology>',
  ];
  return `${lines.join('\n')}\n`;
}

function packageLines(objects: Objects, machine: MachineSpec, node: number): string[] {
  const { pageBytes, core } = machine;
  const specs = nodeSpecs(machine);
  const { cores, memoryBytes } = specs[node]!;
  const nodes = bits(node, 1);
  const first = firstCore(specs, node);
  const cpus = bits(first, cores);
  const llc = llcBytes(machine, cores);
  const memory = objects.open('NUMANode', cpus, nodes, { os_index: node, local_memory: memoryBytes });
  const llcAttributes = { os_index: node, ...cache(3, UNIFIED_CACHE, llc, CACHE_WAYS, core.lineBytes) };
  const shared = llc > 0 ? [objects.open('L3Cache', cpus, nodes, llcAttributes)] : [];
  const own = Array.from({ length: cores }, (_, i) => coreLines(objects, machine, first + i, nodes)).flat();
  return within([objects.open('Package', cpus, nodes, { os_index: node })], [
    ...within([memory], [`<page_type ${attributesText({ size: pageBytes, count: memoryBytes / pageBytes })}/>`]),
    ...within(shared, own),
  ]).map(indented).map(indented);
}

function coreLines(objects: Objects, { core, caches }: MachineSpec, index: number, nodes: bigint): string[] {
  const { l1Sets, lineBytes } = core;
  const open = (type: string, attributes: Attributes): string => (
    objects.open(type, bits(index, 1), nodes, { os_index: index, ...attributes }));
  const l2Bytes = caches?.l2Bytes ?? 0;
  return within([
    ...(l2Bytes > 0 ? [open('L2Cache', cache(2, UNIFIED_CACHE, l2Bytes, CACHE_WAYS, lineBytes))] : []),
    open('L1Cache', cache(1, DATA_CACHE, l1Sets * lineBytes, 1, lineBytes)),
    open('Core', {}),
  ], [`${open('PU', {})}/>`]);
}

/** `lines` in these objects, each in the one before. */
function within(opened: readonly string[], lines: readonly string[]): string[] {
  const [outer, ...rest] = opened;
  return outer === undefined ? [...lines] : [`${outer}>`, ...within(rest, lines).map(indented), '</object>'];
}

function indented(line: string): string {
  return `  ${line}`;
}

function cache(depth: number, type: number, bytes: number, ways: number, lineBytes: number): Attributes {
  return { cache_size: bytes, depth, cache_linesize: lineBytes, cache_associativity: ways, cache_type: type };
}

function distanceLines(machine: MachineSpec): string[] {
  const table = distanceTable(machine);
  const list = (element: string, values: readonly number[]): string => {
    const text = values.map((value) => `${value} `).join('');
    return `    <${element} length="${text.length}">${text}</${element}>`;
  };
  return [
    `  <distances2 ${attributesText({ type: 'NUMANode', nbobjs: table.length, kind: DISTANCES_KIND, name: 'NUMALatency', indexing: 'os' })}>`,
    list('indexes', table.map((_, node) => node)),
    ...table.map((row) => list('u64values', row)),
    '  </distances2>',
  ];
}

function info(indent: number, entries: Attributes): string[] {
  return Object.entries(entries).map(([name, value]) => `${' '.repeat(indent)}<info ${attributesText({ name, value })}/>`);
}

function attributesText(attributes: Attributes): string {
  return Object.entries(attributes).map(([name, value]) => `${name}="${escapeXml(String(value))}"`).join(' ');
}

/** What XML 1.0 cannot carry at all, control characters, becomes a space. */
function escapeXml(text: string): string {
  return text.replace(/[\x00-\x1f\x7f]/g, ' ')
    .replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

function bits(first: number, count: number): bigint {
  return (2n ** BigInt(count) - 1n) << BigInt(first);
}

/** As hwloc prints bitmaps: words of 32 bits in hexadecimal, the highest first, parted by commas. */
function bitmap(set: bigint): string {
  const words: string[] = [];
  for (let rest = set; rest > 0n || words.length === 0; rest >>= 32n) {
    words.unshift(`0x${(rest & 0xffffffffn).toString(16).padStart(8, '0')}`);
  }
  return words.join(',');
}
