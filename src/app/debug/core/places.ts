// Places in the program: an address as people know it (label, file and line, text of the line), and back.
import { fail } from '../../../base/diagnostics.js';
import { didYouMean } from '../../../base/suggest.js';
import { sourceOf, type Image } from '../../../guest/asm/image.js';
import type { Listing } from '../../../guest/asm/listing.js';

export interface Place {
  readonly address: number;
  /** `label`, `label+8`; undefined before the first label. */
  readonly symbol: string | undefined;
  /** `file.s:41`. */
  readonly source: string | undefined;
}

export interface SourceLine {
  readonly line: number;
  readonly text: string;
  /** Of its first byte of code or data; undefined if it makes none. */
  readonly address: number | undefined;
}

export class Places {
  readonly image: Image;
  private readonly names: readonly (readonly [name: string, address: number])[];
  private readonly files = new Map<string, SourceLine[]>();

  constructor(image: Image, listing: Listing) {
    this.image = image;
    this.names = [...image.symbols].sort((a, b) => a[1] - b[1]);
    for (const { path, line, text, address } of listing.entries) {
      let lines = this.files.get(path);
      if (!lines) this.files.set(path, (lines = []));
      // A line of a macro comes once for each call: its first address stands for it.
      if (!lines.some((known) => known.line === line)) lines.push({ line, text, address });
    }
    for (const lines of this.files.values()) lines.sort((a, b) => a.line - b.line);
  }

  at(address: number): Place {
    return { address, symbol: this.symbol(address), source: sourceOf(this.image, address) };
  }

  /** The nearest label at or before the address in its segment; of several there the first. */
  symbol(address: number): string | undefined {
    const segment = this.image.segments.find(({ address: first, bytes, zeroBytes }) => (
      address >= first && address < first + bytes.length + zeroBytes));
    let best: readonly [string, number] | undefined;
    for (const entry of this.names) {
      if (entry[1] > address) break;
      if (!best || entry[1] > best[1]) best = entry;
    }
    if (!segment || !best || best[1] < segment.address) return undefined;
    return address === best[1] ? best[0] : `${best[0]}+${address - best[1]}`;
  }

  /** Lines `from` to `to` of a file. */
  lines(path: string, from: number, to: number): SourceLine[] {
    return (this.files.get(path) ?? []).filter(({ line }) => line >= from && line <= to);
  }

  /** The text of `file.s:41`. */
  textOf(source: string): string | undefined {
    const [, path, line] = /^(.*):(\d+)$/.exec(source) ?? [];
    return this.files.get(path!)?.find((candidate) => candidate.line === Number(line))?.text;
  }

  get labels(): string[] { return this.names.map(([name]) => name); }
  get paths(): string[] { return [...this.files.keys()]; }

  /** The address of `label`, `label+8`, `file:line` or `0xaddress`; a number alone is a line of the file that `here` is in. */
  locate(text: string, here: Place): number {
    if (/^0x[0-9a-f]+$/i.test(text)) return Number(text);
    if (/^\d+$/.test(text)) {
      const file = here.source ?? fail(`line ${text} of which file? Nothing says where the vCPU is`);
      return this.lineAddress(file.replace(/:\d+$/, ''), text);
    }
    const [, file, line] = /^(.+):(.*)$/.exec(text) ?? [];
    if (file !== undefined) return this.lineAddress(file, line!);
    const [, label, offset] = /^(.+)\+(0x[0-9a-f]+|\d+)$/i.exec(text) ?? [];
    return label === undefined ? this.label(text, here) : this.label(label, here) + Number(offset);
  }

  private label(text: string, here: Place): number {
    const exact = this.image.symbols.get(text);
    if (exact !== undefined) return exact;
    if (text.startsWith('.')) {
      // As in the program text: `.look` belongs to the label that the vCPU is behind.
      const scope = here.symbol?.split(/[.+]/)[0];
      const scoped = this.image.symbols.get(`${scope}${text}`);
      if (scoped !== undefined) return scoped;
      const matches = this.names.filter(([name]) => name.endsWith(text));
      if (matches.length === 1) return matches[0]![1];
      const all = matches.map(([name]) => name).join(', ');
      if (matches.length > 1) fail(`"${text}" is in more than one place`, undefined, `say which: ${all}`);
    }
    const hint = didYouMean(text, this.labels) ?? 'a location is a label, file:line or 0xaddress';
    return fail(`there is no label "${text}"`, undefined, hint);
  }

  private lineAddress(file: string, line: string): number {
    const matches = this.paths.filter((path) => path === file || path.endsWith(`/${file}`));
    if (matches.length === 0) {
      const names = this.paths.map((path) => path.replace(/.*[/]/, ''));
      fail(`the program has no file "${file}"`, undefined, didYouMean(file, names) ?? `it has: ${this.paths.join(', ')}`);
    }
    if (matches.length > 1) fail(`"${file}" is more than one file`, undefined, `say which: ${matches.join(', ')}`);
    if (!/^\d+$/.test(line)) fail(`${file}: expected the number of a line, not "${line}"`);
    const found = this.image.lines.filter((entry) => entry.path === matches[0] && entry.line >= Number(line))
      .sort((a, b) => a.line - b.line || a.address - b.address)[0];
    return found?.address ?? fail(`${file} makes nothing from line ${line} on`);
  }
}
