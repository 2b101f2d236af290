// The nodes of a machine file: a number of equal ones, or a list of entries, each for one node or `count` alike. What an
// entry does not say is as the file's own `cores`, `memory` and `reserve` say.
import { z } from 'zod';
import { alike, nodeSpecs, withNodes } from '../../server/nodes.js';
import type { MachineSpec, NodeSpec, Reserve } from '../../server/spec.js';
import { LIMITS } from './machine-limits.js';
import { count, size, type Field } from './quantities.js';

interface NodeEntry {
  readonly count?: number | undefined;
  readonly cores?: number | undefined;
  readonly memory?: number | undefined;
  readonly reserve?: Partial<Reserve> | undefined;
}

/** What `nodes` of a file may say. */
export type NodeList = number | readonly NodeEntry[];

export const coresField = count('cores', 'Cores of each node', 1, LIMITS.coresPerNode);
export const memoryField = size(
  'memory', 'Memory of each node', LIMITS.minPagesPerNode * LIMITS.minPageBytes, LIMITS.maxMemoryBytesPerNode,
);

const RESERVE_FIELDS = {
  cores: count('cores', 'Cores that run handlers alone, never a vCPU', 0, LIMITS.coresPerNode),
  memoryBytes: size('memory', 'Memory that holds no page of the guest', 0, LIMITS.maxMemoryBytesPerNode),
};

const reserveObject = z.strictObject(
  { cores: RESERVE_FIELDS.cores.schema.optional(), memory: RESERVE_FIELDS.memoryBytes.schema.optional() },
  { error: (issue) => (issue.code === 'invalid_type' ? 'reserve: expected a mapping such as { cores: 1, memory: 1M }' : undefined) },
).transform(({ cores, memory }): Partial<Reserve> => ({
  ...(cores === undefined ? {} : { cores }), ...(memory === undefined ? {} : { memoryBytes: memory }),
})).meta({ description: 'Of each node, for its hyperkernel' });

const NO_RESERVE: Reserve = { cores: 0, memoryBytes: 0 };

/** Nothing reserved is written as nothing. */
export const reserveField: Field<Reserve> = {
  key: 'reserve',
  schema: reserveObject.transform((given): Reserve => ({ ...NO_RESERVE, ...given })),
  write: ({ cores, memoryBytes }) => {
    const entry = {
      ...(cores > 0 ? { cores } : {}), ...(memoryBytes > 0 ? { memory: RESERVE_FIELDS.memoryBytes.write(memoryBytes) } : {}),
    };
    return Object.keys(entry).length > 0 ? entry : undefined;
  },
};

const number = count('nodes', 'Number of nodes', 1, LIMITS.nodes).schema;
const entryObject = z.strictObject({
  count: count('count', 'Nodes that this entry is for; 1 if not given', 1, LIMITS.nodes).schema.optional(),
  cores: coresField.schema.optional(), memory: memoryField.schema.optional(), reserve: reserveObject.optional(),
}, { error: (issue) => (issue.code === 'invalid_type' ? 'nodes: expected entries such as { cores: 2, memory: 64M }' : undefined) });
const entryList = z.array(entryObject).min(1, { error: 'nodes: expected at least one entry' });

/** Not a union, whose faults would not tell which of the two was meant. */
const listSchema = z.unknown().transform((value, context): NodeList => {
  const result = Array.isArray(value) ? entryList.safeParse(value) : number.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) context.issues.push({ ...issue, input: value } as (typeof context.issues)[number]);
  return z.NEVER;
}).meta({ description: 'Number of nodes, or each node: entries in the order of the nodes' });

export const nodesField: Field<NodeList> = { key: 'nodes', schema: listSchema, write: (list) => list };

/** Keys of the mapping at this path of a file, where it is one of these. */
export function nodeListKeys(path: string): string[] {
  if (/^nodes\.\d+$/.test(path)) return Object.keys(entryObject.shape);
  return path === 'reserve' || /^nodes\.\d+\.reserve$/.test(path) ? ['cores', 'memory'] : [];
}

/** JSON Schema of `nodes`, whose own schema says nothing of its inside. Ranges count for numbers, items for lists. */
export function nodesJsonSchema(): object {
  const inside = (schema: z.ZodType): object => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const { minimum, maximum } = inside(number) as { readonly minimum: number; readonly maximum: number };
  const { items, minItems } = inside(entryList) as { readonly items: object; readonly minItems: number };
  return { type: ['integer', 'array'], minimum, maximum, items, minItems };
}

export function isNodeList(schema: unknown): boolean {
  return schema === listSchema;
}

/** The machine with its nodes as the list says. */
export function withNodeList(machine: Omit<MachineSpec, 'nodes' | 'unequal'>, list: NodeList): MachineSpec {
  if (typeof list === 'number') return { ...machine, nodes: list, unequal: null };
  const { coresPerNode, memoryBytesPerNode, reserve } = machine;
  const specs = list.flatMap((entry): NodeSpec[] => new Array<NodeSpec>(entry.count ?? 1).fill({
    cores: entry.cores ?? coresPerNode, memoryBytes: entry.memory ?? memoryBytesPerNode, reserve: { ...reserve, ...entry.reserve },
  }));
  return withNodes({ ...machine, nodes: specs.length, unequal: null }, specs);
}

/** The entry of the list that node `node` comes from. */
export function entryOf(list: NodeList, node: number): number {
  let after = 0;
  return typeof list === 'number' ? 0 : list.findIndex((entry) => node < (after += entry.count ?? 1));
}

/** What `withNodeList` reads back: a number, or an entry for each run of nodes that are alike, as the file has it. */
export function writeNodes(machine: MachineSpec): unknown {
  if (!machine.unequal) return machine.nodes;
  const runs: { readonly spec: NodeSpec; count: number }[] = [];
  for (const spec of nodeSpecs(machine)) {
    const last = runs.at(-1);
    if (last && alike(last.spec, spec)) last.count++;
    else runs.push({ spec, count: 1 });
  }
  return runs.map(({ spec, count: nodes }) => ({
    ...(nodes > 1 ? { count: nodes } : {}),
    cores: spec.cores, memory: memoryField.write(spec.memoryBytes),
    ...(alike(spec, { ...spec, reserve: machine.reserve }) ? {}
      : { reserve: { cores: spec.reserve.cores, memory: RESERVE_FIELDS.memoryBytes.write(spec.reserve.memoryBytes) } }),
  }));
}
