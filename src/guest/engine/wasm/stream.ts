// The detector of streams in compiled code: what src/guest/machine/streams.ts does, on eight streams at once.
import { STREAMS } from '../../machine/core-block.js';
import type { Code } from './encode.js';
import { I32, op, simd, V128 } from './opcodes.js';

const VECTOR_BYTES = 16;

/** Pushes the word at byte `at` of one vector, and the first three words of the other behind it. */
function follow(code: Code, first: number, rest: number, at: number): Code {
  code.get(first).get(rest).vector(simd.i8x16Shuffle);
  for (let byte = 0; byte < VECTOR_BYTES; byte++) code.byte(byte < 4 ? at + byte : VECTOR_BYTES + byte - 4);
  return code;
}

/** Notes the line in an i64 local, of the core whose block an i32 local has; pushes 1 if it is part of a stream, else 0. */
export function emitStream(code: Code, core: number, line: number): void {
  const wanted = code.local(V128);
  const found = code.local(I32);
  const streams = [STREAMS, STREAMS + VECTOR_BYTES].map((at) => ({ at, last: code.local(V128), next: code.local(V128) }));
  code.get(line).op(op.i32WrapI64).vector(simd.i32x4Splat).set(wanted);
  for (const { at, last, next } of streams) {
    code.get(core).vectorMemory(simd.load, at).tee(last).get(wanted).vector(simd.i32x4Sub).vector(simd.i32x4Abs);
    code.i32x4(1).vector(simd.i32x4Eq).set(next);
  }
  const [low, high] = streams as [typeof streams[0], typeof streams[0]];
  code.get(low.next).get(high.next).vector(simd.or).vector(simd.anyTrue).tee(found).open(op.if);
  for (const { at, last, next } of streams) {
    code.get(core).get(wanted).get(last).get(next).vector(simd.bitselect).vectorMemory(simd.store, at);
  }
  code.else();
  // It comes first, all others move back by one: whole vectors, for a load of what was stored in pieces would wait.
  code.get(core);
  follow(code, low.last, high.last, 12).vectorMemory(simd.store, high.at);
  code.get(core);
  follow(code, wanted, low.last, 0).vectorMemory(simd.store, low.at);
  code.end();
  code.get(found);
}
