// Fixed-width integers in BigInt: every value is kept zero-extended to its width.

// Built-ins bound at module scope: inside jest's vm contexts a global look-up in a hot loop costs 18x (nodejs/node#31658).
const asUintN = BigInt.asUintN;
const asIntN = BigInt.asIntN;

/** `value` modulo 2^bits, as an unsigned BigInt. */
export function wrap(bits: number, value: bigint): bigint {
  return asUintN(bits, value);
}

/** `value` modulo 2^bits, read as a two's complement number. */
export function signed(bits: number, value: bigint): bigint {
  return asIntN(bits, value);
}

/** 2^bits - 1. */
export function mask(bits: number): bigint {
  return (1n << BigInt(bits)) - 1n;
}

/** Bits `lo` to `lo + bits - 1` of `value`. */
export function slice(value: bigint, lo: number, bits: number): bigint {
  return asUintN(bits, value >> BigInt(lo));
}

/** The smallest b with 2^b >= n (n >= 1). */
export function bitsFor(n: number): number {
  let bits = 0;
  for (let reach = 1; reach < n; reach *= 2) bits++;
  return bits;
}

export function isPowerOfTwo(n: number): boolean {
  return Number.isInteger(n) && n > 0 && (BigInt(n) & (BigInt(n) - 1n)) === 0n;
}

/** `value` in hexadecimal with as many digits as `bits` needs, without a prefix. */
export function hex(value: bigint | number, bits: number): string {
  return value.toString(16).padStart(Math.ceil(bits / 4), '0');
}
