// What the models of the guest programs share. Words are unsigned 64-bit integers that wrap around.

/** The factor of random.inc. */
export const SPREAD = 0x1e3779b97f4bn;

export const word = (value: bigint): bigint => BigInt.asUintN(64, value);

/** The `scramble` of random.inc: a multiplication and one round of xorshift. */
export function scramble(item: number): bigint {
  let x = word(BigInt(item) * SPREAD);
  x ^= word(x << 13n);
  x ^= x >> 7n;
  return x ^ word(x << 17n);
}

/** scramble(item) / 65536 modulo `count`: how the programs draw one of `count` things for an item. */
export function draw(item: number, count: number): number {
  return Number((scramble(item) >> 16n) % BigInt(count));
}

export function range(count: number | undefined): number[] {
  return Array.from({ length: count! }, (_, i) => i);
}

export function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}
