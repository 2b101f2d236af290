// How many turns a loop makes for sure, where a register that each turn moves on by a constant is compared with one that stays.
import { bitsFor } from '../../../base/bits.js';
import type { CmpOp } from '../../lang/ir.js';
import type { Code } from './encode.js';
import type { Bound, Sum } from './march.js';
import { I64, op } from './opcodes.js';

/** There is another turn while `low` is less than `high`, or differs from it; what is between them shrinks by `step` with each turn. */
export interface Trip {
  readonly low: Sum;
  readonly high: Sum;
  readonly step: number;
  readonly while: 'ltu' | 'lts' | 'ne';
}

const OPPOSITE: Record<CmpOp, CmpOp> = {
  eq: 'ne', ne: 'eq', ltu: 'geu', geu: 'ltu', gtu: 'leu', leu: 'gtu', lts: 'ges', ges: 'lts', gts: 'les', les: 'gts',
};

/** `again`: there is another turn where the comparison holds; else where it does not. Undefined: that does not bound the turns. */
export function tripOf({ op: compared, left, right, strides }: Bound, again: boolean): Trip | undefined {
  const [leftStride, rightStride] = strides;
  const upwards = { low: left, high: right, step: leftStride - rightStride };
  const downwards = { low: right, high: left, step: rightStride - leftStride };
  if (left.width !== 64 || right.width !== 64 || (leftStride !== 0) === (rightStride !== 0)) return undefined;
  const bounded = (ends: Omit<Trip, 'while'>, holds: Trip['while']): Trip | undefined => (ends.step > 0 ? { ...ends, while: holds } : undefined);
  switch (again ? compared : OPPOSITE[compared]) {
    case 'ne': return bounded(upwards, 'ne') ?? bounded(downwards, 'ne');
    // Where they may be equal there is one turn more, which is not counted.
    case 'ltu': case 'leu': return bounded(upwards, 'ltu');
    case 'lts': case 'les': return bounded(upwards, 'lts');
    case 'gtu': case 'geu': return bounded(downwards, 'ltu');
    case 'gts': case 'ges': return bounded(downwards, 'lts');
    case 'eq': return undefined;
  }
}

/** Pushes so many turns at least, as an i64, the one that begins among them; `push` pushes a register or a constant with it. */
export function pushTurns(code: Code, trip: Trip, push: (sum: Sum) => Code): Code {
  const [low, high] = [code.scratch(I64), code.scratch(I64)];
  push(trip.low).set(low);
  push(trip.high).set(high);
  // Another turn behind this one for each whole step between them, and for what is left over.
  code.get(high).get(low).op(op.i64Sub).i64(1n).op(op.i64Sub);
  const shift = bitsFor(trip.step);
  if (2 ** shift === trip.step) code.i64(BigInt(shift)).op(op.i64ShrU);
  else code.i64(BigInt(trip.step)).op(op.i64DivU);
  code.i64(2n).op(op.i64Add).i64(1n).get(low).get(high);
  return code.op({ ltu: op.i64LtU, lts: op.i64LtS, ne: op.i64Ne }[trip.while]).op(op.select);
}
