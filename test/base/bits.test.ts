// Fixed-width integers.
import fc from 'fast-check';
import { bitsFor, hex, isPowerOfTwo, mask, signed, slice, wrap } from '../../src/base/bits.js';

const widths = fc.integer({ min: 1, max: 64 });
const integers = fc.bigInt({ min: -(1n << 70n), max: 1n << 70n });

it('wraps modulo 2^width, and reads the same bits as two numbers that differ by a multiple of it', () => {
  fc.assert(fc.property(widths, integers, (width, value) => {
    const modulus = 1n << BigInt(width);
    const unsigned = wrap(width, value);
    const read = signed(width, value);
    expect(unsigned).toBe(((value % modulus) + modulus) % modulus);
    expect(unsigned - read === 0n || unsigned - read === modulus).toBe(true);
    expect(read >= -modulus / 2n && read < modulus / 2n).toBe(true);
  }), { seed: 1 });
});

it('takes slices that put together give the value again', () => {
  fc.assert(fc.property(widths, fc.integer({ min: 1, max: 63 }), integers, (width, cut, any) => {
    const value = wrap(128, any);
    expect((slice(value, cut, 128 - cut) << BigInt(cut)) | slice(value, 0, cut)).toBe(value);
    expect(slice(value, cut, width)).toBe((value >> BigInt(cut)) & mask(width));
  }), { seed: 2 });
});

it('counts the bits that numbers below n need, beyond 32 of them too', () => {
  expect([1, 2, 3, 4, 5, 256, 257, 2 ** 32, 2 ** 32 + 1, 2 ** 40].map(bitsFor)).toEqual([0, 1, 2, 2, 3, 8, 9, 32, 33, 40]);
});

it('knows powers of two, and their nearest neighbours that are none', () => {
  for (let exponent = 2; exponent <= 52; exponent++) {
    expect([2 ** exponent - 1, 2 ** exponent, 2 ** exponent + 1].map(isPowerOfTwo)).toEqual([false, true, false]);
  }
  expect([0, -2, 0.5, NaN, Infinity].map(isPowerOfTwo)).toEqual([false, false, false, false, false]);
});

it('writes hexadecimal with the digits that the width needs', () => {
  expect([hex(255n, 8), hex(1n, 24), hex(5, 9), hex(0n, 64)]).toEqual(['ff', '000001', '005', '0000000000000000']);
});
