// exp, ln and pow against the host's own functions, which are right to a unit in the last place on this engine, and
// against integer arithmetic, which is exact.
import fc from 'fast-check';
import { exp, ln, pow } from '../../src/base/math.js';

const cell = new DataView(new ArrayBuffer(8));

/** Position of a double among all doubles. */
function ordinal(x: number): bigint {
  cell.setFloat64(0, x);
  const bits = cell.getBigInt64(0);
  return bits < 0n ? -(bits & 0x7fff_ffff_ffff_ffffn) : bits;
}

/** How many doubles lie between a and b; NaN equals NaN alone. */
function ulpsBetween(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Object.is(a, b) ? 0 : Infinity;
  return Math.abs(Number(ordinal(a) - ordinal(b)));
}

const TOLERANCE_ULPS = 4;
const positive = fc.double({ min: Number.MIN_VALUE, noNaN: true, noDefaultInfinity: true });
const nearOne = fc.double({ min: 0.5, max: 2, noNaN: true });

describe('exp', () => {
  it.each([
    ['all of its range', fc.double({ min: -750, max: 715, noNaN: true })],
    ['the neighbourhood of 0', fc.double({ min: -1, max: 1, noNaN: true })],
    ['results too small for full precision', fc.double({ min: -746, max: -708, noNaN: true })],
  ])('is within 4 units in the last place over %s', (_, range) => {
    fc.assert(fc.property(range, (x) => ulpsBetween(exp(x), Math.exp(x)) <= TOLERANCE_ULPS), { seed: 1, numRuns: 3000 });
  });

  it('has the limits of the exponential', () => {
    expect([exp(0), exp(-0), exp(Infinity), exp(-Infinity), exp(NaN)]).toEqual([1, 1, Infinity, 0, NaN]);
    expect([exp(709.78), exp(709.79), exp(-745.1), exp(-745.2)]).toEqual([Math.exp(709.78), Infinity, 5e-324, 0]);
  });
});

describe('ln', () => {
  it.each([['every positive double', positive], ['the neighbourhood of 1', nearOne]])(
    'is within 4 units in the last place over %s', (_, range) => {
      fc.assert(fc.property(range, (x) => ulpsBetween(ln(x), Math.log(x)) <= TOLERANCE_ULPS), { seed: 2, numRuns: 3000 });
    });

  it('has the limits of the logarithm', () => {
    expect([ln(0), ln(1), ln(Infinity), ln(-1), ln(NaN)]).toEqual([-Infinity, 0, Infinity, NaN, NaN]);
  });

  it('is undone by exp', () => {
    fc.assert(fc.property(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (x) => Math.abs(exp(ln(x)) / x - 1) < 1e-14),
      { seed: 3 });
  });
});

describe('pow', () => {
  it.each([
    ['powers of any size', positive, fc.double({ min: -400, max: 400, noNaN: true })],
    ['large powers of numbers near 1', nearOne, fc.double({ min: -1e6, max: 1e6, noNaN: true })],
    ['whole exponents', fc.double({ min: 1e-4, max: 1e4, noNaN: true }), fc.integer({ min: -80, max: 80 })],
  ])('is within 4 units in the last place over %s', (_, bases, exponents) => {
    fc.assert(fc.property(bases, exponents, (base, exponent) =>
      ulpsBetween(pow(base, exponent), Math.pow(base, exponent)) <= TOLERANCE_ULPS), { seed: 4, numRuns: 3000 });
  });

  it('is exact for whole exponents where a double can hold the result', () => {
    for (let base = 2; base <= 40; base++) {
      for (let exponent = 1, exact = BigInt(base); exact < 1n << 53n; exponent++, exact *= BigInt(base)) {
        expect(pow(base, exponent)).toBe(Number(exact));
        expect(pow(base, -exponent)).toBe(1 / Number(exact));
      }
    }
    expect(pow(2, -64)).toBe(2 ** -64);
    expect(pow(1.5, 20)).toBe(3486784401 / 1048576);
  });

  it('has the special values of IEEE 754 for bases that are not negative', () => {
    expect([pow(0, 0), pow(NaN, 0), pow(0, 2), pow(0, -2), pow(0, 0.5)]).toEqual([1, 1, 0, Infinity, 0]);
    expect([pow(Infinity, 2), pow(Infinity, -0.5), pow(2, Infinity), pow(0.5, Infinity)]).toEqual([Infinity, 0, Infinity, 0]);
    expect([pow(2, -Infinity), pow(1e300, 1e300), pow(1e300, -1e300)]).toEqual([0, Infinity, 0]);
    expect([pow(-2, 2), pow(-2, 0.5), pow(2, NaN), pow(NaN, 2)]).toEqual([NaN, NaN, NaN, NaN]);
  });
});
