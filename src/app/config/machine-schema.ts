// The entries of a machine file, one line per field of the machine: key, range, meaning. The zod schema, the JSON Schema,
// reading and writing all derive from these tables; their types make a field of MachineSpec without an entry an error.
import { z } from 'zod';
import { didYouMean } from '../../base/suggest.js';
import { fabricNames, machineNames } from '../../server/fabric/presets.js';
import type { CoreSpec, FabricSpec, KernelCosts, LoadSpec, MachineSpec, MemorySpec } from '../../server/spec.js';
import { CACHE_FIELDS, cacheKeys, cachesField, cachesJsonSchema, isCaches, type CachesEntry } from './caches-field.js';
import { LIMITS } from './machine-limits.js';
import {
  coresField, isNodeList, memoryField, nodeListKeys, nodesField, nodesJsonSchema, reserveField, type NodeList,
} from './node-list.js';
import { bandwidth, count, hopRows, list, number, orNull, orWord, powerOfTwo, size, text, time, word, type Field } from './quantities.js';
import { sourcesField } from './sources-field.js';

type Fields<T> = { readonly [K in keyof T]-?: Field<T[K]> };
type Section = 'core' | 'memory' | 'load' | 'fabric' | 'kernel';

export const CORE_FIELDS: Fields<CoreSpec> = {
  cyclePs: time('cycle', 'Time of one clock cycle', 1, 1e6),
  lineBytes: powerOfTwo('line', 'Bytes of a cache line', 8, 4096),
  l1Sets: powerOfTwo('l1Sets', 'Sets of the direct-mapped first-level line table', 1, 65536),
  tlbEntries: powerOfTwo('tlbEntries', 'Entries of the direct-mapped TLB', 1, 65536),
  tlbMissPs: time('tlbMiss', 'Time of a TLB miss'),
};

export const MEMORY_FIELDS: Fields<MemorySpec> = {
  localPs: time('local', 'A line from the own memory of the node'),
  cacheToCachePs: time('cacheToCache', 'A line out of the cache of another core of the node'),
  remotePs: time('remote', 'Load/store fabrics: a line from the memory of a node one hop away'),
  remoteCacheToCachePs: time('remoteCacheToCache', 'Load/store fabrics: a line out of a cache of a node one hop away'),
  fartherPs: list(
    time('farther', ''), 'Load/store fabrics: a line from memory two hops away, three, and so on; the last beyond', '220ns 290ns', 0,
  ),
  streamLines: count('streamLines', 'Lines of a stream under way at once: one costs this part of a line alone; 1: no streams', 1, 64),
};

export const LOAD_FIELDS: Fields<LoadSpec> = {
  controllerBytesPerSecond: orWord(
    bandwidth('controller', ''), 'none', 'Lines and pages that the memory controller of a node reads and writes; none: nobody waits for it, nor for links',
  ),
  queuePs: time('queue', 'A line waits this long, times u / (1 - bend u), at a controller that is busy the part u of the time'),
  queueBend: number('bend', 'How much steeper that becomes as the controller gets busy', 0, 0.95),
};

export const FABRIC_FIELDS: Fields<FabricSpec> = {
  name: text('name', 'Shown in reports'),
  description: text('description', 'What it is'),
  kind: word('kind', 'load-store: cores reach the memory of other nodes; message: only hyperkernels talk', [
    'load-store',
    'message',
  ]),
  topology: word('topology', 'How links join the nodes', ['mesh', 'star', 'ring', 'two-level', 'glueless-8', 'table']),
  linkLatencyPs: time('linkLatency', 'One way over one link: node to node, node to switch, or switch to switch', 1),
  switchLatencyPs: time('switchLatency', 'Through a switch, or a node that passes a message on'),
  bytesPerSecond: bandwidth('bandwidth', 'Of a link, each way'),
  leafNodes: orNull(count('leafNodes', 'two-level: nodes at each leaf switch', 1, LIMITS.nodes)),
  uplinkBytesPerSecond: orNull(bandwidth('uplink', 'two-level: between a leaf switch and the spine, each way')),
  hops: hopRows('hops', 'table: hops from the node of the row to the node of the column', LIMITS.hops),
  headerBytes: size('header', 'Bytes of a message besides its payload', 0, 65536),
  jitter: number('jitter', 'A latency is drawn from 1 to 1 + jitter times the nominal one', 0, 10),
  sources: sourcesField(() => keysOf(FABRIC_FIELDS)),
};

export const KERNEL_FIELDS: Fields<KernelCosts> = {
  stallPs: time('stall', 'Exit from the guest, look-up, decision'),
  requestPs: time('request', 'The owner looks at a request and answers'),
  resumePs: time('resume', 'A page or an answer arrives: map it, resume'),
  invalidatePs: time('invalidate', 'A shootdown on request of another node'),
  diffPs: time('diff', 'Comparing 4 KiB with another version, or changing them into it'),
  notePs: time('note', 'An acknowledgement, a notice to the home, a look-up in the directory'),
  vcpuSavePs: time('vcpuSave', 'Save the state of a vCPU'),
  vcpuRestorePs: time('vcpuRestore', 'Restore the state of a vCPU'),
  contextSwitchPs: time('contextSwitch', 'A core takes another vCPU'),
  guestCallPs: time('guestCall', 'A guest call'),
  sources: sourcesField(() => keysOf(KERNEL_FIELDS)),
};

const quantum = orWord(
  time('quantum', '', 1, 1e12), 'auto', 'Longest slice before other cores catch up; auto: the smallest one-way latency between nodes',
);

/** Keys in the file, by the names of the fields that are figures. */
function keysOf(...tables: readonly object[]): ReadonlyMap<string, string> {
  const fields = tables.flatMap((table) => Object.entries(table as Readonly<Record<string, Field<unknown>>>));
  return new Map(fields.filter(([name]) => !/^(?:name|description|sources)$/.test(name)).map(([name, { key }]) => [name, key]));
}

/** As a machine is in its file: `nodes` stands for what a MachineSpec has as `nodes` and `unequal`, `caches` for what differs. */
type Top = Omit<MachineSpec, Section | 'nodes' | 'unequal' | 'caches'> & { readonly nodes: NodeList; readonly caches: CachesEntry };

export const MACHINE_FIELDS: Fields<Top> = {
  name: text('name', 'Shown in reports'),
  description: text('description', 'What it is'),
  nodes: nodesField,
  coresPerNode: coresField,
  memoryBytesPerNode: memoryField,
  reserve: reserveField,
  caches: cachesField,
  pageBytes: powerOfTwo('page', 'Bytes of a page', LIMITS.minPageBytes, LIMITS.maxPageBytes),
  slit: list(
    count('slit', '', 10, LIMITS.maxSlit),
    'Distance to a node one hop away, two, and so on, where 10 is the node itself; the last beyond', '21 31', 1,
  ),
  quantumPs: quantum,
  timeSlicePs: time('timeSlice', 'A vCPU gives way to a waiting one after this long', 1),
  vcpuStateBytes: size('vcpuState', 'Bytes of the state of a vCPU in a migration', 1, 2 ** 20),
  sources: sourcesField(() => keysOf(MACHINE_FIELDS, CORE_FIELDS, CACHE_FIELDS, MEMORY_FIELDS, LOAD_FIELDS)),
};

/** Key in the file and fields of each section of MachineSpec. */
export const SECTIONS = {
  core: { key: 'core', fields: CORE_FIELDS },
  memory: { key: 'latency', fields: MEMORY_FIELDS },
  load: { key: 'load', fields: LOAD_FIELDS },
  fabric: { key: 'fabric', fields: FABRIC_FIELDS },
  kernel: { key: 'kernel', fields: KERNEL_FIELDS },
} as const satisfies { readonly [S in Section]: { readonly key: string; readonly fields: Fields<MachineSpec[S]> } };

type Shape = Record<string, z.ZodType>;

function shapeOf<T>(fields: Fields<T>): Shape {
  return Object.fromEntries(
    (Object.values(fields) as Field<unknown>[]).map(({ key, schema }) => [key, schema.optional()]),
  );
}

const mapping = (what: string) => ({
  error: (issue: { readonly code?: string }) =>
    issue.code === 'invalid_type' ? `${what}: expected a mapping` : undefined,
});

function preset(what: string, names: () => readonly string[]): z.ZodType<string | undefined> {
  return z.string({ error: `extends: expected the name of a ${what} preset` }).superRefine((name, context) => {
    if (names().includes(name)) return;
    const hint = didYouMean(name, names()) ?? `presets: ${names().join(', ')}`;
    context.addIssue({ code: 'custom', message: `no ${what} preset "${name}"`, params: { hint } });
  }).optional().meta({ description: `A ${what} preset to start from`, examples: [...names()] });
}

const fabricObject = z.strictObject(
  { extends: preset('fabric', fabricNames), ...shapeOf(FABRIC_FIELDS) },
  mapping('fabric'),
);
const fabricEntry = z.preprocess((value) => (typeof value === 'string' ? { extends: value } : value), fabricObject);

/** A machine file: every entry is optional here; what neither the file nor its preset gives is found missing later. */
export const machineFileSchema = z.strictObject({
  extends: preset('machine', machineNames),
  ...shapeOf(MACHINE_FIELDS),
  core: z.strictObject(shapeOf(CORE_FIELDS), mapping('core')).optional(),
  latency: z.strictObject(shapeOf(MEMORY_FIELDS), mapping('latency')).optional(),
  load: z.strictObject(shapeOf(LOAD_FIELDS), mapping('load')).optional(),
  fabric: fabricEntry.optional(),
  kernel: z.strictObject(shapeOf(KERNEL_FIELDS), mapping('kernel')).optional(),
}, mapping('machine file'));

/** Keys a mapping of the file may have, by its path; '' for the top. */
export function knownKeys(section: string): string[] {
  if (section === '') return Object.keys(machineFileSchema.shape);
  if (section === 'fabric') return Object.keys(fabricObject.shape);
  const entry = Object.values(SECTIONS).find(({ key }) => key === section);
  return entry ? (Object.values(entry.fields) as Field<unknown>[]).map(({ key }) => key) : section === 'caches' ? cacheKeys() : nodeListKeys(section);
}

/** JSON Schema (2020-12) of a machine file, for editors. */
export function machineJsonSchema(): object {
  const fabric = { ...z.toJSONSchema(fabricObject, { io: 'input' }) };
  delete fabric.$schema;
  return z.toJSONSchema(machineFileSchema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === fabricEntry) jsonSchema.anyOf = [{ type: 'string', description: 'A fabric preset' }, fabric];
      if (isCaches(zodSchema)) Object.assign(jsonSchema, cachesJsonSchema());
      if (isNodeList(zodSchema)) Object.assign(jsonSchema, nodesJsonSchema());
    },
  });
}
