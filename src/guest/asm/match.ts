// From the tokens after a mnemonic to the forms that they may stand for.
import { didYouMean } from '../../base/suggest.js';
import type { Isa } from '../lang/model.js';
import { bind, evaluate } from './expression.js';
import type { AssemblyLanguage, Field, Form } from './forms.js';
import { failAt, failToken, placeOf, type Line } from './lines.js';
import type { Match, Parse } from './operand-grammar.js';
import type { Build, Candidate, Value } from './program.js';
import type { SymbolEntry } from './symbols.js';
import type { Token } from './tokens.js';
import { VALUE_LABEL, type Tree } from './tree.js';

/** Why a form does not match; of several, the one that got furthest is reported. */
interface Mismatch {
  readonly progress: number;
  readonly token: Token | undefined;
  readonly message: string;
  readonly hint: string | undefined;
}

/** An instruction or directive: the line, the word that names it, and what its operands may refer to. */
export interface Statement {
  readonly build: Build;
  readonly line: Line;
  readonly head: Token;
  /** The label that `.` stands for. */
  readonly here: () => SymbolEntry;
}

/** The forms of the mnemonic that the operands match, at least one. */
export function matchForms(statement: Statement, operands: readonly Token[]): Candidate[] {
  const { build: { language }, line, head } = statement;
  const forms = language.forms.get(head.text)!;
  const candidates: Candidate[] = [];
  let furthest: Mismatch | undefined;
  for (const form of forms) {
    const parse = language.grammar.parse(form.signature, operands, () => placeOf(line, head.column, head.text.length));
    const result = parse.ok
      ? matchFields(form, parse.matches, statement, operands) : syntaxMismatch(language, parse, operands);
    if ('form' in result) candidates.push(result);
    else if (!furthest || result.progress >= furthest.progress) furthest = result;
  }
  if (candidates.length > 0) return candidates;
  const usage = `expected: ${[...new Set(forms.map((form) => form.usage))].slice(0, 4).join(' or ')}`;
  return failMismatch(line, head, operands, { ...furthest!, hint: furthest!.hint ? `${furthest!.hint}\n  ${usage}` : usage });
}

function matchFields(
  form: Form, matches: readonly Match[], statement: Statement, operands: readonly Token[],
): Candidate | Mismatch {
  const { isa } = statement.build.language;
  const values: Value[] = [];
  if (form.glued) values[form.glued.operand] = form.glued.value;
  for (let i = 0; i < matches.length; i++) {
    const match = matches[i]!;
    const field = form.fields[i]!;
    if (typeof match !== 'number') {
      values[(field as { readonly operand: number }).operand] = valueOf(match, operands, statement);
      continue;
    }
    const value = wordValue(isa, form, field, operands[match]);
    if (typeof value !== 'bigint') return { progress: operands.length + i, token: operands[match], ...value };
    if ('operand' in field) values[field.operand] = value;
  }
  return { form, values };
}

/** The first and last token of the line that `operand` of `form` takes up, in a line that matches the form. */
export function tokensOf(
  language: AssemblyLanguage, line: Line, head: Token, form: Form, operand: number,
): readonly [Token, Token] | undefined {
  const operands = language.lexer.lex(line.text).tokens.filter((token) => token.column > head.column);
  const parse = language.grammar.parse(form.signature, operands, () => placeOf(line, head.column));
  const field = form.fields.findIndex((each) => 'operand' in each && each.operand === operand);
  const match = parse.ok ? parse.matches[field] : undefined;
  return match === undefined || match === -1 ? undefined : [operands[firstToken(match)]!, operands[lastToken(match)]!];
}

/** A known value if no symbol that is still open takes part in it. */
export function valueOf(tree: Tree, tokens: readonly Token[], { build, line, here }: Statement): Value {
  const expression = bind(tree, tokens, line, build.symbols, here);
  return evaluate(expression, 0) ?? expression;
}

/** The number of a register, the index of a spelling; for a register that the syntax fixes, 0. */
function wordValue(
  isa: Isa, form: Form, field: Field, token: Token | undefined,
): bigint | Pick<Mismatch, 'message' | 'hint'> {
  if ('operand' in field) {
    const operand = form.operands[field.operand]!;
    if (operand.kind === 'enum') return BigInt(operand.spellings!.indexOf(token?.text ?? ''));
    const { file, index } = isa.registerNames.get(token!.text)!;
    const first = operand.first!;
    const end = first + operand.count!;
    if (file === operand.file && index >= first && index < end) return BigInt(index);
    const names = isa.files[operand.file!]!.names.slice(first, end);
    const list = names.length > 8 ? `${names[0]} to ${names.at(-1)}` : names.join(' ');
    return { message: `${operand.name} cannot be register "${token!.text}"`, hint: `it can be ${list}` };
  }
  const { file, index } = field.reg;
  const register = isa.registerNames.get(token!.text)!;
  if (register.file === file && register.index === index) return 0n;
  return { message: `expected register "${isa.files[file]!.names[index]}", not "${token!.text}"`, hint: undefined };
}

/** Reports where `tokens`, all that follows `head`, leave the grammar. */
export function failSyntax({ build, line, head }: Statement, tokens: readonly Token[], parse: Parse & { ok: false }): never {
  return failMismatch(line, head, tokens, syntaxMismatch(build.language, parse, tokens));
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
    const hint = didYouMean(token.text, isa.registerNames.keys());
    return { progress: parse.token, token, message: `"${token.text}" is not a register`, hint };
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
