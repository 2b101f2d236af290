// Plain data as bytes and back, for files. A value is a tag and what the tag says. Whole numbers are varints (seven bits a
// byte, the lowest first); strings and the keys of records are written once and referred to by number. Little-endian.
// Reading checks every count against the bytes that are left before it takes room for what they stand for.
import { isRecord, isTypedArray, MAX_DEPTH, NotPlain, TYPED_ARRAYS, type TypedArray } from './plain.js';

const TAG = {
  undefined: 0, null: 1, false: 2, true: 3,
  /** A varint; the value is it, or -1 minus it. */
  natural: 4, negative: 5,
  float: 6,
  /** A count of bytes and the magnitude. */
  bigNatural: 7, bigNegative: 8,
  /** A count of UTF-16 units and the units; the number of a string. */
  string: 9, sameString: 10,
  array: 11,
  /** A count and the keys, then the values; the number of a list of keys, then the values. */
  record: 12, sameRecord: 13,
  map: 14, set: 15,
  /** The kind of elements, a count, the elements. */
  elements: 16,
} as const;

/** A string of a few units is worth a number; a longer one is likely to stand alone. */
const LONGEST_SHARED_STRING = 64;

/** What was read is not the bytes of plain data. */
export class BadBytes extends Error {}

export function toBytes(value: unknown): Uint8Array {
  const writer = new Writer();
  writer.value(value, 0);
  return writer.done();
}

/** Throws BadBytes for anything that `toBytes` does not give. */
export function fromBytes(bytes: Uint8Array): unknown {
  const reader = new Reader(bytes);
  const value = reader.value(0);
  if (!reader.atEnd) throw new BadBytes('more bytes than the value has');
  return value;
}

class Writer {
  private bytes = new Uint8Array(4096);
  private view = new DataView(this.bytes.buffer);
  private length = 0;
  private readonly strings = new Map<string, number>();
  private readonly keys = new Map<string, number>();

  done(): Uint8Array { return this.bytes.slice(0, this.length); }

  value(value: unknown, depth: number): void {
    if (depth > MAX_DEPTH) throw new NotPlain('what refers to itself is no plain data');
    switch (typeof value) {
      case 'undefined': this.byte(TAG.undefined); break;
      case 'boolean': this.byte(value ? TAG.true : TAG.false); break;
      case 'number': this.number(value); break;
      case 'bigint': this.big(value); break;
      case 'string': this.string(value); break;
      case 'object': if (value === null) this.byte(TAG.null); else this.object(value, depth + 1); break;
      default: throw new NotPlain(`a ${typeof value} is no plain data`);
    }
  }

  private object(value: object, depth: number): void {
    if (Array.isArray(value)) {
      this.count(TAG.array, value.length);
      for (const each of value) this.value(each, depth);
    } else if (value instanceof Map) {
      this.count(TAG.map, value.size);
      for (const [key, each] of value) {
        this.value(key, depth);
        this.value(each, depth);
      }
    } else if (value instanceof Set) {
      this.count(TAG.set, value.size);
      for (const each of value) this.value(each, depth);
    } else if (isTypedArray(value)) {
      this.byte(TAG.elements);
      this.count(TYPED_ARRAYS.findIndex((Elements) => value.constructor === Elements), value.length);
      this.raw(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    } else if (isRecord(value)) {
      this.record(value, depth);
    } else {
      throw new NotPlain(`a ${value.constructor.name} is no plain data`);
    }
  }

  private record(value: Readonly<Record<string, unknown>>, depth: number): void {
    const keys = Object.keys(value);
    const list = JSON.stringify(keys);
    const known = this.keys.get(list);
    if (known !== undefined) {
      this.count(TAG.sameRecord, known);
    } else {
      this.keys.set(list, this.keys.size);
      this.count(TAG.record, keys.length);
      for (const key of keys) this.string(key);
    }
    for (const key of keys) this.value(value[key], depth);
  }

  private number(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
      this.byte(TAG.float);
      this.room(8);
      this.view.setFloat64(this.length, value, true);
      this.length += 8;
    } else if (value >= 0) {
      this.count(TAG.natural, value);
    } else {
      this.count(TAG.negative, -1 - value);
    }
  }

  private big(value: bigint): void {
    const bytes: number[] = [];
    for (let rest = value < 0n ? -1n - value : value; rest > 0n; rest >>= 8n) bytes.push(Number(rest & 0xffn));
    this.count(value < 0n ? TAG.bigNegative : TAG.bigNatural, bytes.length);
    this.raw(bytes);
  }

  private string(value: string): void {
    const known = this.strings.get(value);
    if (known !== undefined) {
      this.count(TAG.sameString, known);
      return;
    }
    if (value.length <= LONGEST_SHARED_STRING) this.strings.set(value, this.strings.size);
    this.count(TAG.string, value.length);
    this.room(2 * value.length);
    for (let i = 0; i < value.length; i++, this.length += 2) this.view.setUint16(this.length, value.charCodeAt(i), true);
  }

  private count(tag: number, count: number): void {
    this.byte(tag);
    let rest = count;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.byte(0x80 + (rest % 0x80));
    this.byte(rest);
  }

  private byte(value: number): void {
    this.room(1);
    this.bytes[this.length++] = value;
  }

  private raw(bytes: ArrayLike<number>): void {
    this.room(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  private room(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.bytes.length, this.length + more));
    grown.set(this.bytes);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}

class Reader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 0;
  private readonly strings: string[] = [];
  private readonly keys: (readonly string[])[] = [];

  constructor(bytes: Uint8Array) {
    this.bytes = plainView(bytes);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean { return this.at === this.bytes.length; }

  value(depth: number): unknown {
    if (depth > MAX_DEPTH) throw new BadBytes('too deep');
    const tag = this.byte();
    switch (tag) {
      case TAG.undefined: return undefined;
      case TAG.null: return null;
      case TAG.false: return false;
      case TAG.true: return true;
      case TAG.natural: return this.natural();
      case TAG.negative: return -1 - this.natural();
      case TAG.float: return this.view.getFloat64(this.take(8), true);
      case TAG.bigNatural: return this.big();
      case TAG.bigNegative: return -1n - this.big();
      case TAG.string: case TAG.sameString: return this.string(tag);
      case TAG.array: {
        const list: unknown[] = [];
        for (let left = this.count(1); left > 0; left--) list.push(this.value(depth + 1));
        return list;
      }
      case TAG.record: case TAG.sameRecord: return this.record(tag, depth + 1);
      case TAG.map: {
        const map = new Map<unknown, unknown>();
        for (let left = this.count(2); left > 0; left--) map.set(this.key(depth + 1), this.value(depth + 1));
        return map;
      }
      case TAG.set: {
        const set = new Set<unknown>();
        for (let left = this.count(1); left > 0; left--) set.add(this.key(depth + 1));
        return set;
      }
      case TAG.elements: return this.elements();
      default: throw new BadBytes(`unknown tag ${tag}`);
    }
  }

  private record(tag: number, depth: number): unknown {
    let keys: readonly string[];
    if (tag === TAG.record) {
      const list: string[] = [];
      for (let left = this.count(1); left > 0; left--) list.push(this.string(this.byte()));
      if (list.includes('__proto__')) throw new BadBytes('a key that sets a prototype');
      this.keys.push(keys = list);
    } else {
      keys = this.keys[this.natural()] ?? bad('an unknown list of keys');
    }
    const record: Record<string, unknown> = {};
    for (const key of keys) record[key] = this.value(depth);
    return record;
  }

  private key(depth: number): unknown {
    const key = this.value(depth);
    return typeof key === 'object' && key !== null ? bad('a key that is not simple') : key;
  }

  private string(tag: number): string {
    if (tag === TAG.sameString) return this.strings[this.natural()] ?? bad('an unknown string');
    if (tag !== TAG.string) throw new BadBytes('a key that is no string');
    const units = this.count(2);
    const start = this.take(2 * units);
    const parts: string[] = [];
    for (let i = 0; i < units; i += 4096) {
      const part = Array.from({ length: Math.min(4096, units - i) }, (_, k) => this.view.getUint16(start + 2 * (i + k), true));
      parts.push(String.fromCharCode(...part));
    }
    const text = parts.join('');
    if (units <= LONGEST_SHARED_STRING) this.strings.push(text);
    return text;
  }

  private big(): bigint {
    const bytes = this.count(1);
    const start = this.take(bytes);
    let value = 0n;
    for (let i = start + bytes - 1; i >= start; i--) value = (value << 8n) | BigInt(this.bytes[i]!);
    return value;
  }

  private elements(): TypedArray {
    const Elements = TYPED_ARRAYS[this.byte()] ?? bad('unknown elements');
    const bytes = this.count(Elements.BYTES_PER_ELEMENT) * Elements.BYTES_PER_ELEMENT;
    const start = this.take(bytes);
    return new Elements(this.bytes.slice(start, start + bytes).buffer);
  }

  /** A count of things of at least so many bytes each. */
  private count(leastBytes: number): number {
    const count = this.natural();
    return count * leastBytes <= this.bytes.length - this.at ? count : bad('a count beyond the end');
  }

  private natural(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.byte();
      value += (byte % 0x80) * factor;
      if (!Number.isSafeInteger(value)) throw new BadBytes('a number too large');
      if (byte < 0x80) return value;
    }
  }

  private byte(): number {
    return this.bytes[this.take(1)]!;
  }

  private take(count: number): number {
    const start = this.at;
    if (start + count > this.bytes.length) throw new BadBytes('the end comes too early');
    this.at += count;
    return start;
  }
}

/** The same bytes as no more than a Uint8Array: the `slice` of Node's Buffer copies nothing. */
export function plainView(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function bad(what: string): never {
  throw new BadBytes(what);
}
