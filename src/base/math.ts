// exp, log and pow from IEEE 754 basic operations alone: `Math.exp` and its kin may differ in the last bit between
// JavaScript engines (ECMA-262, "implementation-approximated"), and simulated time must not.

const LN2 = 0.6931471805599453;

/** Natural logarithm of x > 0, within a few units in the last place; -Infinity at 0, NaN below. */
export function ln(x: number): number {
  if (!(x >= 0)) return NaN;
  if (x === 0) return -Infinity;
  if (x === Infinity) return Infinity;
  let exponent = 0;
  let m = x;
  while (m >= 1.4142135623730951) { m /= 2; exponent++; }
  while (m < 0.7071067811865476) { m *= 2; exponent--; }
  // ln m = 2 artanh((m-1)/(m+1)), |s| < 0.172, so 12 terms reach 1e-19.
  const s = (m - 1) / (m + 1);
  const square = s * s;
  let sum = 0;
  for (let k = 23; k >= 1; k -= 2) sum = sum * square + 1 / k;
  return 2 * s * sum + exponent * LN2;
}

/** e^x, within a few units in the last place. */
export function exp(x: number): number {
  if (x !== x) return NaN;
  if (x > 709.8) return Infinity;
  if (x < -745.2) return 0;
  const halvings = Math.round(x / LN2);
  const r = x - halvings * LN2;
  let sum = 1;
  for (let k = 18; k >= 1; k--) sum = 1 + (sum * r) / k;
  return scale(sum, halvings);
}

/** base^exponent for base >= 0: exact squaring for integer exponents up to 64, exp(ln) otherwise. pow(0, 0) is 1. */
export function pow(base: number, exponent: number): number {
  if (exponent === 0) return 1;
  if (Number.isInteger(exponent) && Math.abs(exponent) <= 64) {
    let result = 1;
    let factor = base;
    for (let n = Math.abs(exponent); n > 0; n = Math.floor(n / 2)) {
      if (n % 2 === 1) result *= factor;
      factor *= factor;
    }
    return exponent < 0 ? 1 / result : result;
  }
  if (base === 0) return exponent > 0 ? 0 : Infinity;
  return exp(exponent * ln(base));
}

function scale(value: number, powerOfTwo: number): number {
  let result = value;
  for (let n = powerOfTwo; n > 0; n--) result *= 2;
  for (let n = powerOfTwo; n < 0; n++) result /= 2;
  return result;
}
