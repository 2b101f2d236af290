// The syntax tree of an ISA description, as isa.ne builds it: names are not yet looked up.
import type { Span } from '../../base/source.js';
import type { Token } from './lexer.js';

export type ExprAst =
  | { readonly k: 'number'; readonly at: Span; readonly token: Token }
  | { readonly k: 'name'; readonly at: Span; readonly name: string }
  | { readonly k: 'pc' | 'next'; readonly at: Span }
  | { readonly k: 'unary'; readonly at: Span; readonly op: string; readonly a: ExprAst }
  | { readonly k: 'binary'; readonly at: Span; readonly op: string; readonly a: ExprAst; readonly b: ExprAst }
  | { readonly k: 'ternary'; readonly at: Span; readonly c: ExprAst; readonly a: ExprAst; readonly b: ExprAst }
  | { readonly k: 'slice'; readonly at: Span; readonly a: ExprAst; readonly hi: Token; readonly lo: Token }
  | { readonly k: 'extend'; readonly at: Span; readonly signed: boolean; readonly a: ExprAst }
  | { readonly k: 'load'; readonly at: Span; readonly memory: Token; readonly addr: ExprAst }
  | {
    readonly k: 'rmw'; readonly at: Span; readonly memory: Token; readonly addr: ExprAst; readonly old: Token;
    readonly f: ExprAst;
  }
  | { readonly k: 'call'; readonly at: Span; readonly name: Token; readonly args: readonly ExprAst[] };

export type StmtAst =
  | { readonly k: 'set'; readonly at: Span; readonly name: Token; readonly value: ExprAst }
  | { readonly k: 'jump'; readonly at: Span; readonly target: ExprAst }
  | { readonly k: 'store'; readonly at: Span; readonly memory: Token; readonly addr: ExprAst; readonly value: ExprAst }
  | { readonly k: 'let'; readonly at: Span; readonly name: Token; readonly type: Token | null; readonly value: ExprAst }
  | { readonly k: 'if'; readonly at: Span; readonly c: ExprAst; readonly body: readonly StmtAst[] }
  | { readonly k: 'do'; readonly at: Span; readonly value: ExprAst }
  | { readonly k: 'trap'; readonly at: Span; readonly cause: ExprAst; readonly value: ExprAst }
  | { readonly k: 'pause'; readonly at: Span };

/** Bits hi..lo of a value; a single bit has lo = hi. */
export interface RangeAst {
  readonly hi: Token;
  readonly lo: Token;
}

/** A literal, or a name with the bits of it that stand here. */
export interface ElementAst {
  readonly token: Token;
  readonly ranges: readonly RangeAst[] | null;
  readonly at: Span;
  /** Offset behind it in the text. */
  readonly end: number;
}

export interface EncodingAst {
  /** The format called, with `elements` as its arguments; null for a word written out. */
  readonly format: Token | null;
  readonly elements: readonly ElementAst[];
  readonly at: Span;
  readonly end: number;
}

/** Assembly syntax: `lr.w^aqrl rd, (rs1)`. */
export interface SyntaxAst {
  readonly mnemonic: Token;
  readonly suffix: Token | null;
  readonly tokens: readonly Token[];
  readonly at: Span;
  readonly end: number;
}

export interface RegisterNameAst {
  readonly names: readonly Token[];
  readonly value: NumberAst | null;
}

/** A number with its sign. */
export interface NumberAst {
  readonly minus: boolean;
  readonly token: Token;
}

export interface SignatureAst {
  readonly name: Token;
  readonly args: readonly Token[];
  readonly result: Token | null;
}

export interface SettingAst {
  readonly name: Token;
  readonly value: NumberAst;
}

/** What a field holds: a named kind or register file, perhaps a window of it; or spellings. */
export type FieldKindAst =
  | { readonly name: Token; readonly window: { readonly first: Token; readonly last: Token } | null }
  | { readonly spellings: readonly Token[] };

export interface InsnAst {
  readonly k: 'insn';
  readonly at: Span;
  readonly syntax: SyntaxAst;
  readonly encoding: EncodingAst;
  readonly where: ExprAst | null;
  readonly cost: Token | null;
  readonly body: readonly StmtAst[] | null;
  /** `=> other insn` in place of a body. */
  readonly expansion: SyntaxAst | null;
  /** Source offsets of the encoding with its condition, and of the semantics, for the card. */
  readonly encodingRange: readonly [number, number];
  readonly semanticsRange: readonly [number, number];
}

export type ItemAst =
  | { readonly k: 'isa'; readonly at: Span; readonly name: Token }
  | { readonly k: 'pc'; readonly at: Span; readonly type: Token }
  | {
    readonly k: 'word'; readonly at: Span;
    readonly sizes: readonly { readonly bits: Token; readonly when: Token | null }[];
  }
  | {
    readonly k: 'reg'; readonly at: Span; readonly name: Token; readonly type: Token; readonly count: Token | null;
    readonly names: readonly RegisterNameAst[] | null;
  }
  | { readonly k: 'field'; readonly at: Span; readonly names: readonly Token[]; readonly kind: FieldKindAst }
  | {
    readonly k: 'format'; readonly at: Span; readonly name: Token; readonly params: readonly Token[];
    readonly elements: readonly ElementAst[];
  }
  | {
    readonly k: 'extern' | 'guest'; readonly at: Span; readonly pure: boolean;
    readonly functions: readonly SignatureAst[];
  }
  | { readonly k: 'memory' | 'start'; readonly at: Span; readonly settings: readonly SettingAst[] }
  | { readonly k: 'group'; readonly at: Span; readonly title: Token }
  | InsnAst
  | {
    readonly k: 'alias'; readonly at: Span; readonly syntax: SyntaxAst; readonly expansion: SyntaxAst;
    readonly textRange: readonly [number, number];
  };

/** From the start of `a` to the end of `b`, or to the end of `a` where `b` lies on a later line. */
export function between(a: Span, b: Span): Span {
  return a.line === b.line ? { ...a, length: b.column + b.length - a.column } : a;
}
