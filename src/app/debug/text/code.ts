// Code, source and memory as text.
import { hex, signed } from '../../../base/bits.js';
import { left, tableLines } from '../../../study/report/table.js';
import type { Paint } from '../../../study/report/paint.js';
import type { CodeRow } from '../core/code.js';
import type { GuestBytes, Holder } from '../core/guest-memory.js';
import type { Places, SourceLine } from '../core/places.js';
import { hexOf, labelledText } from './words.js';

const MARK = '=>';

/** Instructions, labels on lines of their own, the source line at the right. */
export function codeLines(rows: readonly CodeRow[], pc: number, places: Places, paint: Paint): string[] {
  const lines = tableLines([left(''), left(''), left(''), left('')], rows.map(({ place, text }) => [
    place.address === pc ? MARK : '', hexOf(place.address), text, paint.dim(place.source ?? ''),
  ]), { indent: '' }).slice(1);
  return rows.flatMap(({ place }, i) => [
    ...places.labels.filter((label) => places.image.symbols.get(label) === place.address).map((label) => `${label}:`), lines[i]!,
  ]);
}

export function sourceLines(lines: readonly SourceLine[], here: number, paint: Paint): string[] {
  const digits = Math.max(...lines.map(({ line }) => String(line).length), 1);
  return lines.map(({ line, text }) => {
    const shown = `${line === here ? MARK : '  '} ${String(line).padStart(digits)}  ${text}`.trimEnd();
    return line === here ? paint.title(shown) : shown;
  });
}

export function holderText({ node, moving, bytes }: Holder): string {
  if (node < 0) return 'dormant';
  return `${moving ? 'on its way to ' : ''}node ${node}${bytes === null ? ', zeros without a frame' : ''}`;
}

export interface MemoryFormat {
  /** Letters as gdb's `x` has them. */
  readonly format: 'x' | 'd' | 'u' | 'c' | 'a';
  readonly bytes: number;
}

const BYTES_A_ROW = 16;

/** Units in rows of 16 bytes; every row says who holds it. */
export function memoryLines(pieces: readonly GuestBytes[], { bytes, format }: MemoryFormat, places: Places): string[] {
  const all = pieces.flatMap((piece) => [...piece.bytes].map((byte) => ({ byte, holder: piece.holder })));
  const start = pieces[0]!.address;
  const rows: string[][] = [];
  const perRow = Math.max(1, Math.floor(BYTES_A_ROW / bytes));
  for (let i = 0; i < all.length; i += perRow * bytes) {
    const units: string[] = [];
    for (let u = i; u < Math.min(all.length, i + perRow * bytes); u += bytes) {
      units.push(unitText(all.slice(u, u + bytes).map(({ byte }) => byte), format, places));
    }
    rows.push([`${labelledText(start + i, places.symbol(start + i))}:`, units.join('  '), holderText(all[i]!.holder)]);
  }
  return tableLines([left(''), left(''), left('')], rows, { indent: '' }).slice(1);
}

function unitText(bytes: readonly number[], format: MemoryFormat['format'], places: Places): string {
  const value = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  switch (format) {
    case 'd': return String(signed(8 * bytes.length, value));
    case 'u': return String(value);
    case 'c': return `${value} ${JSON.stringify(String.fromCharCode(Number(value & 0xffn)))}`;
    case 'a': {
      return value < 2n ** 52n ? labelledText(Number(value), places.symbol(Number(value))) : hexOf(value);
    }
    default: return `0x${hex(value, 8 * bytes.length)}`;
  }
}
