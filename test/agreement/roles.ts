// What the operands of an instruction are for, read off its semantics: so that random programs of any ISA access memory that
// is there, and jump to code that is there, more often than chance would have it.
import type { Expr, Stmt } from '../../src/guest/lang/ir.js';
import type { Instruction } from '../../src/guest/lang/model.js';

export type Role =
  /** A register that an address, or the target of a jump, is computed from. */
  | 'base' | 'codeBase'
  /** A constant beside such a register. */
  | 'offset'
  /** A constant that is itself a target of a jump, or an address. */
  | 'target' | 'address'
  /** A register that receives the address of the next instruction, or anything else. */
  | 'link' | 'destination'
  | 'source' | 'constant';

export interface Shape {
  /** By operand. */
  readonly roles: readonly Role[];
  readonly jumps: boolean;
  /** Ends the slice, stops for a guest call, or traps by itself. */
  readonly stops: boolean;
  readonly accesses: boolean;
}

/** Registers that addresses are computed from without an operand naming them, as `file * 1000 + index`. */
export function impliedBases(instructions: readonly Instruction[]): ReadonlySet<number> {
  const found = new Set<number>();
  for (const { body } of instructions) {
    walk(body, (expr, place) => {
      if (expr.k === 'reg' && 'fixed' in expr.index && place === 'address') found.add(expr.file * 1000 + expr.index.fixed);
    });
  }
  return found;
}

export function shapeOf({ body, operands }: Instruction): Shape {
  const uses = operands.map(() => new Set<string>());
  const bases = { address: false, target: false };
  let jumps = false;
  let stops = false;
  let accesses = false;
  walk(body, (expr, place) => {
    if (expr.k === 'guest') stops = true;
    if (expr.k === 'load' || expr.k === 'rmw') accesses = true;
    if (expr.k === 'reg' && place !== 'value') bases[place] = true;
    if (expr.k === 'reg' && 'operand' in expr.index) uses[expr.index.operand]!.add(`read ${place}`);
    if (expr.k === 'operand') uses[expr.operand]!.add(place);
  }, (stmt) => {
    if (stmt.k === 'jump') jumps = true;
    if (stmt.k === 'store') accesses = true;
    if (stmt.k === 'trap' || stmt.k === 'pause') stops = true;
    if (stmt.k === 'set' && 'operand' in stmt.index) uses[stmt.index.operand]!.add(stmt.value.k === 'next' ? 'link' : 'write');
  });
  const roles = operands.map(({ kind }, i): Role => {
    const has = (use: string): boolean => uses[i]!.has(use);
    if (kind === 'reg') {
      return has('read target') ? 'codeBase' : has('read address') ? 'base' : has('link') ? 'link' : has('write') ? 'destination' : 'source';
    }
    if (has('target')) return bases.target ? 'offset' : 'target';
    if (has('address')) return bases.address ? 'offset' : 'address';
    return 'constant';
  });
  return { roles, jumps, stops, accesses };
}

type Place = 'address' | 'target' | 'value';

/** Every expression of the body with what it is a part of; locals are looked through. */
function walk(body: readonly Stmt[], expr: (e: Expr, place: Place) => void, stmt: (s: Stmt) => void = () => {}): void {
  const locals = new Map<number, Expr>();
  const visit = (e: Expr, place: Place): void => {
    expr(e, place);
    switch (e.k) {
      case 'un': case 'slice': case 'sx': case 'zx': visit(e.a, place); break;
      case 'bin': case 'cmp': visit(e.a, place); visit(e.b, place); break;
      case 'cond': visit(e.c, 'value'); visit(e.a, place); visit(e.b, place); break;
      case 'load': visit(e.addr, 'address'); break;
      case 'rmw': visit(e.addr, 'address'); visit(e.f, 'value'); break;
      case 'call': case 'guest': for (const arg of e.args) visit(arg, 'value'); break;
      case 'local': if (place !== 'value' && locals.has(e.slot)) visit(locals.get(e.slot)!, place); break;
      default:
    }
  };
  for (const s of body) {
    stmt(s);
    switch (s.k) {
      case 'set': visit(s.value, 'value'); break;
      case 'let': visit(s.value, 'value'); locals.set(s.slot, s.value); break;
      case 'if': visit(s.c, 'value'); walk(s.body, expr, stmt); break;
      case 'jump': visit(s.target, 'target'); break;
      case 'store': visit(s.addr, 'address'); visit(s.value, 'value'); break;
      case 'do': visit(s.value, 'value'); break;
      case 'trap': visit(s.cause, 'value'); visit(s.value, 'value'); break;
      default:
    }
  }
}
