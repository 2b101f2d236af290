// Plain data as bytes, from a description that is written once: each codec writes and reads its own values. `struct` and
// `variant` demand an entry for every field and kind of their type, so a field that the protocol gains does not compile
// until somebody has said what it means to an exploration.

import type { Mirror } from './mirrors.js';

/** Names that are only compared with others of their group become ranks: those of ages by `renamed`, the others in `finish`. */
export const AGES = 0;
export const EPOCHS = 1;
export const VERSIONS = 2;

const LIMIT = 31;

export class Tape {
  bytes: Uint8Array;
  at = 0;
  /** A serial number belongs to this node. */
  asker = 0;
  /** Writes who would stand there if nodes and vCPUs changed places. */
  mirror: Mirror | undefined;
  private readonly buffer = new Uint8Array(1 << 12);
  private readonly groups = new Int32Array(3);
  private places: number[] = [];
  private agePlaces: number[] = [];

  constructor() {
    this.bytes = this.buffer;
  }

  /** Starts to write. */
  begin(): void {
    this.bytes = this.buffer;
    this.at = 0;
    this.places = [];
    this.agePlaces = [];
    // Names 0 stay, and 1 of ownerships and versions.
    this.groups.set([1, 3, 3]);
  }

  /** Starts to read. */
  rewind(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.at = 0;
  }

  put(byte: number): void {
    this.bytes[this.at++] = byte;
  }

  take(): number {
    return this.bytes[this.at++]!;
  }

  putName(group: number, value: number): void {
    if (value > LIMIT) throw new RangeError(`an exploration tells at most ${LIMIT} ages, ownerships or versions of a page apart, not ${value}`);
    this.groups[group]! |= 1 << value;
    if (group !== AGES) this.places.push(this.at, group);
    else if (value > 0) this.agePlaces.push(this.at);
    this.put(value);
  }

  /** What was written, and where ages are in it. */
  finish(): { readonly bytes: Uint8Array; readonly agePlaces: readonly number[] } {
    const { agePlaces, at, buffer, groups, places } = this;
    if (at > buffer.length) throw new RangeError(`a part of a world has more than ${buffer.length} bytes`);
    for (let i = 0; i < places.length; i += 2) buffer[places[i]!] = rank(groups[places[i + 1]!]!, buffer[places[i]!]!);
    return { bytes: buffer.slice(0, at), agePlaces };
  }
}

/** How many of the names are below this one. */
export function rank(names: number, name: number): number {
  let n = names & ((1 << name) - 1);
  n -= (n >>> 1) & 0x55555555;
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

export interface Codec<T> {
  write(to: Tape, value: T): void;
  read(from: Tape): T;
  /** What a field holds that is not written, because it holds nothing. */
  none?(): T;
}

export type Fields<T extends object> = { readonly [K in keyof T]-?: Codec<T[K]> };

/** Bears on nothing that happens: it is not written, and reads as this. */
export function constant<T>(value: T): Codec<T> {
  return { write: () => {}, read: () => value };
}

/** From -1 to 254. */
export const small: Codec<number> = { write: (to, value) => to.put(value + 1), read: (from) => from.take() - 1 };

/** -1 if none. */
export const nodeNumber: Codec<number> = {
  write: (to, node) => to.put(1 + (node < 0 ? node : to.mirror?.nodes[node] ?? node)),
  read: (from) => from.take() - 1,
};
export const vcpuNumber: Codec<number> = {
  write: (to, vcpu) => to.put(1 + (vcpu < 0 ? vcpu : to.mirror?.vcpus[vcpu] ?? vcpu)),
  read: (from) => from.take() - 1,
};

export const flag: Codec<boolean> = { write: (to, value) => to.put(value ? 1 : 0), read: (from) => from.take() === 1 };

/** One of a few words. */
export function word<T extends string>(...words: readonly T[]): Codec<T> {
  return {
    write(to, value) {
      const index = words.indexOf(value);
      if (index < 0) throw new RangeError(`an exploration knows no "${value}", only ${words.join(', ')}`);
      to.put(index);
    },
    read: (from) => words[from.take()]!,
  };
}

export function option<T>(codec: Codec<T>): Codec<T | null> {
  return {
    write(to, value) {
      to.put(value === null ? 0 : 1);
      if (value !== null) codec.write(to, value);
    },
    read: (from) => (from.take() === 0 ? null : codec.read(from)),
    none: () => null,
  };
}

/** A field of `sparse` that is present if it is not null. */
export function present<T>(codec: Codec<T>): Codec<T | null> {
  return { write: (to, value) => codec.write(to, value!), read: (from) => codec.read(from), none: () => null };
}

export function list<T>(codec: Codec<T>): Codec<T[]> {
  return {
    write(to, values) {
      to.put(values.length);
      for (let i = 0; i < values.length; i++) codec.write(to, values[i]!);
    },
    read(from) {
      const values: T[] = [];
      for (let left = from.take(); left > 0; left--) values.push(codec.read(from));
      return values;
    },
    none: () => [],
  };
}

/** Nodes in ascending order, as one byte. */
export const nodeSet: Codec<number[]> = {
  write(to, nodes) {
    let bits = 0;
    for (const node of nodes) bits |= 1 << (to.mirror?.nodes[node] ?? node);
    to.put(bits);
  },
  read(from) {
    const nodes: number[] = [];
    for (let bits = from.take(), node = 0; bits > 0; bits >>>= 1, node++) if (bits & 1) nodes.push(node);
    return nodes;
  },
  none: () => [],
};

/** Fields in the order given: a field may set on the tape what later ones go by. */
export function struct<T extends object>(fields: Fields<T>): Codec<T> {
  return sparse<T, keyof T>(fields, {} as Fields<Omit<T, keyof T>>);
}

/** After the fields that are always written, those that seldom differ from null or an empty list; at most 16 of them. */
export function sparse<T extends object, Always extends keyof T>(
  always: Fields<Pick<T, Always>>, seldom: Fields<Omit<T, Always>>,
): Codec<T> {
  const keys = Object.keys(always) as (keyof T)[];
  const codecs = keys.map((key) => (always as Fields<T>)[key] as Codec<unknown>);
  const seldomKeys = Object.keys(seldom) as (keyof T)[];
  const seldomCodecs = seldomKeys.map((key) => (seldom as Fields<T>)[key] as Codec<unknown>);
  const seldomCount = seldomKeys.length;
  const blank = Object.fromEntries([...keys, ...seldomKeys].map((key) => [key, null])) as T;
  return {
    write(to, value) {
      for (let i = 0; i < keys.length; i++) codecs[i]!.write(to, value[keys[i]!]);
      if (seldomCount === 0) return;
      let present = 0;
      for (let i = 0; i < seldomCount; i++) {
        const field = value[seldomKeys[i]!] as object | null;
        if (field !== null && (field as { length?: number }).length !== 0) present |= 1 << i;
      }
      to.put(present & 0xff);
      if (seldomCount > 8) to.put(present >> 8);
      for (let i = 0; present >> i > 0; i++) if ((present >> i) & 1) seldomCodecs[i]!.write(to, value[seldomKeys[i]!]);
    },
    read(from) {
      const value: T = { ...blank };
      for (let i = 0; i < keys.length; i++) value[keys[i]!] = codecs[i]!.read(from) as T[keyof T];
      if (seldomCount === 0) return value;
      const present = from.take() | (seldomCount > 8 ? from.take() << 8 : 0);
      for (let i = 0; i < seldomCount; i++) {
        value[seldomKeys[i]!] = ((present >> i) & 1 ? seldomCodecs[i]!.read(from) : seldomCodecs[i]!.none!()) as T[keyof T];
      }
      return value;
    },
  };
}

/** The member of the union, where one may stand for several kinds. */
export type OfKind<T extends { readonly kind: string }, K extends string> =
  T extends { readonly kind: infer U } ? (K extends U ? Omit<T, 'kind'> & { readonly kind: K } : never) : never;

/** A union told apart by `kind`. */
export function variant<T extends { readonly kind: string }>(
  kinds: { readonly [K in T['kind']]: Codec<OfKind<T, K>> },
): Codec<T> {
  const names = Object.keys(kinds) as T['kind'][];
  const codecs = names.map((name) => kinds[name] as unknown as Codec<T>);
  const indexes = new Map(names.map((name, i) => [name as string, i]));
  return {
    write(to, value) {
      const index = indexes.get(value.kind)!;
      to.put(index);
      codecs[index]!.write(to, value);
    },
    read: (from) => codecs[from.take()]!.read(from),
  };
}
