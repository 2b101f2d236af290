// Machine files: YAML to MachineSpec and back.
import { stringify } from 'yaml';
import { fail } from '../../base/diagnostics.js';
import type { SourceFile } from '../../base/source.js';
import { withoutAssumed } from '../../server/fabric/assumed.js';
import { fabricPreset, machinePreset } from '../../server/fabric/presets.js';
import type { MachineSpec, Source } from '../../server/spec.js';
import { CACHE_FIELDS, withCaches, type CachesEntry } from './caches-field.js';
import { checkMachine } from './machine-limits.js';
import { FABRIC_FIELDS, knownKeys, MACHINE_FIELDS, machineFileSchema, SECTIONS } from './machine-schema.js';
import { entryOf, withNodeList, writeNodes, type NodeList } from './node-list.js';
import type { Field } from './quantities.js';
import { readYaml } from './yaml-file.js';

type Entries = Readonly<Record<string, unknown>>;
type AnyFields = Readonly<Record<string, Field<unknown>>>;

/** For the reader only, or of some topologies only: a machine runs without them. */
const OPTIONAL: Entries = {
  name: 'custom', description: '', sources: [], caches: null, reserve: { cores: 0, memoryBytes: 0 }, slit: [20], farther: [], leafNodes: null, uplink: null, hops: null,
};

/** The machine that `file` describes. Raises every fault of the file with its place. */
export function parseMachineFile(file: SourceFile): MachineSpec {
  if (file.text.trim() === '')
    fail(`${file.path} is empty: expected a machine file`, undefined, 'start from a preset: extends: sds-ethernet-25g');
  const { data, at } = readYaml(file, machineFileSchema, (path) => knownKeys(path.map(String).join('.')));
  const entries = data as Entries;

  const preset = entries.extends as string | undefined;
  const fabricName = (entries.fabric as Entries | undefined)?.extends as string | undefined;
  const base = preset === undefined ? undefined : machinePreset(preset);
  const missing: string[] = [];
  const machine = readFields(entries, MACHINE_FIELDS as AnyFields, base as Entries | undefined, '', missing);
  for (const [name, { key, fields }] of Object.entries(SECTIONS)) {
    const under =
      fields === FABRIC_FIELDS && fabricName !== undefined
        ? fabricPreset(fabricName)
        : base?.[name as keyof typeof SECTIONS];
    const section = readFields(
      (entries[key] ?? {}) as Entries,
      fields as AnyFields,
      under as Entries | undefined,
      `${key}.`,
      missing,
    );
    machine[name] = section;
    const target = 'sources' in fields ? section : machine;
    const given = entries[key] as Entries | undefined;
    target.sources = ownFigures(target.sources, 'sources' in fields ? given : entries, given, fields as AnyFields);
  }
  machine.sources = ownFigures(machine.sources, entries, entries, MACHINE_FIELDS as AnyFields);
  machine.sources = ownCaches(machine.sources, entries);
  machine.caches = withCaches(entries.caches as CachesEntry | undefined, base?.caches ?? null);
  if (missing.length > 0) {
    fail(
      `missing ${missing.slice(0, 6).join(', ')}${missing.length > 6 ? ` and ${missing.length - 6} more` : ''}`,
      at([]),
      'give every key, or start from a preset: extends: sds-ethernet-25g',
    );
  }
  const nodes = machine.nodes as NodeList;
  const spec = withNodeList(machine as unknown as MachineSpec, nodes);
  checkMachine(spec, ([key, node, ...rest], message) =>
    fail(message, at(node === undefined ? [key] : [key, entryOf(nodes, node as number), ...rest])));
  return spec;
}

/** Sources that are the preset's: what the file gives itself is none of the preset's assumptions. */
function ownFigures(sources: unknown, listing: Entries | undefined, given: Entries | undefined, fields: AnyFields): unknown {
  if (listing?.sources !== undefined || sources === undefined) return sources;
  const names = Object.entries(fields).filter(([, { key }]) => given?.[key] !== undefined).map(([name]) => name);
  return withoutAssumed(sources as readonly Source[], new Set(names));
}

/** The same of caches: without any, none of their figures is assumed. */
function ownCaches(sources: unknown, { caches, sources: listed }: Entries): unknown {
  if (listed !== undefined || sources === undefined || caches === undefined) return sources;
  return withoutAssumed(sources as readonly Source[], new Set(Object.keys((caches as CachesEntry) ?? CACHE_FIELDS)));
}

function readFields(
  entries: Entries,
  fields: AnyFields,
  base: Entries | undefined,
  prefix: string,
  missing: string[],
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, { key }] of Object.entries(fields)) {
    const given = entries[key] !== undefined ? entries[key] : base ? base[name] : OPTIONAL[key];
    if (given === undefined) missing.push(prefix + key);
    result[name] = given;
  }
  return result;
}

/** `machine` as a machine file that parses back to it. */
export function formatMachineFile(machine: MachineSpec): string {
  const entries = writeFields({ ...machine, nodes: writeNodes(machine) }, MACHINE_FIELDS as AnyFields);
  for (const [name, { key, fields }] of Object.entries(SECTIONS)) {
    entries[key] = writeFields(machine[name as keyof typeof SECTIONS] as unknown as Entries, fields as AnyFields);
  }
  const { sources, ...rest } = entries;
  return stringify({ ...rest, sources }, { lineWidth: 100 });
}

function writeFields(spec: Entries, fields: AnyFields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, { key, write }]) => [key, write(spec[name])]));
}
