// The names of a program: labels, constants of `.equ`, variables of `.set`, and the two kinds of local labels.
import { place, type Span } from '../../base/source.js';
import { didYouMean } from '../../base/suggest.js';
import { failToken, placeOf, type Line } from './lines.js';
import type { Token } from './tokens.js';
import type { Tree } from './tree.js';

/** An expression of the program text, its names bound. */
export interface Expression {
  readonly tree: Tree;
  readonly tokens: readonly Token[];
  readonly line: Line;
  /** By token number: what the leaves of the tree stand for. */
  readonly leaves: readonly (bigint | SymbolEntry | undefined)[];
}

export interface SymbolEntry {
  readonly name: string;
  kind: 'undefined' | 'label' | 'constant' | 'variable';
  /** The address of a label; the value of a constant. Holds in layout round `round` only, unless `expression` is absent. */
  value: bigint | undefined;
  round: number;
  /** What a constant stands for, as long as that takes labels to tell. */
  expression: Expression | undefined;
  /** While the expression is being evaluated: finds definitions in a circle. */
  busy: boolean;
  definedAt: Span | undefined;
}

/** A search of all names for each of thousands of unknown ones would take minutes. */
const MAX_SUGGESTIONS = 100;

export class Symbols {
  private readonly names = new Map<string, SymbolEntry>();
  /** Labels in the order of the text. */
  readonly labels: SymbolEntry[] = [];
  /** What `.global` names; each must be defined in the end. */
  readonly exported: { readonly symbol: SymbolEntry; readonly token: Token; readonly line: Line }[] = [];
  /** Names that `.default` leaves open to the outside. */
  readonly defaults: string[] = [];
  /** Symbols given from outside, with whether the text mentions them. */
  private readonly given = new Map<string, boolean>();
  private readonly lastNumeric = new Map<string, SymbolEntry>();
  private readonly nextNumeric = new Map<string, SymbolEntry>();
  private scope = '';
  private suggestionsLeft = MAX_SUGGESTIONS;

  /** The symbol that `token` names, now or later. */
  reference(token: Token, line: Line): SymbolEntry {
    if (token.kind === 'local') return this.numeric(token, line);
    const name = this.qualified(token.text);
    if (this.given.size > 0) this.useGiven(name);
    return this.entry(name);
  }

  /** `name:`, `.name:` or `1:`. */
  defineLabel(token: Token, line: Line): SymbolEntry {
    if (token.kind === 'number') return this.defineNumeric(token);
    const symbol = this.entry(this.qualified(token.text));
    this.define(symbol, 'label', token, line);
    if (!token.text.startsWith('.')) this.scope = token.text;
    this.labels.push(symbol);
    return symbol;
  }

  /** A label without a name, for `.` in an expression. */
  here(): SymbolEntry {
    return { ...fresh('.'), kind: 'label' };
  }

  defineConstant(token: Token, line: Line): SymbolEntry {
    const symbol = this.entry(this.qualified(token.text));
    this.define(symbol, 'constant', token, line);
    return symbol;
  }

  /** A new version of a `.set` variable: what was read before keeps the value that it had. */
  assign(token: Token, line: Line): SymbolEntry {
    const name = this.qualified(token.text);
    const before = this.names.get(name);
    if (before?.kind === 'undefined') {
      before.kind = 'variable';
      before.value = 0n;
      failToken(line, token, `"${token.text}" is used before this .set`, 'define it first, or use .equ');
    }
    if (before && before.kind !== 'variable') this.define(before, 'variable', token, line);
    return { ...fresh(name), kind: 'variable', definedAt: placeOf(line, token.column, token.text.length) };
  }

  /** Makes a version the one that later lines read. */
  publish(symbol: SymbolEntry): void {
    this.names.set(symbol.name, symbol);
  }

  /** Defines `name` from outside of the text. */
  give(name: string, value: bigint): void {
    const symbol = this.entry(name);
    symbol.kind = 'constant';
    symbol.value = value;
    this.given.set(name, false);
  }

  /** Whether `name` was given from outside; from now on it counts as mentioned. */
  useGiven(name: string): boolean {
    if (!this.given.has(name)) return false;
    this.given.set(name, true);
    return true;
  }

  /** What was given from outside and is mentioned nowhere. */
  unusedGiven(): string[] {
    return [...this.given].filter(([, used]) => !used).map(([name]) => name);
  }

  /** For `.ifdef`: whether `name` has been defined so far. */
  isDefined(name: string): boolean {
    this.useGiven(name);
    const symbol = this.names.get(this.qualified(name));
    return symbol !== undefined && symbol.kind !== 'undefined';
  }

  find(name: string): SymbolEntry | undefined {
    return this.names.get(name);
  }

  suggestion(name: string): string | undefined {
    if (this.suggestionsLeft-- <= 0) return undefined;
    const known = [...this.names.values()].filter((symbol) => symbol.kind !== 'undefined').map((symbol) => symbol.name);
    return didYouMean(name, known);
  }

  private qualified(name: string): string {
    return name.startsWith('.') && this.scope !== '' ? this.scope + name : name;
  }

  private entry(name: string): SymbolEntry {
    let symbol = this.names.get(name);
    if (!symbol) this.names.set(name, (symbol = fresh(name)));
    return symbol;
  }

  private define(symbol: SymbolEntry, kind: 'label' | 'constant' | 'variable', token: Token, line: Line): void {
    if (symbol.kind !== 'undefined') {
      const at = symbol.definedAt;
      const hint = at ? `first defined at ${place(at)}` : 'it is given from outside; .default leaves room for that';
      failToken(line, token, `"${symbol.name}" is already defined`, hint);
    }
    symbol.kind = kind;
    symbol.definedAt = placeOf(line, token.column, token.text.length);
  }

  private numeric(token: Token, line: Line): SymbolEntry {
    const digits = token.text.slice(0, -1);
    if (token.text.endsWith('b')) {
      return this.lastNumeric.get(digits) ?? failToken(line, token, `there is no label "${digits}:" before this line`);
    }
    let symbol = this.nextNumeric.get(digits);
    if (!symbol) this.nextNumeric.set(digits, (symbol = fresh(token.text)));
    return symbol;
  }

  private defineNumeric(token: Token): SymbolEntry {
    const symbol = this.nextNumeric.get(token.text) ?? fresh(token.text);
    this.nextNumeric.delete(token.text);
    this.lastNumeric.set(token.text, symbol);
    symbol.kind = 'label';
    return symbol;
  }
}

function fresh(name: string): SymbolEntry {
  return { name, kind: 'undefined', value: undefined, round: -1, expression: undefined, busy: false, definedAt: undefined };
}
