// Plain data through bytes: the same afterwards; anything else that is read is refused, and nothing crashes.
import fc from 'fast-check';
import { NotPlain } from '../../src/base/plain.js';
import { BadBytes, fromBytes, toBytes } from '../../src/base/plain-bytes.js';
import { plainData } from '../support/plain.js';

/** The value, or that the bytes were refused. */
function tried(bytes: Uint8Array): { readonly value: unknown } | 'refused' {
  try {
    return { value: fromBytes(bytes) };
  } catch (error) {
    if (error instanceof BadBytes) return 'refused';
    throw error;
  }
}

it('is the same after a passage through bytes', () => {
  fc.assert(fc.property(plainData, (value) => {
    expect(fromBytes(toBytes(value))).toEqual(value);
  }), { seed: 1, numRuns: 500 });
});

it('keeps the order of keys, the sign of 0 and NaN', () => {
  const value = { b: new Map([[2, -0], [1, NaN]]), a: new Set(['y', 'x']) };
  const copied = fromBytes(toBytes(value)) as typeof value;
  expect(Object.keys(copied)).toEqual(['b', 'a']);
  expect([...copied.b]).toEqual([[2, -0], [1, NaN]]);
  expect([...copied.a]).toEqual(['y', 'x']);
});

it('writes keys and short strings once', () => {
  const records = Array.from({ length: 1000 }, (_, page) => ({ page, right: 'exclusive', owner: page % 4 }));
  expect(toBytes(records).length).toBeLessThan(1000 * 12);
});

it('holds long strings and many bytes', () => {
  const value = ['x'.repeat(100_000), new Uint8Array(100_000).fill(7)];
  expect(fromBytes(toBytes(value))).toEqual(value);
});

it('refuses every beginning of what it gave, and anything behind it', () => {
  fc.assert(fc.property(plainData, fc.nat(), (value, cut) => {
    const bytes = toBytes(value);
    expect(tried(bytes.subarray(0, cut % bytes.length))).toBe('refused');
    expect(tried(Uint8Array.of(...bytes, 0))).toBe('refused');
  }), { seed: 2, numRuns: 300 });
});

it('never crashes, nor takes more room than the bytes can stand for', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...Array.from({ length: 17 }, (_, tag) => tag)), (bytes, tag) => {
    tried(bytes);
    tried(Uint8Array.of(tag, ...bytes));
  }), { seed: 3, numRuns: 2000 });
  fc.assert(fc.property(plainData, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, at, flip) => {
    const bytes = toBytes(value);
    bytes[at % bytes.length]! ^= flip;
    tried(bytes);
  }), { seed: 4, numRuns: 1000 });
  // Maps as keys of maps, without end.
  expect(tried(Uint8Array.from({ length: 200_000 }, (_, i) => (i % 2 === 0 ? 14 : 1)))).toBe('refused');
  // An array of 2^49 elements, a string of as many.
  for (const tag of [9, 11, 12, 14, 15]) expect(tried(Uint8Array.of(tag, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1))).toBe('refused');
});

it('refuses a circle and an instance of a class', () => {
  const circle: unknown[] = [];
  circle.push(circle);
  expect(() => toBytes(circle)).toThrow(NotPlain);
  expect(() => toBytes({ at: new Date(0) })).toThrow('a Date is no plain data');
});
