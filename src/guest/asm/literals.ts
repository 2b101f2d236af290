// Numbers, characters and strings as assembly text writes them.
import { failToken, type Line } from './lines.js';
import type { Token } from './tokens.js';

const ESCAPES: Readonly<Record<string, number>> = {
  n: 10, t: 9, r: 13, b: 8, f: 12, v: 11, a: 7, e: 27, '0': 0, '\\': 92, '"': 34, "'": 39,
};
const ESCAPE = /\\(?:x([0-9A-Fa-f]{2})|u\{([0-9A-Fa-f]{1,6})\}|([^]))|[^\\]/gu;
const KNOWN_ESCAPES = String.raw`\n \t \r \b \f \v \a \e \0 \\ \" \' \x41 \u{20ac}`;
const NUMBER = /^(?:0[xX][0-9A-Fa-f]+|0[bB][01]+|0[oO][0-7]+|0|[1-9][0-9]*)$/;

const utf8 = new TextEncoder();

/** `42`, `0x2a`, `0b101010`, `0o52`, with `_` between digits. */
export function numberOf(token: Token, line: Line): bigint {
  const digits = token.text.replace(/(?<=\w)_(?=[0-9A-Fa-f])/g, '');
  if (NUMBER.test(digits)) return BigInt(digits);
  if (/^0[0-7]+$/.test(digits)) {
    const hint = `write 0o${digits.slice(1)} for octal, ${BigInt(digits)} for decimal`;
    failToken(line, token, `"${token.text}" begins with 0`, hint);
  }
  return failToken(line, token, `"${token.text}" is not a number`, 'numbers are written 42, 0x2a, 0b101010 or 0o52');
}

/** The code point of `'a'` or `'\n'`. */
export function characterOf(token: Token, line: Line): bigint {
  const [first, ...more] = codePoints(token, line);
  if (first !== undefined && more.length === 0) return BigInt(first);
  return failToken(line, token, `${token.text} is not one character`, 'strings are written between " "');
}

/** The UTF-8 bytes of a string; `\xNN` is that byte. */
export function bytesOf(token: Token, line: Line): Uint8Array {
  const bytes: number[] = [];
  for (const match of token.text.slice(1, -1).matchAll(ESCAPE)) {
    if (match[1] !== undefined) bytes.push(parseInt(match[1], 16));
    else bytes.push(...utf8.encode(String.fromCodePoint(...pointsOf(match, token, line))));
  }
  return Uint8Array.from(bytes);
}

function codePoints(token: Token, line: Line): number[] {
  return [...token.text.slice(1, -1).matchAll(ESCAPE)].flatMap((match) => pointsOf(match, token, line));
}

/** The code points of an escape or of one other character. */
function pointsOf(match: RegExpMatchArray, token: Token, line: Line): number[] {
  const [text, byte, point, letter] = match;
  if (!text.startsWith('\\')) return [text.codePointAt(0)!];
  const code = byte ?? point;
  const value = code === undefined ? ESCAPES[letter!] : parseInt(code, 16);
  if (value !== undefined && value <= 0x10ffff) return [value];
  return failToken(line, token, `unknown escape "${text}"`, `known are ${KNOWN_ESCAPES}`);
}
