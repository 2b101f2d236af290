// A machine from the XML of hwloc 2 and later (`lstopo --of xml`): its NUMA nodes, their cores and memory, and the distances
// that firmware gives. What the file does not tell, above all latencies, is taken from a preset of several sockets.
import { Faults, fail } from '../../base/diagnostics.js';
import type { SourceFile } from '../../base/source.js';
import { withoutAssumed } from '../../server/fabric/assumed.js';
import { machinePreset } from '../../server/fabric/presets.js';
import { withNodes } from '../../server/nodes.js';
import type { MachineSpec } from '../../server/spec.js';
import { formatSize } from './exact-units.js';
import { checkMachine, LIMITS } from './machine-limits.js';
import { descendants, readXml, type XmlElement } from './xml-file.js';

const BASE = 'numa-2s';
/** Linux takes these where firmware gives no SLIT (include/linux/topology.h). */
const LOCAL_DISTANCE = 10;
const REMOTE_DISTANCE = 20;
/** HWLOC_DISTANCES_KIND_MEANS_LATENCY of hwloc/distances.h. */
const MEANS_LATENCY = 4;

interface NumaNode {
  readonly osIndex: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly element: XmlElement;
}

/** The machine that `file` describes. Raises every fault of the file with its place. */
export function importHwloc(file: SourceFile): MachineSpec {
  const topology = readXml(file).find(({ name }) => name === 'topology')
    ?? fail(`${file.path} has no element "topology": expected what lstopo --of xml writes`);
  const version = topology.attributes.version;
  if (version === undefined || Number.parseInt(version, 10) < 2) {
    fail('written by hwloc 1: expected version 2.0 or later', topology.at, 'lstopo of hwloc 2 rewrites it: lstopo -i OLD.xml NEW.xml');
  }
  const nodes = numaNodes(topology);
  const base = machinePreset(BASE);
  const distances = distanceRows(topology, nodes);
  const kinds = [...new Set(distances.flatMap((row, from) => row.filter((_, to) => from !== to)))].sort((a, b) => a - b);
  const slit = kinds.length > 0 ? kinds : [REMOTE_DISTANCE];
  const remotePs = slit.map((distance) => Math.round((base.memory.localPs * distance) / LOCAL_DISTANCE));
  const name = file.path.replace(/^.*[/\\]/, '').replace(/\.xml$/, '');

  const machine = withNodes({
    ...base,
    name,
    description: `imported from ${file.path}`,
    memory: { ...base.memory, remotePs: remotePs[0]!, fartherPs: remotePs.slice(1) },
    slit,
    fabric: {
      ...base.fabric,
      name,
      description: `links of ${file.path}, with the figures of ${base.fabric.name}`,
      topology: 'table',
      hops: distances.map((row, from) => row.map((distance, to) => (from === to ? 0 : kinds.indexOf(distance) + 1))),
      sources: [...base.fabric.sources, `hops: the rank of a distance among those of ${file.path}`],
    },
    sources: [
      ...withoutAssumed(base.sources, new Set(['slit', 'remotePs', 'fartherPs']))
        .filter((line) => typeof line !== 'string' || !/^(?:nodes|localPs|slit)\b/.test(line)),
      `nodes, coresPerNode, slit: ${file.path}, as hwloc wrote it${cutNote('cores', nodes.map((node) => node.cores), LIMITS.coresPerNode, String)}`,
      `memoryBytesPerNode: the same, in whole pages${
        cutNote('memory', nodes.map((node) => node.memoryBytes), LIMITS.maxMemoryBytesPerNode, formatSize)}`,
      `localPs, cacheToCachePs, remoteCacheToCachePs, caches: of the preset ${BASE}`,
      { assumed: ['remotePs', 'fartherPs'], why: 'local times the distance over 10, as ACPI means distances (6.5, 5.2.17)' },
    ],
  }, nodes.map(({ cores, memoryBytes }) => {
    const bytes = Math.min(memoryBytes, LIMITS.maxMemoryBytesPerNode);
    return { cores: Math.min(cores, LIMITS.coresPerNode), memoryBytes: bytes - (bytes % base.pageBytes), reserve: base.reserve };
  }));
  checkMachine(machine, ([key, node], message) => fail(node === undefined ? `${key}: ${message}` : message, nodes[node ?? 0]!.element.at));
  return machine;
}

/** Says what some nodes have more of than a node may have here. */
function cutNote(what: string, values: readonly number[], limit: number, format: (value: number) => string): string {
  const most = Math.max(...values);
  return most <= limit ? '' : `; ${what} of a node: at most ${format(limit)} here, where one has ${format(most)}`;
}

function numaNodes(topology: XmlElement): NumaNode[] {
  const objects = descendants(topology).filter(({ name }) => name === 'object');
  const ofType = (type: string): XmlElement[] => objects.filter(({ attributes }) => attributes.type === type);
  const cores = ofType('Core').length > 0 ? ofType('Core') : ofType('PU');
  const found = ofType('NUMANode');
  if (found.length === 0) fail('no NUMA node in it', topology.at, 'lstopo writes one even for a machine with one memory');
  if (found.length > LIMITS.nodes) fail(`${found.length} NUMA nodes: expected at most ${LIMITS.nodes}`, found[0]!.at);

  const faults = new Faults();
  let taken = 0n;
  const nodes = found.map((element): NumaNode => {
    const osIndex = element.attributes.os_index ?? '0';
    const what = `NUMA node ${osIndex}`;
    const memoryBytes = Number(element.attributes.local_memory ?? 0);
    const cpus = parseBitmap(element.attributes.cpuset);
    const own = cpus === undefined ? [] : cores.filter(({ attributes }) => {
      const set = parseBitmap(attributes.cpuset);
      return set !== undefined && set !== 0n && (set & cpus) === set;
    });
    if (!Number.isSafeInteger(memoryBytes) || memoryBytes < 1) faults.add(`${what}: expected local_memory in bytes`, element.at);
    if (cpus === undefined) faults.add(`${what}: expected a cpuset such as 0x000000ff`, element.at);
    else if (own.length === 0) faults.add(`${what} has no core: every node needs one`, element.at);
    else if ((cpus & taken) !== 0n) faults.add(`${what} shares its cores with another node: every node needs its own`, element.at);
    taken |= cpus ?? 0n;
    return { osIndex, cores: own.length, memoryBytes, element };
  });
  faults.raise();
  return nodes.sort((a, b) => Number(a.osIndex) - Number(b.osIndex));
}

/** Distances between `nodes`, scaled so that a node is 10 from itself. */
function distanceRows(topology: XmlElement, nodes: readonly NumaNode[]): number[][] {
  const matrix = topology.children.find(({ name, attributes }) => name === 'distances2'
    && attributes.type === 'NUMANode' && (Number(attributes.kind) & MEANS_LATENCY) !== 0);
  if (!matrix) return nodes.map((_, from) => nodes.map((__, to) => (from === to ? LOCAL_DISTANCE : REMOTE_DISTANCE)));
  const indexes = words(matrix, 'indexes');
  const values = words(matrix, 'u64values').map(Number);
  const places = nodes.map(({ osIndex, element }) =>
    indexes.indexOf(matrix.attributes.indexing === 'gp' ? (element.attributes.gp_index ?? '') : osIndex));
  const values2d = places.map((from) => places.map((to) => values[from * indexes.length + to] ?? NaN));
  const complete = places.every((place) => place >= 0) && values.length === indexes.length ** 2;
  if (!complete || values2d.flat().some((value) => !(value > 0 && Number.isSafeInteger(value)))) {
    fail(`distances: expected a positive whole number for every two of the ${nodes.length} nodes`, matrix.at);
  }
  const local = Math.min(...values2d.map((row, node) => row[node]!));
  return values2d.map((row, from) => row.map((value, to) => {
    const distance = Math.round((LOCAL_DISTANCE * value) / local);
    if (from !== to && (distance < LOCAL_DISTANCE || distance > LIMITS.maxSlit)) {
      fail(`distances: expected ${LOCAL_DISTANCE} to ${LIMITS.maxSlit} from node ${from} to ${to}, where a node is 10 from `
        + `itself, not ${distance}`, matrix.at);
    }
    return distance;
  }));
}

function words(matrix: XmlElement, name: string): string[] {
  return matrix.children.filter((child) => child.name === name).flatMap(({ text }) => text.split(/\s+/)).filter((word) => word !== '');
}

/** hwloc's bitmaps: words of 32 bits in hexadecimal, the highest first, parted by commas; an empty word is 0. */
function parseBitmap(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^(?:(?:0x)?[0-9a-f]{0,8})(?:,(?:0x)?[0-9a-f]{0,8})*$/i.test(text)) return undefined;
  return text.split(',').reduce((bits, word) => (bits << 32n) | BigInt(`0x${word.replace(/^0x/i, '') || '0'}`), 0n);
}
