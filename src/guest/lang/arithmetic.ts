// The operators of the IR on unsigned BigInts of a given width, as ir.ts defines them.
import type { BinOp, CmpOp, UnOp } from './ir.js';

const asUintN = BigInt.asUintN;
const asIntN = BigInt.asIntN;

/** `op a` modulo 2^w. */
export function applyUnary(op: UnOp, w: number, a: bigint): bigint {
  return asUintN(w, op === 'neg' ? -a : ~a);
}

/** `a op b` modulo 2^w; total, also for division and for shift counts of w and more. */
export function applyBinary(op: BinOp, w: number, a: bigint, b: bigint): bigint {
  switch (op) {
    case 'add': return asUintN(w, a + b);
    case 'sub': return asUintN(w, a - b);
    case 'mul': return asUintN(w, a * b);
    case 'divu': return b === 0n ? asUintN(w, -1n) : a / b;
    case 'remu': return b === 0n ? a : a % b;
    case 'divs': return asUintN(w, b === 0n ? -1n : asIntN(w, a) / asIntN(w, b));
    case 'rems': return b === 0n ? a : asUintN(w, asIntN(w, a) % asIntN(w, b));
    case 'and': return a & b;
    case 'or': return a | b;
    case 'xor': return a ^ b;
    case 'shl': return b >= BigInt(w) ? 0n : asUintN(w, a << b);
    case 'shru': return b >= BigInt(w) ? 0n : a >> b;
    case 'shrs': return asUintN(w, asIntN(w, a) >> (b >= BigInt(w) ? BigInt(w) : b));
  }
}

/** Whether `a op b` holds for values of width w. */
export function applyCompare(op: CmpOp, w: number, a: bigint, b: bigint): boolean {
  switch (op) {
    case 'eq': return a === b;
    case 'ne': return a !== b;
    case 'ltu': return a < b;
    case 'leu': return a <= b;
    case 'gtu': return a > b;
    case 'geu': return a >= b;
    case 'lts': return asIntN(w, a) < asIntN(w, b);
    case 'les': return asIntN(w, a) <= asIntN(w, b);
    case 'gts': return asIntN(w, a) > asIntN(w, b);
    case 'ges': return asIntN(w, a) >= asIntN(w, b);
  }
}
