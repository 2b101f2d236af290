// Expressions over registers, labels and memory: C's operators on exact integers; `m64[address]` reads memory.
import { fail } from '../../../base/diagnostics.js';
import { didYouMean } from '../../../base/suggest.js';

export interface Scope {
  /** The value of a register or label, or undefined. */
  value(name: string): bigint | undefined;
  memory(address: bigint, bytes: number): bigint;
  readonly names: () => Iterable<string>;
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

export function evaluateExpression(text: string, scope: Scope): bigint {
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

  const binary = (level: number): bigint => {
    if (level === LEVELS.length) return unary();
    let value = binary(level + 1);
    while (next().kind === 'operator' && LEVELS[level]!.includes(next().text)) {
      const { text: operator } = tokens[at++]!;
      value = apply(operator, value, binary(level + 1));
    }
    return value;
  };
  const unary = (): bigint => {
    const { kind, text: operator } = next();
    if (kind !== 'operator' || !['-', '~', '!', '+'].includes(operator)) return primary();
    at++;
    const value = unary();
    return operator === '-' ? -value : operator === '~' ? ~value : operator === '!' ? truth(value === 0n) : value;
  };
  const primary = (): bigint => {
    const token = next();
    if (token.kind === 'number') { at++; return BigInt(token.text); }
    if (token.kind === 'name') { at++; return named(token.text, scope); }
    if (token.kind === 'memory') {
      at++;
      const address = binary(0);
      take(']');
      return scope.memory(address, Number(token.text) / 8);
    }
    if (token.text !== '(') bad('a register, label, number or m64[address]');
    at++;
    const value = binary(0);
    take(')');
    return value;
  };

  const value = binary(0);
  if (next().kind !== 'end') bad('an operator or the end');
  return value;
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

function named(name: string, scope: Scope): bigint {
  const plain = name.replace(/^\$/, '');
  return scope.value(plain) ?? fail(`there is no register or label "${plain}"`, undefined, didYouMean(plain, scope.names()));
}

function truth(value: boolean): bigint {
  return value ? 1n : 0n;
}

function apply(operator: string, a: bigint, b: bigint): bigint {
  if ((operator === '/' || operator === '%') && b === 0n) fail('division by zero');
  if ((operator === '<<' || operator === '>>') && (b < 0n || b > MAX_SHIFT)) fail(`a shift by ${b}: expected 0 to ${MAX_SHIFT}`);
  switch (operator) {
    case '+': return a + b;
    case '-': return a - b;
    case '*': return a * b;
    case '/': return a / b;
    case '%': return a % b;
    case '&': return a & b;
    case '|': return a | b;
    case '^': return a ^ b;
    case '<<': return a << b;
    case '>>': return a >> b;
    case '==': return truth(a === b);
    case '!=': return truth(a !== b);
    case '<': return truth(a < b);
    case '>': return truth(a > b);
    case '<=': return truth(a <= b);
    case '>=': return truth(a >= b);
    case '&&': return truth(a !== 0n && b !== 0n);
    default: return truth(a !== 0n || b !== 0n);
  }
}
