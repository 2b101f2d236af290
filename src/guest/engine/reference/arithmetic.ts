// The IR's arithmetic on BigInt, by the definitions in guest/lang/ir.ts. Operands and results are unsigned, of width w.
import type { BinOp, CmpOp } from '../../lang/ir.js';

// Bound at module scope: inside jest's vm contexts global look-ups in hot loops cost 18x (nodejs/node#31658).
const asUintN = BigInt.asUintN;
const asIntN = BigInt.asIntN;

export function binary(op: BinOp, w: number, a: bigint, b: bigint): bigint {
  switch (op) {
    case 'add': return asUintN(w, a + b);
    case 'sub': return asUintN(w, a - b);
    case 'mul': return asUintN(w, a * b);
    case 'and': return a & b;
    case 'or': return a | b;
    case 'xor': return a ^ b;
    case 'shl': return b >= BigInt(w) ? 0n : asUintN(w, a << b);
    case 'shru': return b >= BigInt(w) ? 0n : a >> b;
    case 'shrs': return asUintN(w, asIntN(w, a) >> (b >= BigInt(w) ? BigInt(w - 1) : b));
    case 'divu': return b === 0n ? asUintN(w, -1n) : a / b;
    case 'remu': return b === 0n ? a : a % b;
    // BigInt division truncates towards zero; wrapping makes the overflow case yield the dividend.
    case 'divs': return b === 0n ? asUintN(w, -1n) : asUintN(w, asIntN(w, a) / asIntN(w, b));
    case 'rems': return b === 0n ? a : asUintN(w, asIntN(w, a) % asIntN(w, b));
  }
}

export function compare(op: CmpOp, w: number, a: bigint, b: bigint): bigint {
  switch (op) {
    case 'eq': return a === b ? 1n : 0n;
    case 'ne': return a !== b ? 1n : 0n;
    case 'ltu': return a < b ? 1n : 0n;
    case 'leu': return a <= b ? 1n : 0n;
    case 'gtu': return a > b ? 1n : 0n;
    case 'geu': return a >= b ? 1n : 0n;
    case 'lts': return asIntN(w, a) < asIntN(w, b) ? 1n : 0n;
    case 'les': return asIntN(w, a) <= asIntN(w, b) ? 1n : 0n;
    case 'gts': return asIntN(w, a) > asIntN(w, b) ? 1n : 0n;
    case 'ges': return asIntN(w, a) >= asIntN(w, b) ? 1n : 0n;
  }
}

export function extendSigned(w: number, from: number, a: bigint): bigint {
  return asUintN(w, asIntN(from, a));
}

export function truncate(w: number, a: bigint): bigint {
  return asUintN(w, a);
}
