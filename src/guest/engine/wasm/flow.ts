// How control goes on behind an instruction at a given place, as far as that is known before it is executed.
import { wrap } from '../../../base/bits.js';
import type { Expr, RegIndex, Stmt } from '../../lang/ir.js';
import type { Isa } from '../../lang/model.js';
import type { Decoded } from '../reference/decoded.js';
import { constantOf, type Known } from './constant.js';

/** An instruction at its place. */
export interface Step extends Decoded {
  readonly pc: number;
}

export type Flow =
  | { readonly kind: 'next' }
  /** `target` is undefined where only execution shows it; `calls`: the address of the following instruction is kept. */
  | { readonly kind: 'jump'; readonly target: bigint | undefined; readonly conditional: boolean; readonly calls: boolean }
  /** Not for compiled code. */
  | { readonly kind: 'leave' };

export function nextPc(step: Step): number {
  return step.pc + step.instruction.bits / 8;
}

/** What is constant about the step. */
export function knownOf(isa: Isa, step: Step): Known {
  const pc = BigInt(step.pc);
  return {
    operand: (i) => {
      const value = step.operands[i]!;
      return step.instruction.operands[i]!.kind === 'pcrel' ? wrap(isa.pcWidth, pc + value) : value;
    },
    register: (file, index) => isa.files[file]!.fixed.get(registerIndex(step, index)),
    pc: () => pc,
    next: () => wrap(isa.pcWidth, BigInt(nextPc(step))),
  };
}

export function registerIndex({ operands }: Decoded, index: RegIndex): number {
  return 'fixed' in index ? index.fixed : Number(operands[index.operand]!);
}

export function flowOf(isa: Isa, step: Step): Flow {
  const jumps: { readonly target: Expr; readonly conditional: boolean }[] = [];
  let pauses = false;
  const walk = (body: readonly Stmt[], conditional: boolean): void => {
    for (const s of body) {
      if (s.k === 'jump') jumps.push({ target: s.target, conditional });
      else if (s.k === 'pause') pauses = true;
      else if (s.k === 'if') walk(s.body, true);
    }
  };
  walk(step.instruction.body, false);
  if (pauses || jumps.length > 1) return { kind: 'leave' };
  const [jump] = jumps;
  if (!jump) return { kind: 'next' };
  const target = constantOf(jump.target, knownOf(isa, step));
  if (jump.conditional && target === undefined) return { kind: 'leave' };
  return { kind: 'jump', target, conditional: jump.conditional, calls: !jump.conditional && keepsNext(isa, step, step.instruction.body) };
}

/** Whether `next` goes into memory, or into a register that is not hard-wired: a jump that links to `zero` calls nothing. */
function keepsNext(isa: Isa, step: Step, body: readonly Stmt[]): boolean {
  return body.some((s) => {
    switch (s.k) {
      case 'set':
        return !isa.files[s.file]!.fixed.has(registerIndex(step, s.index)) && mentions(s.value, (e) => e.k === 'next');
      case 'let': case 'store': case 'do': return mentions(s.value, (e) => e.k === 'next');
      case 'if': return keepsNext(isa, step, s.body);
      default: return false;
    }
  });
}

/** Whether a node of the expression fulfils the condition. */
export function mentions(e: Expr, is: (e: Expr) => boolean): boolean {
  if (is(e)) return true;
  switch (e.k) {
    case 'un': case 'slice': case 'sx': case 'zx': return mentions(e.a, is);
    case 'bin': case 'cmp': return mentions(e.a, is) || mentions(e.b, is);
    case 'cond': return mentions(e.c, is) || mentions(e.a, is) || mentions(e.b, is);
    case 'load': return mentions(e.addr, is);
    case 'rmw': return mentions(e.addr, is) || mentions(e.f, is);
    case 'call': case 'guest': return e.args.some((arg) => mentions(arg, is));
    default: return false;
  }
}

/** All expressions and register writes of a body. */
export function visit(body: readonly Stmt[], expression: (e: Expr) => void, write: (file: number, index: RegIndex) => void): void {
  for (const s of body) {
    switch (s.k) {
      case 'set':
        write(s.file, s.index);
        expression(s.value);
        break;
      case 'let': case 'do': expression(s.value); break;
      case 'if':
        expression(s.c);
        visit(s.body, expression, write);
        break;
      case 'jump': expression(s.target); break;
      case 'store':
        expression(s.addr);
        expression(s.value);
        break;
      case 'trap':
        expression(s.cause);
        expression(s.value);
        break;
      case 'pause': break;
    }
  }
}
