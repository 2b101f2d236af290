// Lowers the body of one instruction. Reads see the state before it: what it sets is held in locals and committed at the
// end; a store comes last of all that can leave (the language sees to that), so an instruction either leaves with nothing done
// or completes.
import type { Expr, RegIndex, Stmt } from '../../lang/ir.js';
import { emitAccess, emitLeave, emitStore, NotLowered } from './access.js';
import { lowerCondition, lowerValue } from './lower-expr.js';
import { I32, I64, op } from './opcodes.js';
import type { Site } from './site.js';

interface PendingSet {
  readonly file: number;
  readonly index: RegIndex;
  readonly value: number;
  readonly flag: number | undefined;
}

/** How control goes on: local with the target, and i32 local that says whether it is taken; undefined: always. */
export interface Jump {
  readonly target: number;
  readonly flag: number | undefined;
}

export interface Lowered {
  readonly jump: Jump | undefined;
  readonly yields: boolean;
}

/** A body with these in places where they are not expected is the reference engine's: NotLowered. */
export function lowerBody(site: Site): Lowered {
  const lowering = new BodyLowering(site);
  lowering.statements(site.instruction.body, undefined);
  return lowering.commit();
}

class BodyLowering {
  private readonly site: Site;
  private readonly sets: PendingSet[] = [];
  private jump: Jump | undefined;
  private yields = false;

  constructor(site: Site) {
    this.site = site;
  }

  /** `flag`: local that says whether the body is executed. */
  statements(body: readonly Stmt[], flag: number | undefined): void {
    for (const s of body) this.statement(s, flag);
  }

  commit(): Lowered {
    for (const { file, index, value, flag } of this.sets) this.site.setRegister(file, index, value, flag);
    return { jump: this.jump, yields: this.yields };
  }

  private statement(s: Stmt, flag: number | undefined): void {
    const { site } = this;
    const { code } = site;
    switch (s.k) {
      case 'set': {
        const value = this.local(I64);
        lowerValue(s.value, site);
        code.set(value);
        this.sets.push({ file: s.file, index: s.index, value, flag });
        break;
      }
      case 'let': {
        const value = this.local(I64);
        lowerValue(s.value, site);
        code.set(value);
        site.slots[s.slot] = value;
        break;
      }
      case 'jump': {
        const target = this.local(I64);
        lowerValue(s.target, site);
        code.set(target);
        this.jumpTo({ target, flag });
        break;
      }
      case 'if': this.conditional(s, flag); break;
      case 'store': {
        const proven = site.proven(s.addr);
        const address = this.local(I64);
        if (!proven) {
          lowerValue(s.addr, site);
          code.set(address);
        }
        const value = this.local(I64);
        lowerValue(s.value, site);
        code.set(value);
        if (!proven) code.get(address);
        emitStore(code, proven ?? emitAccess(site, s.w / 8, true), s.w / 8, value);
        site.priors.push(value);
        break;
      }
      case 'do':
        lowerValue(s.value, site);
        if (s.value.w > 0) code.op(op.drop);
        break;
      case 'trap': emitLeave(site); break;
      case 'pause':
        if (flag !== undefined) unexpected();
        this.yields = true;
        break;
    }
  }

  private conditional(s: Extract<Stmt, { k: 'if' }>, outer: number | undefined): void {
    const { site } = this;
    const { code } = site;
    const flag = this.local(I32);
    lowerCondition(s.c, site);
    if (outer !== undefined) code.i32(0).op(op.i32Ne).get(outer).op(op.i32And);
    code.set(flag);
    const [only] = s.body;
    if (s.body.length === 1 && only!.k === 'jump' && isPlain(only!.target)) {
      // Nothing but a branch: no control flow, the flag says it all.
      this.statement(only!, flag);
      return;
    }
    const accesses = site.priors.length;
    code.get(flag).open(op.if);
    this.statements(s.body, flag);
    code.end();
    if (site.priors.length > accesses) site.uncertain = true;
  }

  private jumpTo(jump: Jump): void {
    if (this.jump) unexpected();
    this.jump = jump;
  }

  private local(type: number): number {
    return this.site.code.scratch(type);
  }
}

/** It can be computed whether or not it is needed. */
function isPlain(e: Expr): boolean {
  switch (e.k) {
    case 'load': case 'rmw': case 'call': case 'guest': return false;
    case 'un': case 'slice': case 'sx': case 'zx': return isPlain(e.a);
    case 'bin': case 'cmp': return isPlain(e.a) && isPlain(e.b);
    case 'cond': return isPlain(e.c) && isPlain(e.a) && isPlain(e.b);
    default: return true;
  }
}

function unexpected(): never {
  throw new NotLowered();
}
