// Plain data as bytes, from a description that is written once: each codec writes and reads its own values. `struct` and
// `variant` demand an entry for every field and kind of their type, so a field that the protocol gains does not compile
// until somebody has said what it means to an exploration.

/** Names that are only compared become small numbers in `finish`: these are their groups. */
export const AGES = 0;
export const epochsOf = (page: number): number => 1 + 2 * page;
export const versionsOf = (page: number): number => 2 + 2 * page;
export const groupsOf = (pages: number): number => 1 + 2 * pages;

const LIMIT = 31;

/** What some value looks like as bytes. */
export interface Segment {
  readonly bytes: Uint8Array;
  /** Offsets of names, each followed by its group. */
  readonly names: readonly number[];
  /** Whose serial numbers stand in it, as bits (`serialBit`). */
  readonly serials: number;
}

export class Tape {
  bytes: Uint8Array;
  at = 0;
  /** Whose page record, or message about which page, is being written or read; a serial number belongs to `asker`. */
  page = 0;
  asker = 0;
  /** What `Segment` tells of, since it was last cleared. */
  names: number[] = [];
  serials = 0;
  private readonly buffer = new Uint8Array(1 << 14);
  private readonly groups: Int32Array;
  private readonly places = new Int32Array(1 << 10);
  private placeCount = 0;

  constructor(groups: number) {
    this.bytes = this.buffer;
    this.groups = new Int32Array(groups);
  }

  /** Starts to write. */
  begin(): void {
    this.bytes = this.buffer;
    this.at = 0;
    this.placeCount = 0;
    this.groups.fill(3);
    this.groups[AGES] = 1;
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

  /** Writes a name of the group; `finish` replaces it by its rank among the group's names on this tape. */
  putName(group: number, value: number): void {
    if (value > LIMIT) throw new RangeError(`an exploration tells at most ${LIMIT} ages, ownerships or versions of a page apart, not ${value}`);
    this.placeName(group, this.at, value);
    this.put(value);
  }

  takeName(group: number): number {
    this.names.push(this.at, group);
    return this.take();
  }

  /** Writes what was once written, or read, for the same value. */
  copy({ bytes, names }: Segment): void {
    const { at } = this;
    for (let i = 0; i < bytes.length; i++) this.bytes[at + i] = bytes[i]!;
    this.at += bytes.length;
    for (let i = 0; i < names.length; i += 2) this.placeName(names[i + 1]!, at + names[i]!, bytes[names[i]!]!);
  }

  /** Replaces names by ranks. Names 0 stay, and 1 of ownerships and versions; returns how many bytes there are. */
  finish(): number {
    for (let i = 0; i < this.placeCount; i++) {
      const place = this.places[i]!;
      const at = place >>> 8;
      this.bytes[at] = bitCount(this.groups[place & 0xff]! & ((1 << this.bytes[at]!) - 1));
    }
    return this.at;
  }

  private placeName(group: number, at: number, value: number): void {
    this.groups[group]! |= 1 << value;
    this.places[this.placeCount++] = (at << 8) | group;
  }
}

function bitCount(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x55555555);
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
    for (const node of nodes) bits |= 1 << node;
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
