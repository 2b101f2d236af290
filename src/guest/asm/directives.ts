// The directives that stand on one line each: sections, data, alignment, symbols. Those that span lines are in reader.ts.
import { isPowerOfTwo } from '../../base/bits.js';
import type { Span } from '../../base/source.js';
import { evaluateNow } from './expression.js';
import { failAt, failToken, placeOf } from './lines.js';
import { bytesOf } from './literals.js';
import { failSyntax, valueOf, type Statement } from './match.js';
import { EXPRESSION, signatureOf } from './operand-grammar.js';
import type { Value } from './program.js';
import type { SymbolEntry } from './symbols.js';
import type { Token } from './tokens.js';
import type { Tree } from './tree.js';

/** One directive as it stands in the text. */
export interface Call extends Statement {
  readonly args: readonly Token[];
}

type Directive = (call: Call) => void;

const EXPRESSION_SIGNATURE = signatureOf(EXPRESSION);
const MAX_ALIGN_BYTES = 2 ** 30;

export const DIRECTIVES: Readonly<Record<string, Directive>> = {
  '.text': (call) => selectSection(call, '.text'),
  '.data': (call) => selectSection(call, '.data'),
  '.bss': (call) => selectSection(call, '.bss'),
  '.section': section,
  '.byte': (call) => data(call, 1),
  '.half': (call) => data(call, 2),
  '.word': (call) => data(call, 4),
  '.dword': (call) => data(call, 8),
  '.ascii': (call) => text(call, false),
  '.string': (call) => text(call, true),
  '.space': space,
  '.align': align,
  '.equ': equ,
  '.set': set,
  '.default': defaultValue,
  '.global': global,
};

/** The value of `tokens` as one expression; `what` names it if it is missing. */
export function expression(statement: Statement, tokens: readonly Token[], what: string): Value {
  const { build, line, head } = statement;
  const [first] = tokens;
  if (!first) return failToken(line, head, `${head.text}: expected ${what}`);
  const at = (): Span => placeOf(line, first.column, first.text.length);
  const parse = build.language.grammar.parse(EXPRESSION_SIGNATURE, tokens, at);
  return parse.ok ? valueOf(parse.matches[0] as Tree, tokens, statement) : failSyntax(statement, tokens, parse);
}

/** A value that must be known while the text is read. */
export function constant(statement: Statement, tokens: readonly Token[], what: string): bigint {
  const value = expression(statement, tokens, what);
  return typeof value === 'bigint' ? value : evaluateNow(value, 0, statement.build.symbols, statement.head.text);
}

/** `tokens` between the commas outside of parentheses; without tokens no part. */
export function splitAtCommas(tokens: readonly Token[]): Token[][] {
  if (tokens.length === 0) return [];
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if ('([{'.includes(token.text)) depth++;
    else if (')]}'.includes(token.text)) depth--;
    if (token.text === ',' && depth <= 0) parts.push([]);
    else parts.at(-1)!.push(token);
  }
  return parts;
}

function noArguments({ line, head, args }: Call): void {
  if (args.length > 0) failToken(line, args[0]!, `${head.text} takes no operands`);
}

function selectSection(call: Call, name: string): void {
  noArguments(call);
  call.build.program.select(name);
}

function section({ build, line, head, args: [name, ...more] }: Call): void {
  if (name?.kind !== 'word' && name?.kind !== 'string') {
    return failToken(line, name ?? head, '.section: expected a name such as .rodata');
  }
  if (more.length > 0) failToken(line, more[0]!, '.section takes a name alone');
  build.program.select(name.kind === 'string' ? name.text.slice(1, -1) : name.text);
}

function data(call: Call, bytes: number): void {
  const { build: { program }, line, head, args } = call;
  refuseInBss(call);
  if (args.length === 0) failToken(line, head, `${head.text}: expected one or more values`);
  const values = splitAtCommas(args).map((tokens, i, parts) => {
    const last = tokens.at(-1);
    if (!last) return failToken(line, i > 0 ? head : args[0]!, `${head.text}: value ${i + 1} of ${parts.length} is missing`);
    const column = tokens[0]!.column;
    return { value: expression(call, tokens, 'a value'), column, width: last.column + last.text.length - column };
  });
  program.add({ k: 'data', line, bytes, values, address: 0, length: bytes * values.length });
}

function text(call: Call, terminated: boolean): void {
  const { build: { program }, line, head, args } = call;
  refuseInBss(call);
  if (args.length === 0) failToken(line, head, `${head.text}: expected a string between " "`);
  for (const [token, ...more] of splitAtCommas(args)) {
    if (token?.kind !== 'string') return failToken(line, token ?? head, `${head.text}: expected a string between " "`);
    if (more.length > 0) failToken(line, more[0]!, `${head.text}: expected "," or the end of the line`);
    const content = bytesOf(token, line);
    const bytes = new Uint8Array(content.length + (terminated ? 1 : 0));
    bytes.set(content);
    program.add({ k: 'text', line, bytes, address: 0, length: bytes.length });
  }
}

function space(call: Call): void {
  const { build: { program }, line, head, args } = call;
  const size = expression(call, args, 'a number of bytes');
  if (typeof size === 'bigint' && size < 0n) failAt(line, args[0]!.column, 1, `.space of ${size} bytes`);
  program.add({ k: 'space', line, head, size, address: 0, length: 0 });
}

function align(call: Call): void {
  const { build: { program }, line, args } = call;
  const bytes = Number(constant(call, args, 'a number of bytes'));
  if (!isPowerOfTwo(bytes) || bytes > MAX_ALIGN_BYTES) {
    const hint = 'the number counts bytes: .align 8 is a multiple of 8';
    failToken(line, args[0]!, `.align ${bytes}: expected a power of two`, hint);
  }
  program.add({ k: 'align', line, bytes, address: 0, length: 0 });
}

function nameAndValue({ line, head, args }: Call): { name: Token; rest: readonly Token[] } {
  const [name, comma, ...rest] = args;
  if (name?.kind === 'register') failToken(line, name, `${head.text}: "${name.text}" is a register`);
  if (name?.kind !== 'word' || name.text === '.') {
    return failToken(line, name ?? head, `${head.text}: expected a name`, `as in ${head.text} SIZE, 64`);
  }
  if (comma?.text !== ',') failToken(line, comma ?? name, `${head.text}: expected "," and a value after the name`);
  return { name, rest };
}

function equ(call: Call): void {
  const { name, rest } = nameAndValue(call);
  const value = expression(call, rest, 'a value after the comma');
  assign(call.build.symbols.defineConstant(name, call.line), value);
}

function set(call: Call): void {
  const { build: { symbols }, line } = call;
  const { name, rest } = nameAndValue(call);
  const value = expression(call, rest, 'a value after the comma');
  const symbol = symbols.assign(name, line);
  assign(symbol, value);
  // It stands for labels, so nothing while the text is read can know it: round 0 need not look again.
  if (typeof value !== 'bigint') symbol.round = 0;
  symbols.publish(symbol);
}

function defaultValue(call: Call): void {
  const { build: { symbols }, line } = call;
  const { name, rest } = nameAndValue(call);
  const value = constant(call, rest, 'a value after the comma');
  symbols.defaults.push(name.text);
  if (!symbols.useGiven(name.text)) assign(symbols.defineConstant(name, line), value);
}

function assign(symbol: SymbolEntry, value: Value): void {
  if (typeof value === 'bigint') symbol.value = value;
  else symbol.expression = value;
}

function global({ build: { symbols }, line, head, args }: Call): void {
  if (args.length === 0) failToken(line, head, '.global: expected one or more names');
  for (const [name, ...more] of splitAtCommas(args)) {
    if (name?.kind !== 'word') return failToken(line, name ?? head, '.global: expected a name');
    if (more.length > 0) failToken(line, more[0]!, '.global: expected "," or the end of the line');
    symbols.exported.push({ symbol: symbols.reference(name, line), token: name, line });
  }
}

function refuseInBss({ build, line, head }: Call): void {
  if (build.program.section.name !== '.bss') return;
  failToken(line, head, `${head.text} in .bss, which holds zeros alone`, 'use .space here, or .data for initial values');
}
