// Typed IR from statement syntax, with the rules that let an instruction restart: each register assigned once and
// outside `if`, effects last.
import { InputError, fail } from '../../base/diagnostics.js';
import type { Span } from '../../base/source.js';
import type { ExprAst, StmtAst } from './ast.js';
import { ExpressionBuilder, type Local } from './expression.js';
import type { Expr, RegIndex, Stmt } from './ir.js';
import type { Token } from './lexer.js';
import type { Operand } from './model.js';
import { known, typeBits, type Scope } from './scope.js';

/** Causes and values of traps are i64 in every ISA. */
const TRAP_WIDTH = 64;

export class BodyBuilder extends ExpressionBuilder {
  private readonly assigned = new Set<string>();
  private jumps: 'none' | 'conditional' | 'always' = 'none';
  private ended = false;

  constructor(scope: Scope, operands: readonly Operand[]) {
    super(scope, operands, 'body');
  }

  /** The statements of a body; each that is at fault is reported and left out. */
  body(list: readonly StmtAst[]): Stmt[] {
    return this.block(list, false);
  }

  private block(list: readonly StmtAst[], conditional: boolean): Stmt[] {
    const result: Stmt[] = [];
    for (const statement of list) {
      const built = this.scope.faults.collect(() => {
        if (this.ended) fail('nothing after an unconditional trap is reached', statement.at);
        return this.statement(statement, conditional);
      });
      if (built) result.push(built);
    }
    return result;
  }

  private statement(s: StmtAst, conditional: boolean): Stmt {
    switch (s.k) {
      case 'set': return this.set(s.name, s.value, conditional);
      case 'jump': return this.jump(s.target, s.at, conditional);
      case 'store': return this.store(s);
      case 'let': return this.let(s);
      case 'if': return this.if(s);
      case 'do': return { k: 'do', value: this.effectOf(s.value) };
      case 'trap': {
        const cause = this.build(s.cause, TRAP_WIDTH);
        const value = this.build(s.value, TRAP_WIDTH);
        this.effects.mayTrap('a trap', s.at);
        this.ended = !conditional;
        return { k: 'trap', cause, value };
      }
      case 'pause': return { k: 'pause' };
    }
  }

  private set(name: Token, value: ExprAst, conditional: boolean): Stmt {
    const { file, index } = this.target(name);
    const { width } = this.scope.files[file]!;
    const key = `${file} ${JSON.stringify(index)}`;
    if (this.assigned.has(key)) fail(`"${name.text}" is assigned twice`, name.at);
    this.assigned.add(key);
    if (conditional) {
      fail(`"${name.text}" is assigned under if`, name.at, 'assign it always, with ?: for the old value');
    }
    const built = this.isGuestCall(value) ? this.guestCall(value, width) : this.build(value, width);
    return { k: 'set', file, index, value: built };
  }

  private target(name: Token): { readonly file: number; readonly index: RegIndex } {
    const operand = this.operands.findIndex((each) => each.name === name.text);
    if (operand >= 0) {
      const { kind, file } = this.operands[operand]!;
      if (kind !== 'reg') fail(`"${name.text}" is no register, so it cannot be assigned`, name.at);
      return { file: file!, index: { operand } };
    }
    if (this.locals.has(name.text)) fail(`"${name.text}" is a let: it has one value`, name.at);
    const names = [...this.operands.map((each) => each.name), ...this.scope.registers.keys()];
    const { file, index } = known(this.scope, this.scope.registers.get(name.text), 'register', name.text, name.at, names);
    if (this.scope.files[file]!.fixed.has(index)) {
      fail(`"${name.text}" is hard-wired, so it cannot be assigned`, name.at);
    }
    return { file, index: { fixed: index } };
  }

  private jump(target: ExprAst, at: Span, conditional: boolean): Stmt {
    if (this.jumps === 'always' || (this.jumps === 'conditional' && !conditional)) {
      fail('pc is assigned twice', at, 'use ?: to choose between two targets');
    }
    this.jumps = conditional ? 'conditional' : 'always';
    return { k: 'jump', target: this.build(target, this.scope.pcWidth) };
  }

  private store(s: Extract<StmtAst, { k: 'store' }>): Stmt {
    const w = this.memoryBits(s.memory);
    const addr = this.build(s.addr, this.scope.pcWidth);
    const value = this.build(s.value, w);
    this.effects.commit('a store', s.at);
    return { k: 'store', w, addr, value };
  }

  private let({ name, type, value }: Extract<StmtAst, { k: 'let' }>): Stmt {
    try {
      const width = type ? typeBits(type) : this.infer(value);
      if (width === undefined) {
        fail(`the width of "${name.text}" is open`, name.at, `give it, as in let ${name.text} : i64 = ...`);
      }
      const built = this.build(value, width);
      return { k: 'let', slot: this.newLocal(name, width).slot, value: built };
    } catch (error) {
      if (error instanceof InputError) this.brokenLocals.add(name.text);
      throw error;
    }
  }

  private if(s: Extract<StmtAst, { k: 'if' }>): Stmt {
    const c = this.build(s.c, 1);
    const outer: Map<string, Local> = this.locals;
    this.locals = new Map(outer);
    const body = this.block(s.body, true);
    this.locals = outer;
    return { k: 'if', c, body };
  }

  private effectOf(value: ExprAst): Expr {
    if (value.k !== 'call') return this.build(value, this.infer(value)!);
    const { kind, index, decl } = this.function(value.name);
    if (kind === 'guest') return this.guestCall(value, decl.result);
    const pure = 'pure' in decl && decl.pure;
    if (pure) fail(`"${value.name.text}" is pure: its value must be used`, value.at);
    return this.externCall(value, index, pure, decl.result, decl.args);
  }

  private isGuestCall(value: ExprAst): value is Extract<ExprAst, { k: 'call' }> {
    return value.k === 'call' && this.scope.functions.get(value.name.text)?.kind === 'guest';
  }

  private guestCall({ name, args, at }: Extract<ExprAst, { k: 'call' }>, w: number): Expr {
    const { index, decl } = this.function(name);
    if (decl.result !== w) {
      fail(decl.result === 0 ? `"${name.text}" yields no value` : `expected i${w}, got i${decl.result}`, at);
    }
    const built = this.arguments(name, args, decl.args);
    this.effects.commit('a guest call', at);
    return { k: 'guest', w, call: index, args: built };
  }
}
