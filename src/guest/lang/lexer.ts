// Tokens of the ISA language. White space and comments are dropped: items begin at keywords, statements end at `;`.
import moo from 'moo';
import type { Faults } from '../../base/diagnostics.js';
import { span, type SourceFile, type Span } from '../../base/source.js';

export interface Token {
  readonly type: string;
  /** What nearley compares with the literals of the grammar. */
  readonly text: string;
  readonly value: string;
  readonly offset: number;
  readonly at: Span;
}

/** Words that begin an item. */
export const ITEM_KEYWORDS: readonly string[] = [
  'isa', 'pc', 'word', 'reg', 'field', 'format', 'extern', 'guest', 'memory', 'start', 'group', 'insn', 'alias',
];

const KEYWORDS = [
  ...ITEM_KEYWORDS, 'when', 'pure', 'is', 'where', 'cost', 'let', 'if', 'trap', 'pause', 'rmw', 'next', 'sx', 'zx',
];

const NAME = /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*'*/;

/** Token kinds; the grammar names them with `%`. `bad` and `unsigned` never parse: they carry better messages. */
export const lexer = moo.compile({
  space: { match: /[ \t\r\n]+/, lineBreaks: true },
  comment: /\/\/[^\n]*/,
  string: /"[^"\n]*"/,
  number: /[0-9][A-Za-z0-9_]*/,
  memory: /m[0-9]+(?=[ \t]*\[)/,
  name: { match: NAME, type: moo.keywords({ keyword: KEYWORDS }) },
  signed: /(?:>>|<=|>=|<|>|\/|%)[su](?![A-Za-z0-9_'])/,
  punctuation: [
    '=>', '->', '==', '!=', '..', '<<', '=', '+', '-', '*', '&', '|', '^', '~', '!', '?', ':', ';', ',', '#', '@', '$',
    '(', ')', '{', '}', '[', ']',
  ],
  signless: /<=|>=|>>|<|>|\/|%/,
  bad: /[^\n]/,
});

/** All tokens of the file. Characters and numbers that belong to no token are faults and yield tokens of kind `bad`. */
export function tokenize(file: SourceFile, faults: Faults): Token[] {
  const tokens: Token[] = [];
  for (const { type = '', text, value, offset, line, col } of lexer.reset(file.text)) {
    if (type === 'space' || type === 'comment') continue;
    const at = span(file, line, col, text.length);
    const wrong = fault(type, text);
    if (wrong) faults.add(wrong.message, at, wrong.hint);
    tokens.push({ type: wrong ? 'bad' : type, text, value, offset, at });
  }
  return tokens;
}

function fault(type: string, text: string): { message: string; hint?: string } | undefined {
  if (type === 'bad' && text === '"') return { message: 'the string has no closing quote on this line' };
  if (type === 'bad') return { message: `"${text}" has no meaning in an ISA description` };
  if (type === 'signless') {
    return { message: `"${text}" does not say whether it is signed`, hint: `write ${text}s or ${text}u` };
  }
  if (type === 'number' && !/^(?:0[xX][0-9a-fA-F][0-9a-fA-F_]*|0[bB][01][01_]*|[0-9][0-9_]*)$/.test(text)) {
    return { message: `"${text}" is not a number`, hint: 'numbers look like 42, 0x2a or 0b10_1010' };
  }
  return undefined;
}

/** Value of a number token. */
export function numberOf(token: Token): bigint {
  return BigInt(token.text.replaceAll('_', ''));
}

/** Bits of a binary (one a digit) or hexadecimal (four a digit) literal; 0 for a decimal one, which has no width. */
export function literalBits(token: Token): number {
  const digits = token.text.replaceAll('_', '').length - 2;
  if (/^0[bB]/.test(token.text)) return digits;
  return /^0[xX]/.test(token.text) ? 4 * digits : 0;
}
