// Bytes back to assembly text: what assembles to the same bytes at the same address.
import { makeDecoder, unitBits, wordBits, type Decoder } from '../lang/decoder.js';
import type { Instruction, Isa } from '../lang/model.js';
import { formatBytes, formatNamed, isSymbolName, type FormatOptions } from './format.js';

export interface DisassembledRow {
  readonly address: number;
  readonly bytes: Uint8Array;
  /** Names of this address; they stand before the instruction. */
  readonly labels: readonly string[];
  /** An instruction, or `.byte` for what is none. */
  readonly text: string;
}

const NO_SYMBOLS: ReadonlyMap<string, number> = new Map();

/** One label or instruction a line, instructions indented; branches name the labels that the text itself defines. */
export function disassemble(
  isa: Isa, bytes: Uint8Array, address: number,
  symbols: ReadonlyMap<string, number> = NO_SYMBOLS, options: FormatOptions = {},
): string {
  const lines: string[] = [];
  for (const { labels, text } of disassembleRows(isa, bytes, address, symbols, options)) {
    lines.push(...labels.map((label) => `${label}:`));
    if (text !== '') lines.push(`    ${text}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** The rows of `disassemble`; names of the address behind the last byte come as a row without bytes. */
export function disassembleRows(
  isa: Isa, bytes: Uint8Array, address: number,
  symbols: ReadonlyMap<string, number> = NO_SYMBOLS, options: FormatOptions = {},
): DisassembledRow[] {
  const words = [...split(isa, bytes)];
  const boundaries = [...words.map(({ offset }) => address + offset), address + bytes.length];
  const labels = new Map(boundaries.map((at) => [at, [] as string[]]));
  for (const [name, at] of symbols) if (isSymbolName(isa, name)) labels.get(at)?.push(name);
  const names = new Map([...labels].flatMap(([at, [name]]) => (name === undefined ? [] : [[at, name] as const])));
  const rows = words.map(({ offset, length, found }): DisassembledRow => {
    const at = address + offset;
    const own = bytes.subarray(offset, offset + length);
    const text = found && formatNamed(isa, found.instruction, found.word, at, names, options);
    return { address: at, bytes: own, labels: labels.get(at)!, text: text ?? formatBytes(own) };
  });
  const end = address + bytes.length;
  if (labels.get(end)!.length > 0) rows.push({ address: end, bytes: new Uint8Array(0), labels: labels.get(end)!, text: '' });
  return rows;
}

export interface Decoded {
  readonly instruction: Instruction;
  readonly word: bigint;
}

/** The instruction at `offset` of `bytes` and its word, or undefined. */
export function decodeAt(isa: Isa, bytes: Uint8Array, offset: number): Decoded | undefined {
  const low = (bytes[offset] ?? 0) | ((bytes[offset + 1] ?? 0) << 8);
  const bits = wordBits(isa, low);
  if (offset + bits / 8 > bytes.length) return undefined;
  let word = 0n;
  for (let i = bits / 8 - 1; i >= 0; i--) word = (word << 8n) | BigInt(bytes[offset + i]!);
  const instruction = decoderOf(isa)(word, bits);
  return instruction && { instruction, word };
}

interface Piece {
  readonly offset: number;
  readonly length: number;
  readonly found: Decoded | undefined;
}

function* split(isa: Isa, bytes: Uint8Array): Generator<Piece> {
  const unit = unitBits(isa) / 8;
  for (let offset = 0; offset < bytes.length;) {
    const found = decodeAt(isa, bytes, offset);
    const length = Math.min(found ? found.instruction.bits / 8 : unit, bytes.length - offset);
    yield { offset, length, found };
    offset += length;
  }
}

const decoders = new WeakMap<Isa, Decoder>();

function decoderOf(isa: Isa): Decoder {
  let decoder = decoders.get(isa);
  if (!decoder) decoders.set(isa, (decoder = makeDecoder(isa)));
  return decoder;
}
