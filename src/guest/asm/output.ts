// Writes the bytes of laid-out sections into the segments of an image.
import { encodeForm, valuesIn, type Misfit } from './encode.js';
import { evaluateNow } from './expression.js';
import type { Form } from './forms.js';
import type { LineEntry, Segment } from './image.js';
import { failAt, failToken } from './lines.js';
import { tokensOf } from './match.js';
import type { Build, CodeItem, DataItem, TextItem } from './program.js';

/** A run of at least so many zero bytes ends a segment and is left to the loader, which keeps whole pages of it dormant. */
const DORMANT_BYTES = 4096;

const asUintN = BigInt.asUintN;

export interface Output {
  readonly segments: readonly Segment[];
  readonly lines: readonly LineEntry[];
}

export function writeSections(build: Build, round: number): Output {
  const segments: Segment[] = [];
  const lines: LineEntry[] = [];
  for (const section of build.program.inOrder()) {
    const writer = new SegmentWriter(section.name, segments);
    for (const item of section.items) {
      if (item.k === 'label' || item.length === 0) continue;
      if (item.k === 'space' || item.k === 'align') {
        writer.skip(item.address, item.length);
        continue;
      }
      const target = writer.reserve(item.address, item.length);
      build.faults.collect(() => write(item, target, build, round));
      lines.push({ address: item.address, bytes: item.length, path: item.line.file.path, line: item.line.number });
    }
    writer.close();
  }
  return { segments, lines };
}

/** Where the bytes of an item go: `buffer` from `offset`. */
interface Target {
  readonly buffer: Uint8Array;
  readonly offset: number;
}

type WrittenItem = CodeItem | DataItem | TextItem;

function write(item: WrittenItem, { buffer, offset }: Target, build: Build, round: number): void {
  if (item.k === 'text') buffer.set(item.bytes, offset);
  else if (item.k === 'code') writeLittleEndian(buffer, offset, item.length, encodeItem(item, build, round));
  else {
    for (const [i, value] of dataValues(item, build, round).entries()) {
      writeLittleEndian(buffer, offset + i * item.bytes, item.bytes, value);
    }
  }
}

/** The word of the first form, of those with the length that the layout settled on, that the values fit. */
function encodeItem(item: CodeItem, { language, symbols }: Build, round: number): bigint {
  let misfit: { readonly reason: Misfit; readonly form: Form } | undefined;
  for (let i = item.choice; i < item.candidates.length; i++) {
    const candidate = item.candidates[i]!;
    const { form } = candidate;
    if (form.instruction.bits !== item.length * 8) continue;
    const values = valuesIn(candidate, round) ?? candidate.values.map((value) => (
      typeof value === 'bigint' ? value : evaluateNow(value, round, symbols, form.mnemonic)));
    const word = encodeForm(form, values, item.address, language.isa.pcWidth);
    if (typeof word === 'bigint') return word;
    misfit = { reason: word, form };
  }
  const { reason: { message, operand }, form } = misfit!;
  const range = operand === undefined ? undefined : tokensOf(language, item.line, item.head, form, operand);
  if (!range) return failToken(item.line, item.head, message);
  const [first, last] = range;
  return failAt(item.line, first.column, last.column + last.text.length - first.column, message);
}

function dataValues({ values, bytes, line }: DataItem, { symbols, faults }: Build, round: number): bigint[] {
  const bits = 8n * BigInt(bytes);
  const min = -(1n << (bits - 1n));
  const max = (1n << bits) - 1n;
  const room = bytes === 1 ? 'a byte' : `${bytes} bytes`;
  return values.map(({ value, column, width }) => faults.collect(() => {
    const known = typeof value === 'bigint' ? value : evaluateNow(value, round, symbols, 'data');
    if (known >= min && known <= max) return known;
    return failAt(line, column, width, `${known} does not fit in ${room} (${min} to ${max})`);
  }) ?? 0n);
}

function writeLittleEndian(buffer: Uint8Array, offset: number, bytes: number, value: bigint): void {
  let rest = value;
  for (let done = 0; done < bytes; done += 4) {
    let low = Number(asUintN(32, rest));
    for (let i = done; i < Math.min(done + 4, bytes); i++) {
      buffer[offset + i] = low & 0xff;
      low >>>= 8;
    }
    rest >>= 32n;
  }
}

/** Grows the bytes of one section and cuts them into segments at long runs of zeros. */
class SegmentWriter {
  private readonly name: string;
  private readonly segments: Segment[];
  private buffer = new Uint8Array(256);
  private address = -1;
  private used = 0;
  private zeros = 0;

  constructor(name: string, segments: Segment[]) {
    this.name = name;
    this.segments = segments;
  }

  skip(address: number, bytes: number): void {
    if (this.address < 0) this.address = address;
    this.zeros += bytes;
  }

  /** Room for `bytes` bytes at `address`, which follows what was written or skipped before. */
  reserve(address: number, bytes: number): Target {
    if (this.zeros >= DORMANT_BYTES) this.close();
    if (this.address < 0) this.address = address;
    const offset = this.used + this.zeros;
    this.grow(offset + bytes);
    this.used = offset + bytes;
    this.zeros = 0;
    return { buffer: this.buffer, offset };
  }

  close(): void {
    if (this.address >= 0) {
      const bytes = this.buffer.slice(0, this.used);
      this.segments.push({ name: this.name, address: this.address, bytes, zeroBytes: this.zeros });
    }
    this.address = -1;
    this.used = 0;
    this.zeros = 0;
    this.buffer = new Uint8Array(256);
  }

  private grow(bytes: number): void {
    if (bytes <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(bytes, 2 * this.buffer.length));
    larger.set(this.buffer.subarray(0, this.used));
    this.buffer = larger;
  }
}
