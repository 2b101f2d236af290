// Evaluates IR expressions by walking them: the definition of what they mean. What an expression reads from the machine
// comes through `Environment`, so that the engine and the owner of a remotely served rmw share it.
import type { Expr, RegIndex } from '../../lang/ir.js';
import { signed, wrap } from '../../../base/bits.js';
import { applyBinary, applyCompare, applyUnary } from '../../lang/arithmetic.js';

export interface Environment {
  readonly locals: bigint[];
  operand(index: number): bigint;
  register(file: number, index: RegIndex): bigint;
  pc(): bigint;
  next(): bigint;
  load(bytes: number, address: bigint): bigint;
  rmw(node: Extract<Expr, { k: 'rmw' }>, address: bigint): bigint;
  call(extern: number, args: bigint[]): bigint;
  guest(call: number, args: bigint[]): bigint;
}

export function evaluate(e: Expr, env: Environment): bigint {
  switch (e.k) {
    case 'const': return e.value;
    case 'operand': return wrap(e.w, env.operand(e.operand));
    case 'reg': return env.register(e.file, e.index);
    case 'pc': return env.pc();
    case 'next': return env.next();
    case 'local': return env.locals[e.slot]!;
    case 'un': return applyUnary(e.op, e.w, evaluate(e.a, env));
    case 'bin': return applyBinary(e.op, e.w, evaluate(e.a, env), evaluate(e.b, env));
    case 'cmp': return applyCompare(e.op, e.a.w, evaluate(e.a, env), evaluate(e.b, env)) ? 1n : 0n;
    case 'slice': return wrap(e.w, evaluate(e.a, env) >> BigInt(e.lo));
    case 'sx': return wrap(e.w, signed(e.a.w, evaluate(e.a, env)));
    case 'zx': return evaluate(e.a, env);
    case 'cond': return evaluate(e.c, env) !== 0n ? evaluate(e.a, env) : evaluate(e.b, env);
    case 'load': return env.load(e.w / 8, evaluate(e.addr, env));
    case 'rmw': return env.rmw(e, evaluate(e.addr, env));
    case 'call': return env.call(e.extern, e.args.map((arg) => evaluate(arg, env)));
    case 'guest': return env.guest(e.call, e.args.map((arg) => evaluate(arg, env)));
  }
}

/**
 * The pure expression `f` with every leaf but local `slot` replaced by its present value: plain data that another node
 * can evaluate.
 */
export function closeOver(f: Expr, slot: number, env: Environment): Expr {
  const close = (e: Expr): Expr => {
    switch (e.k) {
      case 'operand': case 'reg': case 'pc': case 'next':
        return { k: 'const', w: e.w, value: evaluate(e, env) };
      case 'local': return e.slot === slot ? e : { k: 'const', w: e.w, value: evaluate(e, env) };
      case 'un': case 'slice': case 'sx': case 'zx': return { ...e, a: close(e.a) };
      case 'bin': return { ...e, a: close(e.a), b: close(e.b) };
      case 'cmp': return { ...e, a: close(e.a), b: close(e.b) };
      case 'cond': return { ...e, c: close(e.c), a: close(e.a), b: close(e.b) };
      case 'call': return { ...e, args: e.args.map(close) };
      default: return e;
    }
  };
  return close(f);
}
