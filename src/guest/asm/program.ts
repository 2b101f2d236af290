// A program between reading and output: sections of items whose addresses the layout decides.
import type { Faults } from '../../base/diagnostics.js';
import type { AssemblyLanguage, Form } from './forms.js';
import type { Line } from './lines.js';
import type { Expression, SymbolEntry, Symbols } from './symbols.js';
import type { Token } from './tokens.js';

/** A value that is known, or takes the addresses of labels to tell. */
export type Value = bigint | Expression;

/** A form whose syntax and registers match a line; whether its values fit is known after layout. */
export interface Candidate {
  readonly form: Form;
  /** By operand of the form. */
  readonly values: readonly Value[];
}

export interface CodeItem {
  readonly k: 'code';
  readonly line: Line;
  readonly head: Token;
  readonly candidates: readonly Candidate[];
  /** The candidate in use; while the layout is sought it only grows, so that the search ends. */
  choice: number;
  address: number;
  length: number;
}

/** Values of `bytes` bytes each, little-endian. */
export interface DataItem {
  readonly k: 'data';
  readonly line: Line;
  readonly bytes: number;
  readonly values: readonly { readonly value: Value; readonly column: number; readonly width: number }[];
  address: number;
  readonly length: number;
}

export interface TextItem {
  readonly k: 'text';
  readonly line: Line;
  readonly bytes: Uint8Array;
  address: number;
  readonly length: number;
}

export interface SpaceItem {
  readonly k: 'space';
  readonly line: Line;
  readonly head: Token;
  readonly size: Value;
  address: number;
  length: number;
}

export interface AlignItem {
  readonly k: 'align';
  readonly line: Line;
  readonly bytes: number;
  address: number;
  length: number;
}

export interface LabelItem {
  readonly k: 'label';
  readonly symbol: SymbolEntry;
}

export type Item = CodeItem | DataItem | TextItem | SpaceItem | AlignItem | LabelItem;

export interface Section {
  readonly name: string;
  readonly items: Item[];
}

/** A line that was read, and the items [first, end) of `section` that it made. */
export interface Row {
  readonly line: Line;
  readonly section: Section;
  readonly first: number;
  readonly end: number;
}

/** What the stages of one assembly share. */
export interface Build {
  readonly language: AssemblyLanguage;
  readonly program: Program;
  readonly symbols: Symbols;
  readonly faults: Faults;
}

export class Program {
  readonly rows: Row[] = [];
  private readonly sections = new Map<string, Section>();
  private open: Section;

  constructor() {
    this.open = this.select('.text');
  }

  get section(): Section {
    return this.open;
  }

  select(name: string): Section {
    let section = this.sections.get(name);
    if (!section) this.sections.set(name, (section = { name, items: [] }));
    return (this.open = section);
  }

  add(item: Item): void {
    this.open.items.push(item);
  }

  /** In memory order: .text, .data, the named ones as they first appeared, .bss. */
  inOrder(): Section[] {
    const rank = ({ name }: Section): number => (name === '.text' ? 0 : name === '.data' ? 1 : name === '.bss' ? 3 : 2);
    return [...this.sections.values()].filter(({ items }) => items.length > 0).sort((a, b) => rank(a) - rank(b));
  }
}
