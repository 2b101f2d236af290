// exp, log and pow from IEEE 754 basic operations alone: `Math.exp` and its kin may differ in the last bit between
// JavaScript engines (ECMA-262, "implementation-approximated"), and simulated time must not.
// Range reduction after fdlibm (e_exp.c, e_log.c); what needs more than 53 bits on the way is a pair whose sum is meant
// (T. J. Dekker, "A floating-point technique for extending the available precision", 1971).

/** ln 2 in two parts; k * LN2_HI is exact for |k| < 2^20. */
const LN2_HI = 0.6931471803691238;
const LN2_LO = 1.9082149292705877e-10;
const THIRD: Pair = [1 / 3, 1.850371707708594e-17];
const SQRT2 = 1.4142135623730951;
const LARGEST_EXACT_EXPONENT = 64;

type Pair = readonly [high: number, low: number];

/** Natural logarithm of x >= 0, within 1 unit in the last place; -Infinity at 0, NaN below. */
export function ln(x: number): number {
  if (!(x >= 0)) return NaN;
  if (x === 0) return -Infinity;
  if (x === Infinity) return Infinity;
  return lnPair(x)[0];
}

/** e^x, within 2 units in the last place. */
export function exp(x: number): number {
  return expPair([x, 0]);
}

/**
 * base^exponent for base >= 0, within 2 units in the last place, and exact for integer exponents up to 64 where a double
 * can hold the result. pow(x, 0) is 1 for any x; NaN for a negative base.
 */
export function pow(base: number, exponent: number): number {
  if (exponent === 0) return 1;
  if (!(base >= 0) || exponent !== exponent) return NaN;
  if (base === 0) return exponent > 0 ? 0 : Infinity;
  if (base === Infinity) return exponent > 0 ? Infinity : 0;
  if (Number.isInteger(exponent) && Math.abs(exponent) <= LARGEST_EXACT_EXPONENT) return integerPow(base, exponent);
  const logarithm = lnPair(base);
  const estimate = exponent * logarithm[0];
  // Beyond this the result is 0, Infinity or NaN, and the parts of a product could overflow.
  return Math.abs(estimate) < 800 ? expPair(multiply(logarithm, [exponent, 0])) : exp(estimate);
}

function integerPow(base: number, exponent: number): number {
  const [mantissa, powerOfTwo] = normalise(base);
  let result: Pair = [1, 0];
  let factor: Pair = [mantissa, 0];
  for (let n = Math.abs(exponent); n > 0; n >>= 1) {
    if (n & 1) result = multiply(result, factor);
    factor = multiply(factor, factor);
  }
  const [high, low] = exponent < 0 ? divide(1, result) : result;
  return scale(high + low, powerOfTwo * exponent);
}

/** ln x for finite x > 0, to about 64 bits. */
function lnPair(x: number): Pair {
  const [m, exponent] = normalise(x);
  // ln m = 2 artanh s = 2 (s + s^3/3 + s^5/5 ...) with s = (m-1)/(m+1), |s| < 0.172: terms up to s^25 reach 2^-70.
  const s = divide(m - 1, sum(m, 1));
  const square = multiply(s, s);
  let tail = 1 / 25;
  for (let k = 23; k >= 5; k -= 2) tail = tail * square[0] + 1 / k;
  const [third, rest] = sum(THIRD[0], square[0] * tail);
  const cubic = multiply(multiply(square, s), [third, rest + THIRD[1]]);
  const [high, low] = sum(s[0], cubic[0]);
  const [whole, lost] = sum(exponent * LN2_HI, 2 * high);
  return sum(whole, lost + 2 * (low + s[1] + cubic[1]) + exponent * LN2_LO);
}

function expPair([x, low]: Pair): number {
  if (x !== x) return NaN;
  if (x > 709.8) return Infinity;
  if (x < -745.2) return 0;
  const doublings = Math.round(x / (LN2_HI + LN2_LO));
  const [r, lost] = sum(x - doublings * LN2_HI, low - doublings * LN2_LO);
  let series = 1;
  for (let k = 18; k >= 1; k--) series = 1 + (series * r) / k;
  return scale(series + series * lost, doublings);
}

/** x = mantissa * 2^exponent with a mantissa between sqrt(1/2) and sqrt(2). */
function normalise(x: number): [mantissa: number, exponent: number] {
  let mantissa = x;
  let exponent = 0;
  while (mantissa >= SQRT2) { mantissa /= 2; exponent++; }
  while (mantissa < SQRT2 / 2) { mantissa *= 2; exponent--; }
  return [mantissa, exponent];
}

/** value * 2^powerOfTwo, rounded once, for a value near 1. */
function scale(value: number, powerOfTwo: number): number {
  let result = value;
  let left = powerOfTwo;
  for (; left > 1023; left -= 1023) result *= twoTo(1023);
  // The subnormal range is entered by the last multiplication alone.
  if (left < -1000) {
    result *= twoTo(-1000);
    left = Math.max(left + 1000, -1000);
  }
  return result * twoTo(left);
}

/** 2^n for |n| < 1024, by squaring: exact. */
function twoTo(n: number): number {
  let result = 1;
  let factor = n < 0 ? 0.5 : 2;
  for (let k = Math.abs(n); k > 0; k >>= 1) {
    if (k & 1) result *= factor;
    factor *= factor;
  }
  return result;
}

/** a + b and what rounding it lost. */
function sum(a: number, b: number): Pair {
  const high = a + b;
  const shareOfB = high - a;
  return [high, (a - (high - shareOfB)) + (b - shareOfB)];
}

/** a * b and what rounding it lost. */
function product(a: number, b: number): Pair {
  const [aHigh, aLow] = split(a);
  const [bHigh, bLow] = split(b);
  const high = a * b;
  return [high, ((aHigh * bHigh - high) + aHigh * bLow + aLow * bHigh) + aLow * bLow];
}

/** Two halves of 26 bits. */
function split(a: number): Pair {
  const shifted = 134217729 * a;
  const high = shifted - (shifted - a);
  return [high, a - high];
}

function multiply(a: Pair, b: Pair): Pair {
  const [high, low] = product(a[0], b[0]);
  return sum(high, low + (a[0] * b[1] + a[1] * b[0]));
}

function divide(a: number, b: Pair): Pair {
  const quotient = a / b[0];
  const [high, low] = product(quotient, b[0]);
  return sum(quotient, ((a - high) - low - quotient * b[1]) / b[0]);
}
