// Typed IR from expression syntax. Widths flow both ways: registers, memory and calls have one, literals and immediates
// take that of their context, and nothing converts by itself.
import { wrap } from '../../base/bits.js';
import { fail } from '../../base/diagnostics.js';
import type { Span } from '../../base/source.js';
import { didYouMean } from '../../base/suggest.js';
import type { ExprAst } from './ast.js';
import { Effects } from './effects.js';
import type { BinOp, CmpOp, Expr } from './ir.js';
import { numberOf, type Token } from './lexer.js';
import type { Operand } from './model.js';
import { alreadyReported, counted, known, type FunctionDecl, type Scope } from './scope.js';

const BINARY: Readonly<Record<string, BinOp>> = {
  '+': 'add', '-': 'sub', '*': 'mul', '/u': 'divu', '/s': 'divs', '%u': 'remu', '%s': 'rems', '&': 'and', '|': 'or',
  '^': 'xor', '<<': 'shl', '>>u': 'shru', '>>s': 'shrs',
};
const COMPARE: Readonly<Record<string, CmpOp>> = {
  '==': 'eq', '!=': 'ne', '<u': 'ltu', '<s': 'lts', '<=u': 'leu', '<=s': 'les', '>u': 'gtu', '>s': 'gts', '>=u': 'geu',
  '>=s': 'ges',
};

/** Width at which immediates are compared or sliced where nothing else gives one: every value survives the extension. */
const WIDEST = 64;

function widthHint(own: number, wanted: number): string {
  if (own < wanted) return 'zx(...) or sx(...) widens';
  return wanted === 1 ? 'compare it with 0, or take one bit as in [0]' : `[${wanted - 1}:0] takes the low bits`;
}

function sliceOf({ hi, lo, at }: Extract<ExprAst, { k: 'slice' }>): { hi: number; lo: number; bits: number } {
  const [from, to] = [Number(numberOf(hi)), Number(numberOf(lo))];
  if (from < to) fail(`expected the higher bit first in [${from}:${to}]`, at);
  return { hi: from, lo: to, bits: from - to + 1 };
}

export interface Local {
  readonly slot: number;
  readonly width: number;
}

/** Builds the expressions of one instruction. In `where` mode operands and registers are numbers and there is no state. */
export class ExpressionBuilder {
  readonly effects = new Effects();
  protected readonly scope: Scope;
  protected readonly operands: readonly Operand[];
  private readonly mode: 'body' | 'where';
  protected locals: Map<string, Local> = new Map();
  /** Lets whose value was at fault: their uses are no new faults. */
  protected readonly brokenLocals = new Set<string>();
  /** Why an expression must be pure just now. */
  private pure: string | undefined;
  protected slots = 0;

  constructor(scope: Scope, operands: readonly Operand[], mode: 'body' | 'where') {
    this.scope = scope;
    this.operands = operands;
    this.mode = mode;
    if (mode === 'where') this.pure = 'a where condition';
  }

  /** Number of local slots used. */
  get localCount(): number { return this.slots; }

  /** The expression at width `w`; any other width is a fault. */
  build(e: ExprAst, w: number): Expr {
    const own = this.infer(e);
    if (own !== undefined && own !== w) {
      fail(`expected i${w}, got i${own}`, e.at, widthHint(own, w));
    }
    switch (e.k) {
      case 'number': return this.literal(numberOf(e.token), w, e.at);
      case 'name': return this.name(e.name, w, e.at);
      case 'pc': case 'next': this.needState(e.k, e.at); return { k: e.k, w };
      case 'unary': return this.unary(e, w);
      case 'binary': return this.binary(e, w);
      case 'ternary': return this.ternary(e, w);
      case 'slice': return this.slice(e, w);
      case 'extend': return this.extend(e, w);
      case 'load': return this.load(e, w);
      case 'rmw': return this.rmw(e, w);
      case 'call': return this.call(e, w);
    }
  }

  /** The width that `e` has by itself; undefined where it takes its context's. */
  infer(e: ExprAst): number | undefined {
    switch (e.k) {
      case 'number': case 'extend': return undefined;
      case 'name': return this.widthOf(e.name, e.at);
      case 'pc': case 'next': return this.scope.pcWidth;
      case 'unary': return e.op === '!' ? 1 : this.infer(e.a);
      case 'binary': return e.op in COMPARE ? 1 : this.infer(e.a) ?? this.infer(e.b);
      case 'ternary': return this.infer(e.a) ?? this.infer(e.b);
      case 'slice': return sliceOf(e).bits;
      case 'load': case 'rmw': return this.memoryBits(e.memory);
      case 'call': return this.function(e.name).decl.result || fail(`"${e.name.text}" yields no value`, e.at);
    }
  }

  /** Runs `action` where memory, effects and traps are not allowed. */
  protected purely<T>(where: string, action: () => T): T {
    const before = this.pure;
    this.pure ??= where;
    try {
      return action();
    } finally {
      this.pure = before;
    }
  }

  protected memoryBits(memory: Token): number {
    const bits = Number(memory.text.slice(1));
    if (bits % 8 !== 0 || bits < 8 || bits > 64) {
      fail(`memory is accessed 8 to 64 bits at a time in steps of 8, not ${bits}`, memory.at);
    }
    return bits;
  }

  protected function(name: Token): FunctionDecl {
    const { functions } = this.scope;
    return known(this.scope, functions.get(name.text), 'function', name.text, name.at, functions.keys());
  }

  protected arguments(name: Token, args: readonly ExprAst[], widths: readonly number[]): Expr[] {
    if (args.length !== widths.length) {
      fail(`"${name.text}" takes ${counted(widths.length, 'argument')}, not ${args.length}`, name.at);
    }
    return args.map((argument, i) => this.build(argument, widths[i]!));
  }

  protected newLocal(name: Token, width: number): Local {
    if (this.resolve(name.text)) fail(`"${name.text}" has a meaning already`, name.at);
    const local = { slot: this.slots++, width };
    this.locals.set(name.text, local);
    return local;
  }

  private resolve(name: string): Local | Operand | { readonly file: number; readonly index: number } | undefined {
    return this.locals.get(name) ?? this.operands.find((operand) => operand.name === name) ?? this.scope.registers.get(name);
  }

  private widthOf(name: string, at: Span): number | undefined {
    const found = this.resolve(name);
    if (!found) return this.unknownName(name, at);
    if ('slot' in found) return found.width;
    if (this.mode === 'where') return undefined;
    if ('index' in found) return this.scope.files[found.file]!.width;
    if (found.kind === 'reg') return this.scope.files[found.file!]!.width;
    return found.kind === 'pcrel' ? this.scope.pcWidth : undefined;
  }

  private unknownName(name: string, at: Span): never {
    if (this.scope.broken.has(name) || this.brokenLocals.has(name)) alreadyReported();
    if (this.scope.fields.has(name)) fail(`"${name}" is not an operand of this instruction`, at);
    const names = [...this.locals.keys(), ...this.operands.map((operand) => operand.name), ...this.scope.registers.keys()];
    return fail(`unknown name "${name}"`, at, didYouMean(name, names));
  }

  private name(name: string, w: number, at: Span): Expr {
    const found = this.resolve(name)!;
    if ('slot' in found) return { k: 'local', w, slot: found.slot };
    if ('index' in found) {
      if (this.mode === 'where') return { k: 'const', w, value: BigInt(found.index) };
      const value = this.scope.files[found.file]!.fixed.get(found.index);
      if (value !== undefined) return { k: 'const', w, value };
      return { k: 'reg', w, file: found.file, index: { fixed: found.index } };
    }
    const operand = this.operands.indexOf(found);
    if (found.kind === 'reg' && this.mode === 'body') return { k: 'reg', w, file: found.file!, index: { operand } };
    if (found.kind === 'pcrel') this.needState(`the address "${name}"`, at);
    else if (found.width > w) fail(`the ${found.width} bits of "${name}" do not fit i${w}`, at);
    return { k: 'operand', w, operand };
  }

  private literal(value: bigint, w: number, at: Span): Expr {
    if (value >= 1n << BigInt(w) || value < -(1n << BigInt(w - 1))) fail(`${value} does not fit i${w}`, at);
    return { k: 'const', w, value: wrap(w, value) };
  }

  private unary(e: Extract<ExprAst, { k: 'unary' }>, w: number): Expr {
    if (e.op === '-' && e.a.k === 'number') return this.literal(-numberOf(e.a.token), w, e.at);
    return { k: 'un', w, op: e.op === '-' ? 'neg' : 'not', a: this.build(e.a, w) };
  }

  private binary({ op, a, b }: Extract<ExprAst, { k: 'binary' }>, w: number): Expr {
    const compare = COMPARE[op];
    if (!compare) return { k: 'bin', w, op: BINARY[op]!, a: this.build(a, w), b: this.build(b, w) };
    const side = this.infer(a) ?? this.infer(b) ?? WIDEST;
    return { k: 'cmp', w: 1, op: compare, a: this.build(a, side), b: this.build(b, side) };
  }

  private ternary(e: Extract<ExprAst, { k: 'ternary' }>, w: number): Expr {
    const c = this.build(e.c, 1);
    return this.purely('an arm of ?:', () => ({ k: 'cond', w, c, a: this.build(e.a, w), b: this.build(e.b, w) }));
  }

  private slice(e: Extract<ExprAst, { k: 'slice' }>, w: number): Expr {
    const { hi, lo } = sliceOf(e);
    const width = this.infer(e.a) ?? WIDEST;
    if (hi >= width) fail(`bit ${hi} is beyond the i${width} it is taken from`, e.at);
    return { k: 'slice', w, lo, a: this.build(e.a, width) };
  }

  private extend(e: Extract<ExprAst, { k: 'extend' }>, w: number): Expr {
    const word = e.signed ? 'sx' : 'zx';
    const inner = this.infer(e.a);
    if (inner === undefined) {
      fail(`${word}(...) needs an operand of known width`, e.at, 'literals and immediates extend by themselves');
    }
    if (inner >= w) fail(`${word}(...) widens, but its operand is i${inner} and i${w} is expected`, e.at);
    return { k: e.signed ? 'sx' : 'zx', w, a: this.build(e.a, inner) };
  }

  private load(e: Extract<ExprAst, { k: 'load' }>, w: number): Expr {
    this.needPurity('a load', e.at);
    const addr = this.build(e.addr, this.scope.pcWidth);
    this.effects.mayTrap('a load', e.at);
    return { k: 'load', w, addr };
  }

  private rmw(e: Extract<ExprAst, { k: 'rmw' }>, w: number): Expr {
    this.needPurity('rmw', e.at);
    const addr = this.build(e.addr, this.scope.pcWidth);
    const outer = this.locals;
    this.locals = new Map(outer);
    const { slot } = this.newLocal(e.old, w);
    const f = this.purely('the function of rmw', () => this.build(e.f, w));
    this.locals = outer;
    this.effects.commit('rmw', e.at);
    return { k: 'rmw', w, addr, slot, f };
  }

  private call(e: Extract<ExprAst, { k: 'call' }>, w: number): Expr {
    const { kind, index, decl } = this.function(e.name);
    if (kind === 'guest') {
      fail(`the guest call "${e.name.text}" stands alone: as a statement or as all of a register's new value`, e.at);
    }
    return this.externCall(e, index, 'pure' in decl && decl.pure, w, decl.args);
  }

  protected externCall(e: Extract<ExprAst, { k: 'call' }>, extern: number, pure: boolean, w: number,
    widths: readonly number[]): Expr {
    if (this.mode === 'where') fail('a where condition calls nothing', e.at);
    if (!pure) this.needPurity(`the call of "${e.name.text}"`, e.at);
    const args = this.arguments(e.name, e.args, widths);
    if (!pure) this.effects.mayTrap(`the call of "${e.name.text}"`, e.at);
    return { k: 'call', w, extern, args };
  }

  private needPurity(what: string, at: Span): void {
    if (this.pure) fail(`${what} cannot stand in ${this.pure}, which must be pure`, at);
  }

  private needState(what: string, at: Span): void {
    if (this.mode === 'where') fail(`${what} has no value in a where condition`, at);
  }
}
