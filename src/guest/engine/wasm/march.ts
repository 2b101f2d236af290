// What one turn of a loop does to memory, where that can be foretold: accesses whose addresses are a register, plus a constant,
// that each turn moves on by another constant. As many turns as stay within the lines that the first of them touches need no
// look at fast tags, for nothing can take a tag away meanwhile but a miss, and there is none.
import { signed, wrap } from '../../../base/bits.js';
import type { CmpOp, Expr, RegIndex, Stmt } from '../../lang/ir.js';
import type { Isa } from '../../lang/model.js';
import type { ContextLayout } from '../../machine/context.js';
import { constantOf, type Known } from './constant.js';
import { knownOf, mentions, registerIndex, type Step } from './flow.js';

/** Bytes that a turn touches in one line, all of them by one register, or at a constant address. */
export interface Stream {
  /** Offset of the register in the context. */
  readonly base: number | undefined;
  /** Address of the lowest byte less the register's value when the turn begins; modulo 2^width. */
  readonly add: bigint;
  readonly width: number;
  readonly bytes: number;
  /** Bytes by which it lies further behind in the next turn. */
  readonly stride: number;
  readonly write: boolean;
  /** The first access of a turn stores. */
  readonly storesFirst: boolean;
  /** No access of another stream comes between its accesses of a turn. */
  readonly together: boolean;
}

export interface Place {
  readonly stream: Stream;
  /** Bytes behind the lowest one of the stream. */
  readonly at: number;
}

/** A value: what the register held when the turn began, if there is one, plus a constant. */
export interface Sum {
  /** Offset of the register in the context. */
  readonly base: number | undefined;
  readonly add: bigint;
  readonly width: number;
}

/** What the only conditional jump of a turn, its last instruction, compares. */
export interface Bound {
  readonly op: CmpOp;
  readonly left: Sum;
  readonly right: Sum;
  /** By how much each of them is more in the next turn. */
  readonly strides: readonly [left: number, right: number];
}

export interface March {
  readonly streams: readonly Stream[];
  /** Undefined: it cannot be foretold how many turns there are. */
  readonly bound: Bound | undefined;
  /** Of each access of each step, by its address. */
  readonly places: ReadonlyMap<Step, ReadonlyMap<Expr, Place>>;
}

interface Access extends Sum {
  readonly step: Step;
  readonly address: Expr;
  readonly bytes: number;
  readonly write: boolean;
}

/**
 * Steps of a turn, in order; undefined if not all that they do can be foretold, or not for so many turns that it is worth while:
 * eight in a line, and more where the loop ends as soon as memory holds something.
 */
export function marchOf(isa: Isa, contexts: ContextLayout, steps: readonly Step[], lineBytes: number): March | undefined {
  const turn = new Turn(isa, contexts);
  for (const step of steps) if (!turn.step(step)) return undefined;
  const mostStride = lineBytes / (turn.waits ? 16 : 8);
  const streams: Stream[] = [];
  const places = new Map<Step, Map<Expr, Place>>();
  const order = (group: readonly Access[]): number => turn.order(turn.firstOf(group));
  for (const group of turn.groups(lineBytes / 2).sort((a, b) => order(a) - order(b))) {
    const [first] = group;
    const stride = turn.strideOf(first!);
    const from = (access: Access): number => Number(signed(access.width, wrap(access.width, access.add - first!.add)));
    const bytes = Math.max(...group.map((access) => from(access) + access.bytes));
    if (stride === undefined || Math.abs(stride) > mostStride || bytes > lineBytes) return undefined;
    const { base, add, width } = first!;
    const stream = {
      base, add, width, stride, bytes, write: group.some((access) => access.write), storesFirst: turn.firstOf(group).write,
      together: turn.together(group),
    };
    streams.push(stream);
    for (const access of group) {
      const known = places.get(access.step);
      const place = { stream, at: from(access) };
      if (known) known.set(access.address, place);
      else places.set(access.step, new Map([[access.address, place]]));
    }
  }
  return { streams, places, bound: turn.bound(steps[steps.length - 1]!) };
}

class Turn {
  /** What a load yields decides whether there is another turn. */
  waits = false;
  /** Conditional jumps: what they compare. */
  private readonly jumps: { readonly step: Step; readonly compares: Pick<Bound, 'op' | 'left' | 'right'> | undefined }[] = [];
  private readonly isa: Isa;
  private readonly contexts: ContextLayout;
  private readonly accesses: Access[] = [];
  /** Registers that have been set, by offset in the context; undefined: to something else. */
  private readonly registers = new Map<number, Sum | undefined>();
  /** Those that depend on a load. */
  private readonly loaded = new Set<number>();

  constructor(isa: Isa, contexts: ContextLayout) {
    this.isa = isa;
    this.contexts = contexts;
  }

  /** Whether it is known what the step does. */
  step(step: Step): boolean {
    const known = knownOf(this.isa, step);
    const slots = new Map<number, Sum | undefined>();
    const loadedSlots = new Set<number>();
    const sets: { readonly offset: number; readonly value: Sum | undefined; readonly loaded: boolean }[] = [];
    const offsetOf = (file: number, index: RegIndex): number => this.contexts.fileOffsets[file]! + 8 * registerIndex(step, index);
    const sum = (e: Expr): Sum | undefined => this.sum(e, known, slots, offsetOf);
    const access = (address: Expr, w: number, write: boolean): boolean => {
      const value = sum(address);
      if (value) this.accesses.push({ ...value, step, address, bytes: w / 8, write });
      return value !== undefined;
    };
    const loaded = (e: Expr): boolean => mentions(e, (each) => {
      switch (each.k) {
        case 'load': case 'rmw': return true;
        case 'reg': return this.loaded.has(offsetOf(each.file, each.index));
        case 'local': return loadedSlots.has(each.slot);
        default: return false;
      }
    });
    const pure = (e: Expr): boolean => !mentions(e, ({ k }) => k === 'call' || k === 'guest');
    const accessesOf = (e: Expr): boolean => {
      let all = true;
      mentions(e, (each) => {
        if (each.k === 'load' || each.k === 'rmw') all &&= access(each.addr, each.w, each.k === 'rmw');
        return false;
      });
      return all;
    };
    const compares = (e: Expr): Pick<Bound, 'op' | 'left' | 'right'> | undefined => {
      const [left, right] = e.k === 'cmp' ? [sum(e.a), sum(e.b)] : [];
      return e.k === 'cmp' && left && right ? { op: e.op, left, right } : undefined;
    };
    const always = (s: Stmt): boolean => {
      switch (s.k) {
        case 'let':
          slots.set(s.slot, sum(s.value));
          if (loaded(s.value)) loadedSlots.add(s.slot);
          return pure(s.value) && accessesOf(s.value);
        case 'set':
          sets.push({ offset: offsetOf(s.file, s.index), value: sum(s.value), loaded: loaded(s.value) });
          return pure(s.value) && accessesOf(s.value);
        case 'store': return pure(s.addr) && pure(s.value) && accessesOf(s.value) && access(s.addr, s.w, true);
        case 'do': return pure(s.value) && accessesOf(s.value);
        case 'if':
          if (s.body.some(({ k }) => k === 'jump')) {
            this.waits ||= loaded(s.c);
            this.jumps.push({ step, compares: compares(s.c) });
          }
          return quiet(s.c) && s.body.every(perhaps);
        case 'jump': return quiet(s.target);
        default: return false;
      }
    };
    const quiet = (e: Expr): boolean => pure(e) && !mentions(e, ({ k }) => k === 'load' || k === 'rmw');
    const perhaps = (s: Stmt): boolean => {
      switch (s.k) {
        case 'let':
          slots.set(s.slot, undefined);
          return quiet(s.value);
        case 'set':
          sets.push({ offset: offsetOf(s.file, s.index), value: undefined, loaded: loaded(s.value) || this.loaded.has(offsetOf(s.file, s.index)) });
          return quiet(s.value);
        case 'if': return quiet(s.c) && s.body.every(perhaps);
        case 'jump': return quiet(s.target);
        default: return false;
      }
    };
    if (!step.instruction.body.every(always)) return false;
    for (const set of sets) {
      this.registers.set(set.offset, set.value);
      if (set.loaded) this.loaded.add(set.offset);
      else this.loaded.delete(set.offset);
    }
    return true;
  }

  /** Accesses by the same register that lie so near to one another that one line may hold them all; the lowest first. */
  groups(mostBytes: number): Access[][] {
    const groups: Access[][] = [];
    for (const base of new Set(this.accesses.map((access) => access.base))) {
      const own = this.accesses.filter((access) => access.base === base);
      const at = ({ width, add }: Access): bigint => signed(width, add);
      own.sort((a, b) => (at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : 0));
      let group: Access[] = [];
      for (const access of own) {
        if (group.length === 0 || at(access) + BigInt(access.bytes) - at(group[0]!) > BigInt(mostBytes)) groups.push((group = []));
        group.push(access);
      }
    }
    return groups;
  }

  order(access: Access): number { return this.accesses.indexOf(access); }

  together(group: readonly Access[]): boolean {
    const places = group.map((access) => this.order(access));
    return Math.max(...places) - Math.min(...places) === group.length - 1;
  }

  firstOf(group: readonly Access[]): Access { return this.accesses.find((access) => group.includes(access))!; }

  /** What decides at the last step alone whether there is another turn. */
  bound(last: Step): Bound | undefined {
    const [jump, another] = this.jumps;
    if (!jump?.compares || another || jump.step !== last) return undefined;
    const [left, right] = [this.strideOf(jump.compares.left), this.strideOf(jump.compares.right)];
    return left === undefined || right === undefined ? undefined : { ...jump.compares, strides: [left, right] };
  }

  /** By how much the register is another one when the turn is over; undefined if that is not known. */
  strideOf({ base, width }: Sum): number | undefined {
    if (base === undefined || !this.registers.has(base)) return 0;
    const after = this.registers.get(base);
    return after?.base === base && after.width === width ? Number(signed(width, after.add)) : undefined;
  }

  private sum(
    e: Expr, known: Known, slots: ReadonlyMap<number, Sum | undefined>, offsetOf: (file: number, index: RegIndex) => number,
  ): Sum | undefined {
    const constant = constantOf(e, known);
    if (constant !== undefined) return { base: undefined, add: constant, width: e.w };
    if (e.k === 'local') return slots.get(e.slot);
    if (e.k === 'reg') {
      const offset = offsetOf(e.file, e.index);
      return this.registers.has(offset) ? this.registers.get(offset) : { base: offset, add: 0n, width: e.w };
    }
    if (e.k !== 'bin' || (e.op !== 'add' && e.op !== 'sub')) return undefined;
    const a = this.sum(e.a, known, slots, offsetOf);
    const b = this.sum(e.b, known, slots, offsetOf);
    if (!a || !b || (b.base !== undefined && (a.base !== undefined || e.op === 'sub'))) return undefined;
    return { base: a.base ?? b.base, add: wrap(e.w, e.op === 'add' ? a.add + b.add : a.add - b.add), width: e.w };
  }
}
