// Assembly text to an image, for any ISA: everything specific to one comes from its model.
import { Faults } from '../../base/diagnostics.js';
import { place, type SourceFile } from '../../base/source.js';
import { didYouMean } from '../../base/suggest.js';
import type { Isa } from '../lang/model.js';
import { assemblyLanguage } from './forms.js';
import type { Image, Segment } from './image.js';
import { layOut } from './layout.js';
import { failToken } from './lines.js';
import { makeListing, type Listing } from './listing.js';
import { writeSections } from './output.js';
import { Program, type Build } from './program.js';
import { Reader, type Include } from './reader.js';
import { Symbols } from './symbols.js';

export interface AssembleOptions {
  /** Symbols given from outside; each must be mentioned by the program, as by `.default NAME, VALUE`. */
  readonly defines?: ReadonlyMap<string, bigint>;
  /** Resolves `.include "path"`; undefined where there is no such file. */
  readonly include?: Include;
  /** Address of the first section in bytes; by default where the ISA puts text. */
  readonly origin?: number;
  /**
   * Bytes of a page of the machine: sections lie on different pages, as linkers have it (ld's `max-page-size`), so that stores
   * to data leave copies of the code alone. Without it, and in a small memory, what the ISA says holds alone.
   */
  readonly pageBytes?: number;
}

/** A page that sections are aligned to is at most this part of the guest's memory. */
const MOST_OF_MEMORY = 1 / 64;

export interface Assembly {
  readonly image: Image;
  readonly listing: Listing;
}

/** Labels at which execution begins, the first that is defined; without any, at the beginning of the text. */
const ENTRY_NAMES = ['_start', 'start', 'main'];

/** Throws an InputError with all faults of the program, in the order of the text. */
export function assemble(source: SourceFile, isa: Isa, options: AssembleOptions = {}): Assembly {
  const symbols = new Symbols();
  const build: Build = { language: assemblyLanguage(isa), program: new Program(), symbols, faults: new Faults() };
  const { program, faults } = build;
  for (const [name, value] of options.defines ?? []) symbols.give(name, value);
  new Reader(build, options.include).readFile(source);

  const origin = options.origin ?? isa.memory.text;
  const { round, end } = layOut(build, origin, sectionAlign(isa, options.pageBytes));
  const { segments, lines } = writeSections(build, round);
  checkNames(symbols, faults);
  if (faults.list.length === 0) checkSize(isa, segments, end, faults);
  raiseOnce(faults);

  const entry = ENTRY_NAMES.map((name) => symbols.find(name)).find((symbol) => symbol?.kind === 'label');
  const image: Image = {
    isa: isa.name, entry: entry ? Number(entry.value) : origin, segments, lines,
    symbols: new Map(symbols.labels.map(({ name, value }) => [name, Number(value)] as const).sort((a, b) => a[1] - b[1])),
  };
  return { image, listing: makeListing(program, segments) };
}

function sectionAlign({ memory: { align, low, high } }: Isa, pageBytes = align): number {
  return pageBytes > align && pageBytes <= (high - low) * MOST_OF_MEMORY ? pageBytes : align;
}

function checkNames(symbols: Symbols, faults: Faults): void {
  for (const { symbol: { kind, name }, token, line } of symbols.exported) {
    if (kind !== 'undefined') continue;
    faults.collect(() => failToken(line, token, `"${name}" is not defined`, symbols.suggestion(name)));
  }
  for (const name of symbols.unusedGiven()) {
    const message = `the program does not mention "${name}", which is given from outside`;
    faults.add(message, undefined, didYouMean(name, symbols.defaults));
  }
}

function checkSize(isa: Isa, segments: readonly Segment[], end: number, faults: Faults): void {
  const { high, stack, stackBytes, text } = isa.memory;
  const first = segments[0]?.address ?? text;
  if (end > high) faults.add(`the program ends at ${end}, beyond the memory of ${isa.name}, which ends at ${high}`);
  else if (first < stack && end > stack - stackBytes) {
    faults.add(`the program ends at ${end} and reaches into the first stack (${stack - stackBytes} to ${stack})`);
  }
}

/** A fault in a macro body or in what several layout rounds evaluate is found more than once, and reported once. */
function raiseOnce(faults: Faults): void {
  const distinct = new Faults();
  const seen = new Set<string>();
  for (const { message, at, hint } of faults.list) {
    const identity = `${at ? place(at) : ''} ${message}`;
    if (!seen.has(identity)) distinct.add(message, at, hint);
    seen.add(identity);
  }
  distinct.raise();
}
