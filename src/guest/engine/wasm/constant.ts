// The value that an expression has for a given instruction wherever it is executed, if there is one.
import { signed, wrap } from '../../../base/bits.js';
import { applyBinary, applyCompare, applyUnary } from '../../lang/arithmetic.js';
import type { Expr, RegIndex } from '../../lang/ir.js';

export interface Known {
  operand(index: number): bigint | undefined;
  register(file: number, index: RegIndex): bigint | undefined;
  pc(): bigint | undefined;
  next(): bigint | undefined;
}

export function constantOf(e: Expr, known: Known): bigint | undefined {
  switch (e.k) {
    case 'const': return e.value;
    case 'operand': {
      const value = known.operand(e.operand);
      return value === undefined ? undefined : wrap(e.w, value);
    }
    case 'reg': return known.register(e.file, e.index);
    case 'pc': return known.pc();
    case 'next': return known.next();
    case 'un': return map(constantOf(e.a, known), (a) => applyUnary(e.op, e.w, a));
    case 'bin': return both(e.a, e.b, known, (a, b) => applyBinary(e.op, e.w, a, b));
    case 'cmp': return both(e.a, e.b, known, (a, b) => (applyCompare(e.op, e.a.w, a, b) ? 1n : 0n));
    case 'slice': return map(constantOf(e.a, known), (a) => wrap(e.w, a >> BigInt(e.lo)));
    case 'sx': return map(constantOf(e.a, known), (a) => wrap(e.w, signed(e.a.w, a)));
    case 'zx': return constantOf(e.a, known);
    case 'cond': {
      const c = constantOf(e.c, known);
      return c === undefined ? undefined : constantOf(c !== 0n ? e.a : e.b, known);
    }
    default: return undefined;
  }
}

function map(a: bigint | undefined, f: (a: bigint) => bigint): bigint | undefined {
  return a === undefined ? undefined : f(a);
}

function both(a: Expr, b: Expr, known: Known, f: (a: bigint, b: bigint) => bigint): bigint | undefined {
  const left = constantOf(a, known);
  const right = left === undefined ? undefined : constantOf(b, known);
  return left === undefined || right === undefined ? undefined : f(left, right);
}
