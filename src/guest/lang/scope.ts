// What an ISA description has declared so far, and look-ups in it that suggest the nearest name.
import { wrap } from '../../base/bits.js';
import { InputError, type Faults, fail } from '../../base/diagnostics.js';
import type { Span } from '../../base/source.js';
import { didYouMean } from '../../base/suggest.js';
import type { ElementAst, NumberAst } from './ast.js';
import { numberOf, type Token } from './lexer.js';
import type { ExternDecl, GuestCallDecl, OperandKind, RegisterFile, StartRule, WordClass, MemoryMap } from './model.js';

/** A field as declared; its bits are placed by each encoding that uses it. */
export interface FieldDecl {
  readonly name: string;
  readonly kind: OperandKind;
  readonly file?: number;
  readonly first?: number;
  readonly count?: number;
  readonly spellings?: readonly string[];
}

export interface FormatDecl {
  readonly params: readonly Token[];
  readonly elements: readonly ElementAst[];
}

export interface FunctionDecl {
  readonly kind: 'extern' | 'guest';
  /** Index in `externs` or `guestCalls`. */
  readonly index: number;
  readonly decl: ExternDecl | GuestCallDecl;
}

export interface RegisterPlace {
  readonly file: number;
  readonly index: number;
}

export interface Scope {
  readonly faults: Faults;
  /** The whole text, for the excerpts that the card shows. */
  readonly text: string;
  name: string;
  pcWidth: number;
  words: readonly WordClass[];
  memory: MemoryMap | undefined;
  readonly files: RegisterFile[];
  readonly registers: Map<string, RegisterPlace>;
  readonly fields: Map<string, FieldDecl>;
  readonly formats: Map<string, FormatDecl>;
  readonly functions: Map<string, FunctionDecl>;
  readonly externs: ExternDecl[];
  readonly guestCalls: GuestCallDecl[];
  readonly start: StartRule[];
  /** Names whose declaration is at fault: their uses are not reported again. */
  readonly broken: Set<string>;
}

export function emptyScope(text: string, faults: Faults): Scope {
  return {
    faults, text, name: '', pcWidth: 64, words: [], memory: undefined, files: [], registers: new Map(), fields: new Map(),
    formats: new Map(), functions: new Map(), externs: [], guestCalls: [], start: [], broken: new Set(),
  };
}

/** Gives up on something whose cause has been reported. */
export function alreadyReported(): never {
  throw new InputError([]);
}

/** `found`, or a fault that `name` is no `what`, with the nearest of `known`. */
export function known<T>(scope: Scope, found: T | undefined, what: string, name: string, at: Span,
  names: Iterable<string>): T {
  if (found !== undefined) return found;
  if (scope.broken.has(name)) alreadyReported();
  return fail(`unknown ${what} "${name}"`, at, didYouMean(name, names));
}

/** The scalar or numbered register of that name. */
export function registerNamed(scope: Scope, name: string, at: Span): RegisterPlace {
  return known(scope, scope.registers.get(name), 'register', name, at, scope.registers.keys());
}

/** Claims `token` in one of the scope's tables; a name declared twice is a fault. */
export function claim(table: ReadonlyMap<string, unknown> | ReadonlySet<string>, what: string, token: Token): string {
  if (table.has(token.text)) fail(`the ${what} "${token.text}" is declared twice`, token.at);
  return token.text;
}

/** The value of a signed literal as an unsigned number of `width` bits. */
export function fitting({ minus, token }: NumberAst, width: number): bigint {
  const value = minus ? -numberOf(token) : numberOf(token);
  if (value >= 1n << BigInt(width) || value < -(1n << BigInt(width - 1))) {
    fail(`${value} does not fit i${width}`, token.at);
  }
  return wrap(width, value);
}

/** `1 argument`, `2 arguments`. */
export function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** `8, 16 or 24`. */
export function listed(items: readonly (string | number)[]): string {
  return items.length < 2 ? items.join() : `${items.slice(0, -1).join(', ')} or ${items[items.length - 1]}`;
}

/** Bits of the type `i<bits>`, 1 to 64. */
export function typeBits(type: Token): number {
  const match = /^i([0-9]+)$/.exec(type.text);
  const bits = match ? Number(match[1]) : 0;
  if (bits < 1 || bits > 64) fail(`expected a type from i1 to i64, not "${type.text}"`, type.at);
  return bits;
}
