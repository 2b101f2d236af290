// The fast path of an access: one compare with a fast tag proves residency, right and translation, and a hit costs nothing
// (SEMANTICS 9). The mask keeps the low bits of the address that an aligned access of that size lacks, so that a misaligned one
// misses. Everything else is the miss path's, which is hinted cold: a call in a hot loop costs registers.
import type { Code } from './encode.js';
import { FAST_DELTA, FAST_ENTRY_BYTES, FAST_WRITE } from '../../machine/fast-tags.js';
import { bitsFor } from '../../../base/bits.js';
import { MAX_PRIORS, RUN, type EngineLayout } from './layout.js';
import { I32, I64, op } from './opcodes.js';
import type { Host, Site } from './site.js';

/** Second parameter of the miss path: size, and this bit for a write. */
export const WRITE_BIT = 256;
const ENTRY_SHIFT = bitsFor(FAST_ENTRY_BYTES);

/** Takes the address off the stack; the result is valid for as many bytes. */
export function emitAccess(site: Site, bytes: number, write: boolean): Host {
  const { code, layout } = site;
  const address = code.scratch(I64);
  const entry = code.scratch(I32);
  const host = code.scratch(I32);
  const lineMask = (1n << BigInt(layout.lineShift)) - 1n;
  const sizeMask = BigInt(2 ** bitsFor(bytes) - 1);
  code.tee(address).op(op.i32WrapI64).tee(host);
  const miss = (): void => {
    code.get(address).i32(bytes + (write ? WRITE_BIT : 0)).call(site.touch).tee(host).op(op.i32Eqz);
    code.hinted(false).open(op.if);
    emitLeave(site);
    code.end();
  };
  // Such an access keeps all bits below the line: no tag stands for none.
  if (sizeMask >= lineMask) {
    code.op(op.drop);
    miss();
    return { local: host, at: 0 };
  }
  pushEntry(code, layout, site.tags).tee(entry);
  code.memory(op.i64Load, write ? FAST_WRITE : 0).get(address).i64(~lineMask | sizeMask).op(op.i64And).op(op.i64Ne);
  code.hinted(false).open(op.if);
  miss();
  code.else();
  code.get(entry).memory(op.i32Load, FAST_DELTA).get(host).op(op.i32Add).set(host);
  code.end();
  return { local: host, at: 0 };
}

/** Takes the lower half of an address off the stack, and pushes the offset of its set's fast tags. */
export function pushEntry(code: Code, layout: EngineLayout, tags: number): Code {
  const shift = layout.lineShift - ENTRY_SHIFT;
  if (shift !== 0) code.i32(Math.abs(shift)).op(shift > 0 ? op.i32ShrU : op.i32Shl);
  return code.i32(layout.setMask).op(op.i32And).get(tags).op(op.i32Add);
}

/** Leaves for the reference engine, which shall not repeat the accesses that were made. */
export function emitLeave(site: Site): void {
  const { code, layout, priors } = site;
  if (site.uncertain || priors.length > MAX_PRIORS) throw new NotLowered();
  if (priors.length > 0) {
    code.i32(0).i32(priors.length).memory(op.i32Store, layout.run + RUN.priorCount);
    priors.forEach((prior, i) => code.i32(0).get(prior).memory(op.i64Store, layout.run + RUN.priors + 8 * i));
  }
  site.leave();
}

/** The instruction is one for the reference engine. */
export class NotLowered extends Error {}

const PIECES = [
  { bytes: 8, load: op.i64Load, store: op.i64Store }, { bytes: 4, load: op.i64Load32U, store: op.i64Store32 },
  { bytes: 2, load: op.i64Load16U, store: op.i64Store16 }, { bytes: 1, load: op.i64Load8U, store: op.i64Store8 },
] as const;

/** Sizes that a machine can move at once, and where they lie, for any number of bytes. */
function pieces(bytes: number): { readonly at: number; readonly piece: (typeof PIECES)[number] }[] {
  const found: { at: number; piece: (typeof PIECES)[number] }[] = [];
  for (let at = 0; at < bytes;) {
    const piece = PIECES.find((each) => each.bytes <= bytes - at)!;
    found.push({ at, piece });
    at += piece.bytes;
  }
  return found;
}

/** Pushes the value of so many bytes, little-endian. */
export function emitLoad(code: Code, host: Host, bytes: number): void {
  for (const { at, piece } of pieces(bytes)) {
    code.get(host.local).memory(piece.load, host.at + at);
    if (at > 0) code.i64(BigInt(8 * at)).op(op.i64Shl).op(op.i64Or);
  }
}

export function emitStore(code: Code, host: Host, bytes: number, value: number): void {
  for (const { at, piece } of pieces(bytes)) {
    code.get(host.local).get(value);
    if (at > 0) code.i64(BigInt(8 * at)).op(op.i64ShrU);
    code.memory(piece.store, host.at + at);
  }
}
