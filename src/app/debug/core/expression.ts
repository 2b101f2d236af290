// Expressions over registers, labels and memory: C's operators on exact integers; `m64[address]` reads memory.
import { fail } from '../../../base/diagnostics.js';
import { didYouMean } from '../../../base/suggest.js';
import { applyBinary, applyUnary } from '../../../guest/asm/operators.js';

export interface Names {
  has(name: string): boolean;
  /** All of them, to find what was meant. */
  names(): Iterable<string>;
}

export interface Scope {
  /** Of a register or label that there is. */
  value(name: string): bigint;
  memory(address: bigint, bytes: number): bigint;
}

const NUMBER = /0x[0-9a-f]+|0b[01]+|\d+/;
const NAME = /[$A-Za-z_.][\w.]*/;
const OPERATOR = /<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^<>~!()\]]/;
const TOKEN = new RegExp(`\\s*(?:(${NUMBER.source})|m(8|16|32|64)\\s*\\[|(${NAME.source})|(${OPERATOR.source}))`, 'iy');
/** Binary operators, loosest first. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'], ['&&'], ['|'], ['^'], ['&'], ['==', '!='], ['<', '>', '<=', '>='], ['<<', '>>'], ['+', '-'], ['*', '/', '%'],
];
const MAX_SHIFT = 128n;

interface Token {
  readonly kind: 'number' | 'memory' | 'name' | 'operator' | 'end';
  readonly text: string;
}

/** The value of an expression, once it is known what its names stand for. */
export type Expression = (scope: Scope) => bigint;

/** An InputError if the text is no expression, or names what there is not. */
export function parseExpression(text: string, { has, names }: Names): Expression {
  const tokens = tokensOf(text);
  let at = 0;
  const next = (): Token => tokens[at]!;
  const bad = (wanted: string): never => {
    const found = next().kind === 'end' ? 'the end' : `"${next().text}"`;
    return fail(`expected ${wanted}, not ${found}, in "${text}"`);
  };
  const take = (operator: string): void => {
    if (next().kind !== 'operator' || next().text !== operator) bad(`"${operator}"`);
    at++;
  };

  const binary = (level: number): Expression => {
    if (level === LEVELS.length) return unary();
    let left = binary(level + 1);
    while (next().kind === 'operator' && LEVELS[level]!.includes(next().text)) {
      const { text: operator } = tokens[at++]!;
      const [a, b] = [left, binary(level + 1)];
      left = (scope) => apply(operator, a(scope), b(scope));
    }
    return left;
  };
  const unary = (): Expression => {
    const { kind, text: operator } = next();
    if (kind !== 'operator' || !['-', '~', '!', '+'].includes(operator)) return primary();
    at++;
    const a = unary();
    return (scope) => applyUnary(operator, a(scope));
  };
  const primary = (): Expression => {
    const { kind, text: word } = next();
    if (kind === 'end' || (kind === 'operator' && word !== '(')) return bad('a register, label, number or m64[address]');
    at++;
    if (kind === 'number') return () => BigInt(word);
    if (kind === 'name') {
      const name = word.replace(/^\$/, '');
      if (!has(name)) fail(`there is no register or label "${name}"`, undefined, didYouMean(name, names()));
      return (scope) => scope.value(name);
    }
    const inner = binary(0);
    take(kind === 'memory' ? ']' : ')');
    return kind === 'memory' ? (scope) => scope.memory(inner(scope), Number(word) / 8) : inner;
  };

  const whole = binary(0);
  if (next().kind !== 'end') bad('an operator or the end');
  return whole;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== '') {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text) ?? fail(`unexpected character "${text.slice(from).trim()[0]}" in "${text}"`);
    const [, number, bits, name, operator] = match;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (bits !== undefined) tokens.push({ kind: 'memory', text: bits });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else tokens.push({ kind: 'operator', text: operator! });
  }
  return [...tokens, { kind: 'end', text: '' }];
}

function apply(operator: string, a: bigint, b: bigint): bigint {
  if ((operator === '/' || operator === '%') && b === 0n) fail('division by zero');
  if ((operator === '<<' || operator === '>>') && (b < 0n || b > MAX_SHIFT)) fail(`a shift by ${b}: expected 0 to ${MAX_SHIFT}`);
  return applyBinary(operator, a, b);
}
