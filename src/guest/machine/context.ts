// Where a vCPU's architectural state lies within its context: pc, counters, then every register as a 64-bit cell.
import type { Isa } from '../lang/model.js';
import type { Arena } from './arena.js';

export const PC_OFFSET = 0;
export const CYCLES_OFFSET = 8;
export const RETIRED_OFFSET = 16;
export const REGISTERS_OFFSET = 24;

export interface ContextLayout {
  readonly bytes: number;
  /** Byte offset of register 0 of each file. */
  readonly fileOffsets: readonly number[];
}

export function contextLayout(isa: Isa): ContextLayout {
  const fileOffsets: number[] = [];
  let offset = REGISTERS_OFFSET;
  for (const file of isa.files) {
    fileOffsets.push(offset);
    offset += 8 * file.count;
  }
  return { bytes: Math.ceil(offset / 64) * 64, fileOffsets };
}

/** A counter, or an address, in a cell of a context: below 2^53, and read without a BigInt, which would be garbage. */
export function countAt({ u32 }: Arena, offset: number): number {
  return u32[offset >>> 2]! + u32[(offset >>> 2) + 1]! * 4294967296;
}

/** Sets a counter to zero. */
export function clearCount({ u32 }: Arena, offset: number): void {
  u32[offset >>> 2] = 0;
  u32[(offset >>> 2) + 1] = 0;
}
