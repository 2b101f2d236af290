// What became of each source line: its address, its bytes, its text.
import { hex } from '../../base/bits.js';
import type { Segment } from './image.js';
import type { Program } from './program.js';

export interface ListingEntry {
  /** Of the first byte; undefined for lines that make no bytes. */
  readonly address: number | undefined;
  readonly bytes: Uint8Array;
  /** Zero bytes that the line reserves. */
  readonly zeroBytes: number;
  readonly path: string;
  readonly line: number;
  /** As assembled: in the lines of a macro, arguments stand for their names. */
  readonly text: string;
  /** Whether it comes from a macro. */
  readonly expanded: boolean;
}

export interface Listing {
  /** In the order of reading; lines of macro bodies follow the call. */
  readonly entries: readonly ListingEntry[];
}

const BYTES_A_LINE = 8;
/** Long data is shown by its beginning. */
const MAX_BYTES = 32;

export function makeListing(program: Program, segments: readonly Segment[]): Listing {
  const none = new Uint8Array(0);
  let segment: Segment | undefined;
  const bytesAt = (address: number, length: number): Uint8Array => {
    const offsetIn = (each: Segment): number => address - each.address;
    const holds = (each: Segment): boolean => offsetIn(each) >= 0 && offsetIn(each) + length <= each.bytes.length;
    if (!segment || !holds(segment)) segment = segments.find(holds);
    return segment ? segment.bytes.subarray(offsetIn(segment), offsetIn(segment) + length) : none;
  };
  const entries = program.rows.map(({ line, section, first, end }): ListingEntry => {
    let address: number | undefined;
    let length = 0;
    let zeroBytes = 0;
    for (let i = first; i < end; i++) {
      const item = section.items[i]!;
      if (item.k === 'label' || item.length === 0) continue;
      address ??= item.address;
      if (item.k === 'space' || item.k === 'align') zeroBytes += item.length;
      else length += item.length;
    }
    return {
      address, zeroBytes, bytes: address === undefined || length === 0 ? none : bytesAt(address, length),
      path: line.file.path, line: line.number, text: line.text, expanded: line.call !== undefined,
    };
  });
  return { entries };
}

/** Columns: address, bytes in memory order, line number (`+` marks lines of macros), source. */
export function formatListing(listing: Listing): string {
  const last = listing.entries.reduce((most, { address }) => Math.max(most, address ?? 0), 0);
  const digits = Math.max(4, last.toString(16).length);
  const width = digits + 2 + 3 * BYTES_A_LINE;
  const rows: string[] = [];
  let path: string | undefined;
  for (const entry of listing.entries) {
    if (entry.path !== path) rows.push(`; ${(path = entry.path)}`);
    const number = String(entry.line).padStart(5) + (entry.expanded ? '+' : ' ');
    const [first = '', ...more] = columns(entry, digits);
    rows.push(`${first.padEnd(width)}${number} ${entry.text}`.trimEnd(), ...more);
  }
  return `${rows.join('\n')}\n`;
}

function columns({ address, bytes, zeroBytes }: ListingEntry, digits: number): string[] {
  if (address === undefined) return [];
  const at = (offset: number): string => `${hex(address + offset, 4 * digits)}  `;
  if (bytes.length === 0) return [`${at(0)}${zeroBytes} zeros`];
  const rows: string[] = [];
  for (let offset = 0; offset < Math.min(bytes.length, MAX_BYTES); offset += BYTES_A_LINE) {
    const some = [...bytes.subarray(offset, Math.min(offset + BYTES_A_LINE, MAX_BYTES))];
    rows.push(at(offset) + some.map((byte) => hex(byte, 8)).join(' '));
  }
  if (bytes.length > MAX_BYTES) rows.push(`${at(MAX_BYTES)}... ${bytes.length - MAX_BYTES} more`);
  return rows;
}
