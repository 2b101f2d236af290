// What differs between two versions of a page, as runs: a length of bytes that are the same, a length of bytes that are not,
// and these, over and over; what is the same at the end is left out. Lengths are ULEB128. The format of XBZRLE (QEMU,
// docs/devel/migration: xbzrle), which GiantVM uses between its nodes too.

import type { Run } from '../../guest/machine/parts.js';

/** A shorter stretch of equal bytes is told as part of what differs: the two lengths of a run of its own have no fewer bytes. */
const SHORTEST_EQUAL = 3;

/**
 * Writes to `into` what makes `from` into `to`; returns its length, or -1 if it is not shorter than `to` itself. They are the
 * same outside of `runs`, which are in order and farther apart than the shortest stretch that is told as the same.
 */
export function encodeDiff(from: Uint8Array, to: Uint8Array, into: Uint8Array, runs: readonly Run[] = [[0, to.length]]): number {
  let at = 0;
  let told = 0;
  for (const [begin, end] of runs) {
    for (let i = begin; ;) {
      while (i < end && from[i] === to[i]) i++;
      if (i === end) break;
      const first = i;
      let last = i;
      for (; i < end && i - last <= SHORTEST_EQUAL; i++) if (from[i] !== to[i]) last = i;
      i = last + 1;
      if (at + lengthBytes(first - told) + lengthBytes(i - first) + (i - first) >= to.length) return -1;
      at = putLength(into, at, first - told);
      at = putLength(into, at, i - first);
      into.set(to.subarray(first, i), at);
      at += i - first;
      told = i;
    }
  }
  return at;
}

/** Makes `page` into what the difference was taken to; `changing` is told of each stretch before it changes. */
export function applyDiff(diff: Uint8Array, page: Uint8Array, changing?: (place: number, bytes: number) => void): void {
  for (let at = 0, place = 0; at < diff.length;) {
    const equal = takeLength(diff, at);
    at += lengthBytes(equal);
    const differing = takeLength(diff, at);
    at += lengthBytes(differing);
    place += equal;
    changing?.(place, differing);
    page.set(diff.subarray(at, at + differing), place);
    at += differing;
    place += differing;
  }
}

function lengthBytes(length: number): number {
  let bytes = 1;
  for (let rest = length >>> 7; rest > 0; rest >>>= 7) bytes++;
  return bytes;
}

function putLength(into: Uint8Array, at: number, length: number): number {
  let rest = length;
  for (; rest > 0x7f; rest >>>= 7) into[at++] = (rest & 0x7f) | 0x80;
  into[at++] = rest;
  return at;
}

function takeLength(from: Uint8Array, at: number): number {
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = from[at++]!;
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80) return length;
  }
}
