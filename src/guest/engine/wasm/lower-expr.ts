// Lowers IR expressions to WebAssembly. Every value is an i64, zero-extended from its width, as ir.ts has it; a condition is an
// i32. What an expression means is defined by the reference engine's `evaluate`.
import type { BinOp, CmpOp, Expr } from '../../lang/ir.js';
import { emitAccess, emitLoad, emitStore, NotLowered } from './access.js';
import { constantOf } from './constant.js';
import type { Code } from './encode.js';
import { I64, op } from './opcodes.js';
import type { Host, Site } from './site.js';

const COMPARE: Readonly<Record<CmpOp, number>> = {
  eq: op.i64Eq, ne: op.i64Ne, ltu: op.i64LtU, lts: op.i64LtS, leu: op.i64LeU, les: op.i64LeS,
  gtu: op.i64GtU, gts: op.i64GtS, geu: op.i64GeU, ges: op.i64GeS,
};
const SIGNED: ReadonlySet<CmpOp> = new Set<CmpOp>(['lts', 'les', 'gts', 'ges']);
const LOGIC = { and: op.i32And, or: op.i32Or, xor: op.i32Xor } as const;
const SIMPLE: Readonly<Partial<Record<BinOp, number>>> = {
  add: op.i64Add, sub: op.i64Sub, mul: op.i64Mul, and: op.i64And, or: op.i64Or, xor: op.i64Xor,
};
const EXTEND: Readonly<Record<number, number>> = { 8: op.i64Extend8S, 16: op.i64Extend16S, 32: op.i64Extend32S };

/** Pushes the expression's value. */
export function lowerValue(e: Expr, site: Site): void {
  const { code } = site;
  const constant = constantOf(e, site);
  if (constant !== undefined) {
    code.i64(constant);
    return;
  }
  switch (e.k) {
    case 'const': code.i64(e.value); break;
    case 'operand': site.pushOperand(e.operand, e.w); break;
    case 'reg': site.pushRegister(e.file, e.index); break;
    case 'pc': site.pushPc(); break;
    case 'next': site.pushNext(); break;
    case 'local': code.get(site.slots[e.slot]!); break;
    case 'un':
      if (e.op === 'neg') {
        code.i64(0n);
        lowerValue(e.a, site);
        code.op(op.i64Sub);
      } else {
        lowerValue(e.a, site);
        code.i64(-1n).op(op.i64Xor);
      }
      wrapTo(code, e.w);
      break;
    case 'bin': lowerBinary(e, site); break;
    case 'cmp':
      lowerCondition(e, site);
      code.op(op.i64ExtendI32U);
      break;
    case 'slice':
      lowerValue(e.a, site);
      if (e.lo > 0) code.i64(BigInt(e.lo)).op(op.i64ShrU);
      if (e.lo + e.w < e.a.w) wrapTo(code, e.w);
      break;
    case 'sx':
      lowerValue(e.a, site);
      signExtend(code, e.a.w);
      wrapTo(code, e.w);
      break;
    case 'zx': lowerValue(e.a, site); break;
    case 'cond':
      lowerValue(e.a, site);
      lowerValue(e.b, site);
      lowerCondition(e.c, site);
      code.op(op.select);
      break;
    case 'load': {
      const host = hostOf(e.addr, e.w / 8, false, site);
      emitLoad(code, host, e.w / 8);
      site.priors.push(keep(code));
      break;
    }
    case 'rmw': {
      const host = hostOf(e.addr, e.w / 8, true, site);
      emitLoad(code, host, e.w / 8);
      const old = keep(code);
      site.slots[e.slot] = old;
      site.priors.push(old);
      lowerValue(e.f, site);
      const value = code.scratch(I64);
      code.set(value);
      emitStore(code, host, e.w / 8, value);
      break;
    }
    case 'call': {
      const target = site.externs[e.extern];
      if (target === undefined) throw new NotLowered();
      for (const arg of e.args) lowerValue(arg, site);
      code.call(target);
      wrapTo(code, e.w);
      break;
    }
    case 'guest': throw new NotLowered();
  }
}

/** Pushes an i32 that is not 0 if the expression, of width 1, is. */
export function lowerCondition(e: Expr, site: Site): void {
  const { code } = site;
  const constant = constantOf(e, site);
  if (constant !== undefined) {
    code.i32(Number(constant));
  } else if (e.k === 'cmp') {
    const w = e.a.w;
    const zero = e.op === 'eq' || e.op === 'ne' ? constantOf(e.b, site) === 0n : false;
    lowerValue(e.a, site);
    if (SIGNED.has(e.op)) signExtend(code, w);
    if (zero && e.op === 'eq') {
      code.op(op.i64Eqz);
      return;
    }
    lowerValue(e.b, site);
    if (SIGNED.has(e.op)) signExtend(code, w);
    code.op(COMPARE[e.op]);
  } else if (e.k === 'un' && e.op === 'not') {
    lowerCondition(e.a, site);
    code.op(op.i32Eqz);
  } else if (e.k === 'bin' && (e.op === 'and' || e.op === 'or' || e.op === 'xor')) {
    lowerCondition(e.a, site);
    lowerCondition(e.b, site);
    code.op(LOGIC[e.op]);
  } else {
    lowerValue(e, site);
    code.op(op.i32WrapI64);
  }
}

/** Where an access finds its bytes. */
function hostOf(address: Expr, bytes: number, write: boolean, site: Site): Host {
  const proven = site.proven(address);
  if (proven) return proven;
  lowerValue(address, site);
  return emitAccess(site, bytes, write);
}

/** Keeps the top of the stack in a local too, and leaves it on the stack; the local. */
function keep(code: Code): number {
  const local = code.scratch(I64);
  code.tee(local);
  return local;
}

function wrapTo(code: Code, w: number): void {
  if (w > 0 && w < 64) code.i64((1n << BigInt(w)) - 1n).op(op.i64And);
}

/** Of a value of width w on the stack, to all 64 bits. */
function signExtend(code: Code, w: number): void {
  if (w === 64) return;
  const instruction = EXTEND[w];
  if (instruction !== undefined) code.op(instruction);
  else code.i64(BigInt(64 - w)).op(op.i64Shl).i64(BigInt(64 - w)).op(op.i64ShrS);
}

function lowerBinary(e: Extract<Expr, { k: 'bin' }>, site: Site): void {
  const { code } = site;
  const simple = SIMPLE[e.op];
  if (simple !== undefined) {
    lowerValue(e.a, site);
    lowerValue(e.b, site);
    code.op(simple);
    if (e.op === 'add' || e.op === 'sub' || e.op === 'mul') wrapTo(code, e.w);
  } else if (e.op === 'shl' || e.op === 'shru' || e.op === 'shrs') {
    lowerShift(e, site);
  } else {
    lowerDivision(e, site);
  }
}

/** WebAssembly takes counts modulo 64; ours give 0, or sign bits, from the width on. */
function lowerShift(e: Extract<Expr, { k: 'bin' }>, site: Site): void {
  const { code } = site;
  const limit = BigInt(e.w);
  const always = largest(e.b, site) < limit;
  lowerValue(e.a, site);
  if (e.op === 'shrs') {
    signExtend(code, e.w);
    lowerValue(e.b, site);
    if (!always) {
      const count = keep(code);
      code.i64(63n).get(count).i64(limit).op(op.i64LtU).op(op.select);
    }
    code.op(op.i64ShrS);
    wrapTo(code, e.w);
    return;
  }
  lowerValue(e.b, site);
  const count = always ? -1 : keep(code);
  code.op(e.op === 'shl' ? op.i64Shl : op.i64ShrU);
  if (!always) code.i64(0n).get(count).i64(limit).op(op.i64LtU).op(op.select);
  if (e.op === 'shl') wrapTo(code, e.w);
}

/** A bound on the expression's value. */
function largest(e: Expr, site: Site): bigint {
  const constant = constantOf(e, site);
  if (constant !== undefined) return constant;
  const all = (1n << BigInt(e.w)) - 1n;
  if (e.k === 'zx') return largest(e.a, site);
  if (e.k === 'bin' && e.op === 'and') {
    const [a, b] = [largest(e.a, site), largest(e.b, site)];
    return a < b ? a : b;
  }
  if (e.k === 'operand') {
    const { kind, width } = site.instruction.operands[e.operand]!;
    if (kind === 'unsigned') return (1n << BigInt(Math.min(width, e.w))) - 1n;
  }
  return all;
}

/** Never traps: by zero the quotient is all ones and the remainder the dividend; -2^63 / -1 is itself. */
function lowerDivision(e: Extract<Expr, { k: 'bin' }>, site: Site): void {
  const { code } = site;
  const signedOp = e.op === 'divs' || e.op === 'rems';
  const quotient = e.op === 'divs' || e.op === 'divu';
  const [a, b, result] = [code.scratch(I64), code.scratch(I64), code.scratch(I64)];
  lowerValue(e.a, site);
  if (signedOp) signExtend(code, e.w);
  code.set(a);
  lowerValue(e.b, site);
  if (signedOp) signExtend(code, e.w);
  code.tee(b).op(op.i64Eqz).open(op.if);
  if (quotient) code.i64(-1n).set(result);
  else code.get(a).set(result);
  code.else();
  if (e.op === 'divs') {
    code.get(b).i64(-1n).op(op.i64Eq).open(op.if);
    code.i64(0n).get(a).op(op.i64Sub).set(result);
    code.else();
    code.get(a).get(b).op(op.i64DivS).set(result).end();
  } else {
    code.get(a).get(b).op(e.op === 'divu' ? op.i64DivU : e.op === 'remu' ? op.i64RemU : op.i64RemS).set(result);
  }
  code.end();
  code.get(result);
  wrapTo(code, e.w);
}
