// The detector of streams in compiled code: what src/guest/machine/streams.ts does, on eight streams at once.
import { NEXT_STREAM, STREAM_COUNT, STREAMS } from '../../machine/core-block.js';
import type { Code } from './encode.js';
import { I32, op, simd, V128 } from './opcodes.js';

const VECTOR_BYTES = 16;

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
  code.get(core).memory(op.i32Load, NEXT_STREAM).i32(2).op(op.i32Shl).get(core).op(op.i32Add);
  code.get(line).op(op.i32WrapI64).memory(op.i32Store, STREAMS);
  code.get(core).get(core).memory(op.i32Load, NEXT_STREAM).i32(1).op(op.i32Add).i32(STREAM_COUNT - 1).op(op.i32And);
  code.memory(op.i32Store, NEXT_STREAM);
  code.end();
  code.get(found);
}
