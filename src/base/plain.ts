// Plain data: what simulated state is made of, so that it can be copied, compared and written down. Null, undefined,
// booleans, numbers, bigints, strings, arrays, records, Maps and Sets with simple keys, typed arrays; no functions, no
// instances of classes, no circles. An object that two places share becomes two.

/** Deep enough for any state; deeper is a circle. */
export const MAX_DEPTH = 200;

/** Arrays of numbers, in the order of their numbers in files. */
export const TYPED_ARRAYS = [
  Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array, Float64Array, BigUint64Array, BigInt64Array,
] as const;
export type TypedArray = InstanceType<(typeof TYPED_ARRAYS)[number]>;

/** Something that is no plain data where plain data must stand. */
export class NotPlain extends Error {}

/**
 * A copy that shares nothing with `value`. What equals the part of `like` in the same place is that part itself: so of
 * many copies of a state that changes little, each costs the memory of what changed. Nobody may change a copy then.
 */
export function copyPlain<T>(value: T, like?: T): T {
  return copy(value, like, 0) as T;
}

/** Gives `record` the fields of `other`, and no others: whoever holds it sees them. */
export function become<T extends object>(record: T, other: T): T {
  for (const key of Object.keys(record) as (keyof T)[]) if (!(key in other)) delete record[key];
  return Object.assign(record, other);
}

/** Not a class that extends one, such as Node's Buffer, whose `slice` copies nothing. */
export function isTypedArray(value: object): value is TypedArray {
  return (TYPED_ARRAYS as readonly unknown[]).includes(value.constructor);
}

function copy(value: unknown, like: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) {
    if (typeof value === 'function' || typeof value === 'symbol') throw new NotPlain(`a ${typeof value} is no plain data`);
    return value;
  }
  if (depth > MAX_DEPTH) throw new NotPlain('what refers to itself is no plain data');
  if (Array.isArray(value)) return copyArray(value, Array.isArray(like) ? like : [], depth + 1);
  if (isRecord(value)) return copyRecord(value, isObject(like) && isRecord(like) ? like : {}, depth + 1);
  if (value instanceof Map) return copyMap(value, like instanceof Map ? like : new Map(), depth + 1);
  if (value instanceof Set) return copySet(value, like);
  if (isTypedArray(value)) return sameElements(value, like) ? like : value.slice();
  throw new NotPlain(`a ${value.constructor.name} is no plain data`);
}

// Below, a copy is made only from the first part on that differs: most of a large state is what it was.

function copyArray(value: readonly unknown[], like: readonly unknown[], depth: number): unknown {
  let copied = value.length === like.length ? undefined : new Array<unknown>();
  for (let i = 0; i < value.length; i++) {
    const part = within(i, value[i], like[i], depth);
    if (!copied && !Object.is(part, like[i])) copied = like.slice(0, i);
    copied?.push(part);
  }
  return copied ?? like;
}

function copyRecord(value: Readonly<Record<string, unknown>>, like: Readonly<Record<string, unknown>>, depth: number): unknown {
  const likeKeys = Object.keys(like);
  let copied: Record<string, unknown> | undefined;
  let i = 0;
  // A record inherits nothing that could be enumerated; this is the loop that engines make fast.
  for (const key in value) {
    if (key === '__proto__') throw new NotPlain('"__proto__" is no key of plain data');
    const before = like[key];
    const part = within(key, value[key], before, depth);
    if (!copied && (likeKeys[i] !== key || !Object.is(part, before))) {
      copied = {};
      for (let k = 0; k < i; k++) copied[likeKeys[k]!] = like[likeKeys[k]!];
    }
    if (copied) copied[key] = part;
    i++;
  }
  if (!copied && i === likeKeys.length) return like;
  return copied ?? Object.fromEntries(likeKeys.slice(0, i).map((key) => [key, like[key]]));
}

/** The order of the keys is a part of a Map. */
function copyMap(value: ReadonlyMap<unknown, unknown>, like: ReadonlyMap<unknown, unknown>, depth: number): unknown {
  const likeKeys = like.keys();
  let same = value.size === like.size;
  const entries: [unknown, unknown][] = [];
  for (const [key, each] of value) {
    checkKey(key);
    const before = like.get(key);
    const part = within(key, each, before, depth);
    same &&= Object.is(likeKeys.next().value, key) && Object.is(part, before);
    entries.push([key, part]);
  }
  return same ? like : new Map(entries);
}

function copySet(value: ReadonlySet<unknown>, like: unknown): unknown {
  for (const key of value) checkKey(key);
  if (!(like instanceof Set) || like.size !== value.size) return new Set(value);
  const likeKeys = like.keys();
  for (const key of value) if (!Object.is(likeKeys.next().value, key)) return new Set(value);
  return like;
}

/** Copies one part; an error says where it lies. */
function within(key: unknown, value: unknown, like: unknown, depth: number): unknown {
  if (typeof value === 'number' || typeof value === 'string') return value;
  try {
    return copy(value, like, depth);
  } catch (error) {
    if (error instanceof NotPlain) error.message = `${String(key)}: ${error.message}`;
    throw error;
  }
}

function checkKey(key: unknown): void {
  if (isObject(key) || typeof key === 'function' || typeof key === 'symbol') {
    throw new NotPlain(`a key of a Map or a Set is simple, and no ${typeof key}`);
  }
}

function sameElements(value: TypedArray, like: unknown): boolean {
  if (!isObject(like) || !isTypedArray(like) || like.constructor !== value.constructor || like.length !== value.length) return false;
  for (let i = 0; i < value.length; i++) if (!Object.is(value[i], like[i])) return false;
  return true;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Made by `{}`, of whatever realm, or without a prototype. */
export function isRecord(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
