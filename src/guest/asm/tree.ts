// Syntax trees of expressions, and the terminals with which asm.ne and the operand rules build them.
// A tree depends on the shapes of the tokens alone: its leaves are token numbers, so lines of one shape share a tree.
import type { Shape } from './tokens.js';

export type Tree =
  /** Token `token`, counted from the first that was parsed. */
  | { readonly k: 'leaf'; readonly token: number }
  | { readonly k: 'unary'; readonly op: string; readonly token: number; readonly a: Tree }
  | { readonly k: 'binary'; readonly op: string; readonly token: number; readonly a: Tree; readonly b: Tree }
  | { readonly k: 'choice'; readonly c: Tree; readonly a: Tree; readonly b: Tree };

/** A token as the grammar sees it; `value` is its text. */
export interface GrammarToken {
  readonly value: string;
  readonly shape: Shape;
  readonly index: number;
}

/** A nearley terminal; `label` is what an error message says was expected. */
export interface Terminal {
  readonly label: string;
  test(token: GrammarToken): boolean;
}

export function terminal(label: string, shapes: readonly Shape[]): Terminal {
  return { label, test: (token) => shapes.includes(token.shape) };
}

export const VALUE_LABEL = 'a number or symbol';

/** A number, a character, a symbol; also a symbol that is spelled like a word of some operand syntax. */
export const value: Terminal = {
  label: VALUE_LABEL,
  test: (token) => token.shape === 'value' || token.shape.startsWith('word '),
};

export const infix = (...operators: string[]): Terminal => terminal('an operator', operators);
export const prefix = (...operators: string[]): Terminal => terminal(VALUE_LABEL, operators);

type Parts = (Tree & GrammarToken)[];

export const toLeaf = ([token]: Parts): Tree => ({ k: 'leaf', token: token!.index });
export const toUnary = ([operator, a]: Parts): Tree => (
  { k: 'unary', op: operator!.value, token: operator!.index, a: a! });
export const toBinary = ([a, operator, b]: Parts): Tree => (
  { k: 'binary', op: operator!.value, token: operator!.index, a: a!, b: b! });
export const toChoice = ([c, , a, , b]: Parts): Tree => ({ k: 'choice', c: c!, a: a!, b: b! });
export const toInner = ([, inner]: Parts): Tree => inner!;
