// From the tokens after a mnemonic to the forms that they may stand for.
import { didYouMean } from '../../base/suggest.js';
import { bind, evaluate } from './expression.js';
import type { AssemblyLanguage, Form } from './forms.js';
import { failAt, failToken, placeOf, type Line } from './lines.js';
import type { Parse } from './operand-grammar.js';
import type { Candidate, Value } from './program.js';
import type { SymbolEntry, Symbols } from './symbols.js';
import type { Token } from './tokens.js';
import { VALUE_LABEL, type Tree } from './tree.js';

/** Why a form does not match; of several, the one that got furthest is reported. */
interface Mismatch {
  readonly progress: number;
  readonly token: Token | undefined;
  readonly message: string;
  readonly hint: string | undefined;
}

export interface Statement {
  readonly line: Line;
  readonly head: Token;
  readonly operands: readonly Token[];
  readonly symbols: Symbols;
  /** The label that `.` stands for. */
  readonly here: () => SymbolEntry;
}

/** The forms of the mnemonic that the operands match, at least one. */
export function matchForms(language: AssemblyLanguage, statement: Statement): Candidate[] {
  const { line, head, operands } = statement;
  const forms = language.forms.get(head.text)!;
  const candidates: Candidate[] = [];
  let worst: Mismatch | undefined;
  for (const form of forms) {
    const parse = language.grammar.parse(form.signature, operands, () => placeOf(line, head.column, head.text.length));
    const result = parse.ok ? matchFields(language, form, parse, statement) : syntaxMismatch(language, parse, operands);
    if ('form' in result) candidates.push(result);
    else if (!worst || result.progress >= worst.progress) worst = result;
  }
  if (candidates.length > 0) return candidates;
  const usage = `expected: ${[...new Set(forms.map((form) => form.usage))].slice(0, 4).join(' or ')}`;
  return failMismatch(line, head, operands, { ...worst!, hint: worst!.hint ? `${worst!.hint}\n  ${usage}` : usage });
}

function matchFields(language: AssemblyLanguage, form: Form, parse: Parse & { ok: true }, statement: Statement): Candidate | Mismatch {
  const { line, operands, symbols, here } = statement;
  const values: (Value | undefined)[] = [];
  const spans: (readonly [number, number])[] = [];
  if (form.glued) values[form.glued.operand] = form.glued.value;
  for (const [i, match] of parse.matches.entries()) {
    const field = form.fields[i]!;
    const last = lastToken(match);
    let value: Value;
    if (typeof match !== 'number') {
      value = valueOf(match, operands, line, symbols, here);
    } else {
      const found = wordValue(language, form, field, operands[match]);
      if (typeof found !== 'bigint') return { progress: 1000 + i, token: operands[match], message: found.message, hint: found.hint };
      value = found;
    }
    if (!('operand' in field)) continue;
    const before = values[field.operand];
    if (before !== undefined && before !== value) {
      return { progress: 1000 + i, token: operands[last], message: `expected the same ${form.operands[field.operand]!.name} as before`, hint: undefined };
    }
    values[field.operand] = value;
    spans[field.operand] = [firstToken(match), last];
  }
  return { form, values: values as Value[], tokens: spans };
}

/** A known value if no symbol that is still open takes part in it. */
export function valueOf(tree: Tree, tokens: readonly Token[], line: Line, symbols: Symbols, here: () => SymbolEntry): Value {
  const expression = bind(tree, tokens, line, symbols, here);
  return evaluate(expression, 0) ?? expression;
}

function wordValue(
  { isa }: AssemblyLanguage, form: Form, field: Form['fields'][number], token: Token | undefined,
): bigint | { readonly message: string; readonly hint?: string | undefined } {
  if ('operand' in field) {
    const operand = form.operands[field.operand]!;
    if (operand.kind === 'enum') return BigInt(operand.spellings!.indexOf(token?.text ?? ''));
    const register = isa.registerNames.get(token!.text)!;
    const first = operand.first ?? 0;
    const fits = register.file === operand.file && register.index >= first && register.index < first + (operand.count ?? Infinity);
    if (fits) return BigInt(register.index);
    const names = isa.files[operand.file!]!.names.slice(first, operand.count && first + operand.count);
    const list = names.length > 8 ? `${names[0]} to ${names.at(-1)}` : names.join(' ');
    return { message: `${operand.name} cannot be register "${token!.text}"`, hint: `it can be ${list}` };
  }
  const { file, index } = field.reg;
  const register = isa.registerNames.get(token!.text)!;
  if (register.file === file && register.index === index) return 0n;
  return { message: `expected register "${isa.files[file]!.names[index]}", not "${token!.text}"` };
}

/** Reports where `tokens`, all that follows `head`, leave the grammar. */
export function failSyntax(language: AssemblyLanguage, line: Line, head: Token, tokens: readonly Token[], parse: Parse & { ok: false }): never {
  return failMismatch(line, head, tokens, syntaxMismatch(language, parse, tokens));
}

function failMismatch(line: Line, head: Token, tokens: readonly Token[], { token, message, hint }: Mismatch): never {
  if (token) return failToken(line, token, `${head.text}: ${message}`, hint);
  const last = tokens.at(-1) ?? head;
  return failAt(line, last.column + last.text.length, 1, `${head.text}: ${message}`, hint);
}

function syntaxMismatch({ isa }: AssemblyLanguage, parse: Parse & { ok: false }, operands: readonly Token[]): Mismatch {
  const token = operands[parse.token];
  const wanted = parse.expected.length > 0 ? `expected ${listed(parse.expected)}` : 'expected the end of the line';
  const wantsRegister = parse.expected.includes('a register') && !parse.expected.includes(VALUE_LABEL);
  if (token?.kind === 'word' && wantsRegister) {
    return { progress: parse.token, token, message: `"${token.text}" is not a register`, hint: didYouMean(token.text, isa.registerNames.keys()) };
  }
  const got = token ? `, not "${token.text}"` : parse.expected.length > 0 ? ' at the end of the line' : '';
  return { progress: parse.token, token, message: wanted + got, hint: undefined };
}

function listed(names: readonly string[]): string {
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

function firstToken(match: Tree | number): number {
  if (typeof match === 'number') return match;
  if (match.k === 'leaf' || match.k === 'unary') return match.token;
  return firstToken(match.k === 'choice' ? match.c : match.a);
}

function lastToken(match: Tree | number): number {
  if (typeof match === 'number') return match;
  if (match.k === 'leaf') return match.token;
  return lastToken(match.k === 'unary' ? match.a : match.b);
}
