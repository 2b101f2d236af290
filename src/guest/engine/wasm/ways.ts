// Sets of four lines in compiled code: what src/guest/machine/ways.ts does, a set's tags in one vector.
import { bitsFor } from '../../../base/bits.js';
import type { Arena } from '../../machine/arena.js';
import { WAYS } from '../../machine/ways.js';
import type { Code } from './encode.js';
import { I32, op, simd, V128 } from './opcodes.js';

const VECTOR_BYTES = 16;
/** An index of bytes that gives zero. */
const NO_BYTE = 0xff;
/** Bytes of the tables of orders: for each way, the one with it first, then the one without it. */
export const ORDER_BYTES = 2 * WAYS * VECTOR_BYTES;
export const WITHOUT = WAYS * VECTOR_BYTES;

/** Writes the orders in which the bytes of a set's vector come where one of its ways is used, or taken out. */
export function writeOrders(arena: Arena, at: number): void {
  const bytesOf = (ways: readonly number[]): number[] => ways.flatMap((way) => [0, 1, 2, 3].map((byte) => (way < 0 ? NO_BYTE : 4 * way + byte)));
  const all = Array.from({ length: WAYS }, (_, way) => way);
  for (const way of all) {
    const rest = all.filter((each) => each !== way);
    arena.u8.set(bytesOf([way, ...rest]), at + VECTOR_BYTES * way);
    arena.u8.set(bytesOf([...rest, -1]), at + WITHOUT + VECTOR_BYTES * way);
  }
}

/** Pushes the number of the line's tag, without its flag: one more than the line over so many sets. */
export function pushTag(code: Code, line: number, sets: number): Code {
  code.get(line).i64(BigInt(bitsFor(sets))).op(op.i64ShrU).op(op.i32WrapI64);
  return code.i32(1).op(op.i32Add);
}

/** Pushes a bit for each way of the vector in `set` whose number equals the one on the stack. */
export function matchWays(code: Code, set: number): Code {
  const wanted = code.local(V128);
  code.vector(simd.i32x4Splat).set(wanted);
  return code.get(set).i32(1).vector(simd.i32x4ShrU).get(wanted).vector(simd.i32x4Eq).vector(simd.i32x4Bitmask);
}

/** Puts the vector at the address in `at`, `offset` bytes on, into another order: of the tables' at `orders`, that in local `way`. */
export function reorder(code: Code, at: number, offset: number, orders: number, way: number): void {
  code.get(at).get(at).vectorMemory(simd.load, offset);
  code.get(way).i32(bitsFor(VECTOR_BYTES)).op(op.i32Shl).vectorMemory(simd.load, orders);
  code.vector(simd.i8x16Swizzle).vectorMemory(simd.store, offset);
}

/** Puts the u32 that `push` pushes first in the vector at `at`; what was last is in the local that is returned. */
export function insertFirst(code: Code, at: number, offset: number, push: () => void): number {
  const set = code.local(V128);
  const out = code.local(I32);
  code.get(at).vectorMemory(simd.load, offset).tee(set).vector(simd.i32x4ExtractLane).byte(WAYS - 1).set(out);
  code.get(at);
  push();
  code.vector(simd.i32x4Splat).get(set).vector(simd.i8x16Shuffle);
  for (let byte = 0; byte < VECTOR_BYTES; byte++) code.byte(byte < 4 ? byte : VECTOR_BYTES + byte - 4);
  code.vectorMemory(simd.store, offset);
  return out;
}
