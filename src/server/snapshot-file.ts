// A snapshot as a file that stands alone: program, description of the ISA, scenario, state.
//
//   magic      8 bytes, after PNG's: they show a file that was sent as text
//   format     u32
//   sections   each { kind: 4 letters, packing: u32, stored bytes: u32, unpacked bytes: u32, CRC-32C of these 16 bytes and
//              of the stored ones: u32 }, then the stored bytes
//
// Sections, in this order: `head` (JSON: what a person may want to know), `body` (plain data: the image, the state, the
// lengths of the arena's chunks), `slot` as many as needed (the chunks), `last` (how many there were). Little-endian.
// Checksums are for damage, not for forgery.
import { crc32c } from '../base/crc32c.js';
import { fail } from '../base/diagnostics.js';
import { BadBytes, fromBytes, plainView, toBytes } from '../base/plain-bytes.js';
import type { Image } from '../guest/asm/image.js';
import type { Isa } from '../guest/lang/model.js';
import type { ArenaCopy } from '../guest/machine/arena.js';
import { checkState } from './snapshot-check.js';
import type { ServerState, Snapshot } from './snapshot.js';
import type { Scenario } from './spec.js';

/** Raised whenever a restored run would go on otherwise than it did for who wrote the file. */
export const SNAPSHOT_FORMAT = 1;

const MAGIC = Uint8Array.of(0x89, 0x48, 0x4b, 0x53, 0x0d, 0x0a, 0x1a, 0x0a);
const PREFIX_BYTES = MAGIC.length + 4;
const SECTION_BYTES = 20;
/** Chunks of the arena share a section up to this size. */
const SLOT_SECTION_BYTES = 2 ** 22;
const STORED = 0;
const DEFLATED = 1;
/** No stream of deflate is larger than this many times its length (zlib's technical details). */
const MOST_DEFLATED = 1032;

export interface SnapshotHeader {
  /** Name and version of what wrote it. */
  readonly writer: string;
  /** As reports name the program. */
  readonly program: string;
  readonly isa: { readonly name: string; readonly path: string; readonly text: string };
  /** A policy that is not in the catalogue: where it lay, and the checksum of its text. */
  readonly policyFile: { readonly path: string; readonly checksum: number } | null;
  readonly scenario: Scenario;
  /** Where in the run it was taken. */
  readonly position: number;
  readonly instructions: number;
  readonly nextNs: number;
}

/** Compression, which the host has: raw deflate. */
export interface Deflate {
  pack(bytes: Uint8Array): Uint8Array;
  /** Throws whatever it likes where there is no such stream. */
  unpack(bytes: Uint8Array, unpackedBytes: number): Uint8Array;
}

export interface SnapshotFile {
  readonly header: SnapshotHeader;
  /** The snapshot, for the ISA that the header describes; its policy is in the catalogue. An InputError if they do not fit. */
  open(isa: Isa): Snapshot;
}

interface Body {
  readonly image: Image;
  readonly state: ServerState;
  readonly arena: Omit<ArenaCopy, 'chunks'>;
  /** Bytes of each chunk; -1 for none. */
  readonly chunkBytes: Int32Array;
}

/** The parts of the file, one after another, each made as it is asked for. */
export function* encodeSnapshot(
  { isa, image, scenario, state, arena }: Snapshot, about: Pick<SnapshotHeader, 'writer' | 'program' | 'policyFile'>, deflate?: Deflate,
): Generator<Uint8Array> {
  const header: SnapshotHeader = {
    ...about,
    // Every place in a description refers to its whole text.
    isa: { name: isa.name, path: isa.path, text: isa.instructions[0]!.at.file.text },
    scenario, position: state.run.position, instructions: state.slices.instructions, nextNs: (state.queue.entries[0]?.timePs ?? 0) / 1000,
  };
  const { chunks, ...placed } = arena;
  const body: Body = { image, state, arena: placed, chunkBytes: Int32Array.from(chunks, (chunk) => chunk?.length ?? -1) };
  const prefix = new Uint8Array(PREFIX_BYTES);
  prefix.set(MAGIC);
  new DataView(prefix.buffer).setUint32(MAGIC.length, SNAPSHOT_FORMAT, true);
  yield prefix;
  yield* section('head', new TextEncoder().encode(JSON.stringify(header)), undefined);
  yield* section('body', toBytes(body), deflate);
  const groups = inGroups(chunks);
  for (const group of groups) yield* section('slot', joined(group), deflate);
  yield* section('last', toBytes(2 + groups.length), undefined);
}

/** Reads a file and checks it whole. An InputError, naming `path`, for anything but a snapshot of this format, undamaged. */
export function decodeSnapshot(bytes: Uint8Array, path: string, deflate?: Deflate): SnapshotFile {
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) fail(`${path} is not a snapshot`);
  const cutShort = (): never => fail(`the snapshot ${path} is cut short`);
  if (bytes.length < PREFIX_BYTES) return cutShort();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = view.getUint32(MAGIC.length, true);
  if (format !== SNAPSHOT_FORMAT) {
    fail(`the snapshot ${path} has format ${format}; this version reads format ${SNAPSHOT_FORMAT}`, undefined,
      `a ${format > SNAPSHOT_FORMAT ? 'later' : 'former'} version wrote it`);
  }
  const sections: { readonly kind: string; readonly read: () => Uint8Array }[] = [];
  for (let at = PREFIX_BYTES; at < bytes.length;) {
    if (at + SECTION_BYTES > bytes.length) return cutShort();
    const damaged = (): never => fail(`the snapshot ${path} is damaged at byte ${at}`);
    const [packing, storedBytes, unpackedBytes, checksum] = [4, 8, 12, 16].map((offset) => view.getUint32(at + offset, true)) as [number, number, number, number];
    const from = at + SECTION_BYTES;
    if (from + storedBytes > bytes.length) return cutShort();
    const stored = bytes.subarray(from, from + storedBytes);
    if (crc32c(stored, crc32c(bytes.subarray(at, at + 16))) !== checksum) return damaged();
    if (packing > DEFLATED || unpackedBytes > (packing === STORED ? storedBytes : MOST_DEFLATED * storedBytes)) return damaged();
    if (packing === DEFLATED && !deflate) fail(`the snapshot ${path} is compressed, which cannot be read here`);
    const read = (): Uint8Array => {
      const unpacked = packing === STORED ? stored : tried(() => deflate!.unpack(stored, unpackedBytes));
      return unpacked?.length === unpackedBytes ? plainView(unpacked) : damaged();
    };
    sections.push({ kind: String.fromCharCode(...bytes.subarray(at, at + 4)), read });
    at = from + storedBytes;
  }
  const wrong = (): never => fail(`the snapshot ${path} holds no run`);
  const last = sections.pop();
  const [head, body, ...slots] = sections;
  if (last?.kind !== 'last') return cutShort();
  if (head?.kind !== 'head' || body?.kind !== 'body' || slots.some(({ kind }) => kind !== 'slot')) return wrong();
  try {
    if (fromBytes(last.read()) !== sections.length) return cutShort();
    const header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(head.read())) as SnapshotHeader;
    const { image, state, arena, chunkBytes } = fromBytes(body.read()) as Body;
    const chunks = chunksOf(slots.map(({ read }) => read), chunkBytes);
    return {
      header,
      open: (isa) => checkState({ isa, image, scenario: header.scenario, state, arena: { ...arena, chunks } }, path),
    };
  } catch (error) {
    if (error instanceof BadBytes || error instanceof SyntaxError || error instanceof TypeError) return wrong();
    throw error;
  }
}

function* section(kind: string, bytes: Uint8Array, deflate: Deflate | undefined): Generator<Uint8Array> {
  const packed = deflate?.pack(bytes);
  const smaller = packed !== undefined && packed.length < bytes.length;
  const stored = smaller ? packed : bytes;
  const head = Uint8Array.from({ length: SECTION_BYTES }, (_, i) => (i < 4 ? kind.charCodeAt(i) : 0));
  const view = new DataView(head.buffer);
  [smaller ? DEFLATED : STORED, stored.length, bytes.length].forEach((word, i) => { view.setUint32(4 + 4 * i, word, true); });
  view.setUint32(16, crc32c(stored, crc32c(head.subarray(0, 16))), true);
  yield head;
  yield stored;
}

function tried<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** Chunks that share a section. */
function inGroups(chunks: readonly (Uint8Array | null)[]): Uint8Array[][] {
  const groups: Uint8Array[][] = [];
  let room = 0;
  for (const chunk of chunks) {
    if (!chunk) continue;
    if (chunk.length > room) {
      groups.push([]);
      room = Math.max(SLOT_SECTION_BYTES, chunk.length);
    }
    groups.at(-1)!.push(chunk);
    room -= chunk.length;
  }
  return groups;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function chunksOf(sections: readonly (() => Uint8Array)[], chunkBytes: Int32Array): (Uint8Array | null)[] {
  const left = [...sections];
  let section: Uint8Array = new Uint8Array(0);
  let at = 0;
  const chunks = Array.from(chunkBytes, (length) => {
    if (length < 0) return null;
    if (at === section.length) {
      section = left.shift()?.() ?? section;
      at = 0;
    }
    // Of its own: a view would keep the whole section.
    const chunk = section.slice(at, at + length);
    if (chunk.length !== length) throw new BadBytes('chunks beyond the end');
    at += length;
    return chunk;
  });
  if (left.length > 0 || at !== section.length) throw new BadBytes('more chunks than the arena has');
  return chunks;
}
