// The lexer of assembly text: one moo lexer per ISA, since register names and operand punctuation come from its text.
import moo from 'moo';
import type { Isa, Syntax } from '../lang/model.js';
import { escapePattern } from '../../base/pattern.js';

/**
 * What a token is to the grammar, and all that decides how a line parses: `value` (a number, character, symbol or `.`),
 * `register`, `string`, the text of an operator or of punctuation, `word NAME` for a word that some operand syntax spells.
 */
export type Shape = string;

export type TokenKind = 'number' | 'character' | 'local' | 'word' | 'register' | 'string' | 'punctuation';

export interface Token {
  readonly kind: TokenKind;
  readonly shape: Shape;
  readonly text: string;
  /** Counts from 1, in the text that was lexed (macro arguments inserted). */
  readonly column: number;
}

/** A character that begins no token, or a string, character or comment without an end. */
export interface LexFault {
  readonly message: string;
  readonly column: number;
  readonly length: number;
}

export interface LexedLine {
  readonly tokens: Token[];
  readonly fault?: LexFault;
}

export interface Lexer {
  /** The signs that begin a comment up to the line end. */
  readonly comments: readonly string[];
  lex(text: string): LexedLine;
}

const OPERATORS = [
  '||', '&&', '==', '!=', '<=', '>=', '<<', '>>', '|', '^', '&', '<', '>', '+', '-', '*', '/', '%', '~', '!', '?',
];
const PUNCTUATION = [...OPERATORS, '(', ')', ',', ':', '='];
const COMMENT_STARTS = ['#', '//', ';'];
const WORD = /^[A-Za-z_.][\w.]*$/;

/** The lexer of `isa`; a comment sign that its operand syntax uses is punctuation there, not a comment. */
export function makeLexer(isa: Isa): Lexer {
  const { literals, spellings, mnemonics } = vocabulary(isa);
  const punctuation = [...new Set([...PUNCTUATION, ...literals.filter((text) => !WORD.test(text))])];
  const special = [...isa.registerNames.keys(), ...spellings, ...mnemonics]
    .filter((text) => text !== '' && !WORD.test(text) && !punctuation.includes(text));
  const comments = COMMENT_STARTS.filter((sign) => !literals.some((text) => text.includes(sign)));
  const keywords = new Set([...literals, ...spellings].filter((text) => !punctuation.includes(text)));

  const lexer = moo.compile({
    space: /[ \t\r\f\v]+/,
    ...(comments.length > 0 && { comment: new RegExp(`(?:${comments.map(escapePattern).join('|')}).*`) }),
    ...(special.length > 0 && { special: specialRule(special) }),
    string: /"(?:[^"\\]|\\.)*"/,
    character: /'(?:[^'\\]|\\.)[^'\s]*'/,
    local: /[0-9]+[bf](?![\w.])/,
    number: /[0-9][\w.]*/,
    word: /[A-Za-z_.][\w.]*/,
    punctuation,
    bad: moo.error,
  });

  return { comments, lex };

  function lex(text: string): LexedLine {
    const tokens: Token[] = [];
    lexer.reset(text);
    for (let token = lexer.next(); token; token = lexer.next()) {
      const type = token.type;
      if (type === 'space' || type === 'comment') continue;
      if (type === 'bad') return { tokens, fault: lexFault(token.text, token.offset + 1) };
      tokens.push(classify(type as TokenKind | 'special', token.text, token.offset + 1));
    }
    return { tokens };
  }

  function classify(type: TokenKind | 'special', text: string, column: number): Token {
    if (type === 'word' || type === 'special') {
      if (isa.registerNames.has(text)) return { kind: 'register', shape: 'register', text, column };
      return { kind: 'word', shape: keywords.has(text) ? wordShape(text) : 'value', text, column };
    }
    if (type === 'punctuation') return { kind: type, shape: text, text, column };
    return { kind: type, shape: type === 'string' ? 'string' : 'value', text, column };
  }
}

/** The shape of a word that the operand syntax of some instruction spells. */
export function wordShape(text: string): Shape {
  return `word ${text}`;
}

/** The shape of the literal `text` of an operand syntax. */
export function literalShape(text: string): Shape {
  return WORD.test(text) ? wordShape(text) : text;
}

function vocabulary(isa: Isa): { literals: string[]; spellings: string[]; mnemonics: string[] } {
  const literals = new Set<string>();
  const spellings = new Set<string>();
  const mnemonics = new Set<string>();
  const add = (syntax: Syntax, operands: readonly { readonly spellings?: readonly string[] }[]): void => {
    mnemonics.add(syntax.mnemonic);
    for (const token of syntax.tokens) {
      if ('lit' in token) literals.add(token.lit);
      else if ('operand' in token) for (const text of operands[token.operand]?.spellings ?? []) spellings.add(text);
    }
  };
  for (const { syntax, operands } of [...isa.instructions, ...isa.aliases]) add(syntax, operands);
  return { literals: [...literals], spellings: [...spellings], mnemonics: [...mnemonics] };
}

function specialRule(texts: readonly string[]): RegExp {
  const longestFirst = [...texts].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return new RegExp(longestFirst.map((text) => `${escapePattern(text)}${/\w$/.test(text) ? '(?![\\w.])' : ''}`).join('|'));
}

function lexFault(rest: string, column: number): LexFault {
  if (rest.startsWith('"')) return { message: 'the string is not closed', column, length: rest.length };
  if (rest.startsWith("'")) return { message: "expected a character such as 'a' or '\\n'", column, length: 1 };
  const argument = /^\\[A-Za-z_]\w*/.exec(rest)?.[0];
  if (argument) return { message: `"${argument}" is not an argument of a macro here`, column, length: argument.length };
  const character = String.fromCodePoint(rest.codePointAt(0)!);
  return { message: `unexpected character ${JSON.stringify(character)}`, column, length: character.length };
}
