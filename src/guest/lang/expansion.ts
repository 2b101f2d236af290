// `=> other insn`: compressed forms and aliases. Operands bind by value: `c.mv rd, rs => add rd, zero, rs`.
import { wrap } from '../../base/bits.js';
import { InputError, fail } from '../../base/diagnostics.js';
import type { Span } from '../../base/source.js';
import type { SyntaxAst } from './ast.js';
import { operandRange } from './encoding.js';
import type { Expr, RegIndex, Stmt } from './ir.js';
import { numberOf, type Token } from './lexer.js';
import type { Binding, Instruction, Operand } from './model.js';
import { known, registerNamed, type Scope } from './scope.js';
import { syntaxText } from './syntax.js';

export interface Expansion {
  readonly target: Instruction;
  /** One per operand of the target. */
  readonly bindings: readonly Binding[];
  /** Where each binding is written. */
  readonly places: readonly Span[];
}

/** Matches `ast` with the syntax of the instructions it can mean. `own` are the operand names it may pass on. */
export function matchExpansion(ast: SyntaxAst, own: readonly Token[], instructions: readonly Instruction[],
  scope: Scope): Expansion {
  const { text, at } = ast.mnemonic;
  const candidates = instructions.filter(({ syntax }) => syntax.mnemonic === text);
  known(scope, candidates[0], 'instruction', text, at, instructions.map(({ name }) => name));
  let error: unknown;
  for (const target of candidates) {
    try {
      return match(ast, own, target, scope);
    } catch (reason) {
      if (!(reason instanceof InputError)) throw reason;
      error ??= reason;
    }
  }
  throw error;
}

function match(ast: SyntaxAst, own: readonly Token[], target: Instruction, scope: Scope): Expansion {
  const bindings: Binding[] = new Array<Binding>(target.operands.length);
  const places: Span[] = new Array<Span>(target.operands.length).fill(ast.at);
  const { suffix, tokens } = target.syntax;
  if (suffix !== undefined) bindings[suffix] = bindSuffix(ast, own, target.operands[suffix]!);
  let i = 0;
  const next = (what: string): Token => ast.tokens[i++]
    ?? fail(`"${target.name}" needs ${what} here`, ast.at, usage(target, scope));
  for (const token of tokens) {
    if ('lit' in token) {
      const found = next(`"${token.lit}"`);
      const text = found.type === 'string' ? found.text.slice(1, -1) : found.text;
      if (text !== token.lit) fail(`expected "${token.lit}", not "${found.text}"`, found.at, usage(target, scope));
    } else if ('reg' in token) {
      const found = next('a register');
      const { file, index } = registerNamed(scope, found.text, found.at);
      if (file !== token.reg.file || index !== token.reg.index) {
        fail(`"${target.name}" names another register here`, found.at, usage(target, scope));
      }
    } else {
      const operand = target.operands[token.operand]!;
      const first = next(`"${operand.name}"`);
      const minus = first.type === 'punctuation' && first.text === '-';
      const found = minus ? next('a number') : first;
      places[token.operand] = found.at;
      if (found.type === 'punctuation' || (operand.kind === 'reg' && found.type !== 'name')) {
        fail(`expected a value of "${operand.name}", not "${found.text}"`, found.at, usage(target, scope));
      }
      bindings[token.operand] = bind(found, minus, operand, own, scope);
    }
  }
  const extra = ast.tokens[i];
  if (extra) fail(`"${extra.text}" is more than "${target.name}" takes`, extra.at, usage(target, scope));
  return { target, bindings, places };
}

function bindSuffix(ast: SyntaxAst, own: readonly Token[], operand: Operand): Binding {
  const name = ast.suffix?.text;
  const index = own.findIndex(({ text }) => text === name);
  if (name !== undefined && index < 0) fail(`"${name}" is not an operand of this syntax`, ast.suffix!.at);
  if (index >= 0) return { operand: index };
  const plain = operand.spellings!.indexOf('');
  if (plain < 0) fail(`"${ast.mnemonic.text}" needs a suffix`, ast.mnemonic.at);
  return { value: BigInt(plain) };
}

function bind(token: Token, minus: boolean, operand: Operand, own: readonly Token[], scope: Scope): Binding {
  const index = own.findIndex(({ text }) => text === token.text);
  if (index >= 0 && !minus) return { operand: index };
  return { value: constant(token, minus, operand, own, scope) };
}

function constant(token: Token, minus: boolean, operand: Operand, own: readonly Token[], scope: Scope): bigint {
  const { min, max, step } = operandRange(operand);
  const { kind, name } = operand;
  if (kind === 'reg') {
    const names = [...own.map(({ text }) => text), ...scope.registers.keys()];
    const { file, index } = known(scope, scope.registers.get(token.text), 'operand or register', token.text, token.at, names);
    if (file !== operand.file || index < min || index > max) fail(`"${name}" cannot name ${token.text}`, token.at);
    return BigInt(index);
  }
  if (kind === 'enum') {
    const spelling = operand.spellings!.indexOf(token.type === 'string' ? token.text.slice(1, -1) : token.text);
    if (spelling < 0) fail(`"${name}" has no spelling ${token.text}`, token.at);
    return BigInt(spelling);
  }
  if (kind === 'pcrel') fail(`"${name}" is an address: pass on an operand`, token.at);
  if (token.type !== 'number') {
    const names = own.map(({ text }) => text);
    known(scope, undefined, 'operand', token.text, token.at, names);
  }
  const value = minus ? -numberOf(token) : numberOf(token);
  if (value < min || value > max || value % step !== 0n) {
    fail(`${name} = ${value} does not fit (${min} to ${max})`, token.at);
  }
  return value;
}

/** A hint with the syntax of `target`. */
function usage({ syntax, operands }: Instruction, scope: Scope): string {
  return `its syntax is ${syntaxText(syntax, operands, scope.files)}`;
}

/** Whether every value of `own` is one that `target` can mean. */
export function passes(own: Operand, target: Operand): boolean {
  const immediate = ({ kind }: Operand): boolean => kind === 'signed' || kind === 'unsigned';
  if (own.kind !== target.kind && !(immediate(own) && immediate(target))) return false;
  if (own.file !== target.file || own.spellings?.join() !== target.spellings?.join()) return false;
  if (own.kind === 'pcrel') return true;
  const [from, to] = [operandRange(own), operandRange(target)];
  return from.min >= to.min && from.max <= to.max;
}

/** The body of `target` with its operands replaced by what `bindings` pass. */
export function substitute(target: Instruction, bindings: readonly Binding[], scope: Scope): Stmt[] {
  const index = (old: RegIndex): RegIndex => {
    if ('fixed' in old) return old;
    const binding = bindings[old.operand]!;
    return 'operand' in binding ? binding : { fixed: Number(binding.value) };
  };
  const read = (e: Extract<Expr, { k: 'reg' }>): Expr => {
    const place = index(e.index);
    const value = 'fixed' in place ? scope.files[e.file]!.fixed.get(place.fixed) : undefined;
    return value === undefined ? { ...e, index: place } : { k: 'const', w: e.w, value };
  };
  const expr = (e: Expr): Expr => {
    switch (e.k) {
      case 'const': case 'pc': case 'next': case 'local': return e;
      case 'reg': return read(e);
      case 'operand': {
        const binding = bindings[e.operand]!;
        if ('operand' in binding) return { ...e, operand: binding.operand };
        return { k: 'const', w: e.w, value: wrap(e.w, binding.value) };
      }
      case 'un': case 'slice': case 'sx': case 'zx': return { ...e, a: expr(e.a) };
      case 'bin': case 'cmp': return { ...e, a: expr(e.a), b: expr(e.b) };
      case 'cond': return { ...e, c: expr(e.c), a: expr(e.a), b: expr(e.b) };
      case 'load': return { ...e, addr: expr(e.addr) };
      case 'rmw': return { ...e, addr: expr(e.addr), f: expr(e.f) };
      case 'call': case 'guest': return { ...e, args: e.args.map(expr) };
    }
  };
  const statement = (s: Stmt): Stmt => {
    switch (s.k) {
      case 'set': return { ...s, index: index(s.index), value: expr(s.value) };
      case 'let': case 'do': return { ...s, value: expr(s.value) };
      case 'if': return { ...s, c: expr(s.c), body: s.body.map(statement) };
      case 'jump': return { ...s, target: expr(s.target) };
      case 'store': return { ...s, addr: expr(s.addr), value: expr(s.value) };
      case 'trap': return { ...s, cause: expr(s.cause), value: expr(s.value) };
      case 'pause': return s;
    }
  };
  return target.body.map(statement);
}
