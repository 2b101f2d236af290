// Code as it lies in guest memory now, disassembled, with the source line that each instruction came from.
import { decodeAt } from '../../../guest/asm/disassemble.js';
import { formatBytes, formatInstruction } from '../../../guest/asm/format.js';
import { unitBits } from '../../../guest/lang/decoder.js';
import type { Server } from '../../../server/server.js';
import { readGuest } from './guest-memory.js';
import type { Place, Places } from './places.js';

export interface CodeRow {
  readonly place: Place;
  /** `.byte` for what is no instruction. */
  readonly text: string;
  readonly bytes: number;
}

/** Longest instruction word that is looked for. */
const WORD_BYTES = 16;

export function codeRow(server: Server, address: number, places: Places): CodeRow {
  const { isa } = server;
  const room = Math.max(1, Math.min(WORD_BYTES, isa.memory.high - address));
  const bytes = Uint8Array.from(readGuest(server, address, room).flatMap((piece) => [...piece.bytes]));
  const found = decodeAt(isa, bytes, 0);
  if (!found) {
    const unit = bytes.subarray(0, unitBits(isa) / 8);
    return { place: places.at(address), text: formatBytes(unit), bytes: unit.length };
  }
  const text = formatInstruction(isa, found.instruction, found.word, address, places.image.symbols, { preferAliases: true });
  return { place: places.at(address), text, bytes: found.instruction.bits / 8 };
}

/** `count` rows from the address on, as far as memory goes. */
export function codeRows(server: Server, address: number, count: number, places: Places): CodeRow[] {
  const rows: CodeRow[] = [];
  for (let at = address; rows.length < count && at < server.isa.memory.high;) {
    const row = codeRow(server, at, places);
    rows.push(row);
    at += row.bytes;
  }
  return rows;
}

/** Where the `count`-th line of code before the address begins; lines of code lie one behind the other. */
export function linesBefore(address: number, count: number, places: Places): number {
  const { lines } = places.image;
  const at = lines.findIndex((entry) => entry.address <= address && address < entry.address + entry.bytes);
  let first = Math.max(0, at);
  const follows = (i: number): boolean => lines[i - 1]!.address + lines[i - 1]!.bytes === lines[i]!.address;
  while (first > 0 && at - first < count && follows(first)) first--;
  return at < 0 ? address : lines[first]!.address;
}
