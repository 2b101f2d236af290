// A program ready to load: bytes at guest addresses, symbols, and where each address came from.

export interface Segment {
  readonly name: string;
  /** Guest address of the first byte. */
  readonly address: number;
  readonly bytes: Uint8Array;
  /** Zero bytes after `bytes` that the loader leaves dormant. */
  readonly zeroBytes: number;
}

/** The source line that produced the bytes at `address`. */
export interface LineEntry {
  readonly address: number;
  readonly bytes: number;
  readonly path: string;
  readonly line: number;
}

export interface Image {
  readonly isa: string;
  readonly entry: number;
  readonly segments: readonly Segment[];
  readonly symbols: ReadonlyMap<string, number>;
  /** Sorted by address. */
  readonly lines: readonly LineEntry[];
}

/** `file.s:41` of the instruction at `address`, or undefined. */
export function sourceOf(image: Image, address: number): string | undefined {
  let low = 0;
  let high = image.lines.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const entry = image.lines[middle]!;
    if (address < entry.address) high = middle - 1;
    else if (address >= entry.address + entry.bytes) low = middle + 1;
    else return `${entry.path}:${entry.line}`;
  }
  return undefined;
}
