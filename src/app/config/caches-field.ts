// Caches behind L1, as a machine file writes them: none, or what differs from those of the preset that it starts from.
import { z } from 'zod';
import { CACHES } from '../../server/fabric/caches.js';
import type { CacheSpec } from '../../server/spec.js';
import { powerOfTwo, size, time, type Field } from './quantities.js';

const L2_BYTES = powerOfTwo('l2', 'Bytes of the L2 of a core, a power of two; 0: there is none', 256, 2 ** 24);

export const CACHE_FIELDS: { readonly [K in keyof CacheSpec]-?: Field<CacheSpec[K]> } = {
  l2Bytes: { ...L2_BYTES, schema: z.literal([0, '0']).transform(() => 0).or(L2_BYTES.schema) },
  l2Ps: time('l2Latency', 'A line from the L2'),
  llcBytesPerCore: size('llc', 'Bytes of the last-level cache of a node for each of its cores', 256, 2 ** 26),
  llcPs: time('llcLatency', 'A line from the last-level cache of the node'),
};

const cachesObject = z.strictObject(
  Object.fromEntries(Object.values(CACHE_FIELDS).map(({ key, schema }) => [key, (schema as z.ZodType).optional()])),
  { error: (issue) => (issue.code === 'invalid_type' ? 'caches: expected none, or a mapping such as { l2: 64K, llc: 128K }' : undefined) },
);

/** As a file has it: what it leaves out is as in its preset. */
export type CachesEntry = Partial<CacheSpec> | null;

const schema = z.unknown().transform((value, context): CachesEntry => {
  if (value === 'none') return null;
  const result = cachesObject.safeParse(value);
  if (result.success) {
    const given = Object.entries(CACHE_FIELDS).flatMap(([name, { key }]) => (result.data[key] === undefined ? [] : [[name, result.data[key]]]));
    return Object.fromEntries(given) as Partial<CacheSpec>;
  }
  for (const issue of result.error.issues) context.issues.push({ ...issue, input: value } as (typeof context.issues)[number]);
  return z.NEVER;
}).meta({ description: 'Caches behind L1: none, or what differs from those of the preset' });

export const cachesField: Field<CachesEntry> = {
  key: 'caches', schema,
  write: (caches) => (caches === null ? 'none' : Object.fromEntries(Object.entries(CACHE_FIELDS).flatMap(([name, { key, write }]) => {
    const value = caches[name as keyof CacheSpec];
    return value === undefined ? [] : [[key, write(value)]];
  }))),
};

/** What `entry` makes of the caches of the preset. */
export function withCaches(entry: CachesEntry | undefined, preset: CacheSpec | null): CacheSpec | null {
  if (entry === undefined) return preset;
  return entry && { ...(preset ?? CACHES), ...entry };
}

export function isCaches(zodSchema: unknown): boolean { return zodSchema === schema; }

export function cachesJsonSchema(): object {
  const mapping = { ...z.toJSONSchema(cachesObject, { io: 'input', unrepresentable: 'any' }) };
  delete mapping.$schema;
  return { anyOf: [{ const: 'none' }, mapping] };
}

export function cacheKeys(): string[] { return Object.keys(cachesObject.shape); }
