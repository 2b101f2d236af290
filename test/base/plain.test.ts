// Copies of plain data: equal, separate, shared where they may be, and refused where they cannot be.
import fc from 'fast-check';
import { copyPlain, NotPlain } from '../../src/base/plain.js';
import { plainData } from '../support/plain.js';

describe('a copy of plain data', () => {
  it('equals what was copied, and is another object', () => {
    fc.assert(fc.property(plainData, (value) => {
      const copied = copyPlain(value);
      expect(copied).toEqual(value);
      if (typeof value === 'object' && value !== null) expect(copied).not.toBe(value);
    }), { seed: 1, numRuns: 300 });
  });

  it('is the earlier copy itself where nothing has changed since', () => {
    fc.assert(fc.property(plainData, (value) => {
      const earlier = copyPlain(value);
      expect(copyPlain(value, earlier)).toBe(earlier);
    }), { seed: 2, numRuns: 300 });
  });

  it('equals what was copied, whatever it is likened to', () => {
    fc.assert(fc.property(plainData, plainData, (value, other) => {
      expect(copyPlain({ a: value }, { a: other } as { a: typeof value })).toEqual({ a: value });
    }), { seed: 3, numRuns: 300 });
  });

  it('shares the parts that have not changed, and no others', () => {
    const value = { list: [1, 2], pages: new Map([[7, { right: 'invalid' }], [8, { right: 'mapped' }]]), bytes: Uint8Array.of(1, 2) };
    const earlier = copyPlain(value);
    value.pages.get(8)!.right = 'exclusive';
    value.bytes[1] = 3;
    const later = copyPlain(value, earlier);
    expect(later.list).toBe(earlier.list);
    expect(later.pages.get(7)).toBe(earlier.pages.get(7));
    expect(earlier.pages.get(8)).toEqual({ right: 'mapped' });
    expect(later.pages.get(8)).toEqual({ right: 'exclusive' });
    expect([...earlier.bytes, ...later.bytes]).toEqual([1, 2, 1, 3]);
  });

  it('keeps the order of keys: that of a Map decides what comes first', () => {
    const earlier = copyPlain(new Map([[1, 'a'], [2, 'b']]));
    expect([...copyPlain(new Map([[2, 'b'], [1, 'a']]), earlier).keys()]).toEqual([2, 1]);
    expect([...copyPlain(new Set([2, 1]), new Set([1, 2]))]).toEqual([2, 1]);
    expect(Object.keys(copyPlain({ b: 1, a: 2 }, { a: 2, b: 1 }))).toEqual(['b', 'a']);
  });

  it('tells 0 from -0 and knows NaN', () => {
    const earlier = copyPlain({ x: 0, y: NaN });
    expect(copyPlain({ x: -0, y: NaN }, earlier)).toEqual({ x: -0, y: NaN });
    expect(copyPlain({ x: 0, y: NaN }, earlier)).toBe(earlier);
  });
});

describe('what is no plain data', () => {
  class Thing { size = 1; }
  const circle: Record<string, unknown> = {};
  circle['self'] = { circle };
  it.each([
    ['a function', { core: { queue: () => 1 } }, 'core: queue: a function is no plain data'],
    ['an instance of a class', [{ thing: new Thing() }], '0: thing: a Thing is no plain data'],
    ['a circle', circle, /what refers to itself is no plain data$/],
    ['a Map with objects as keys', { pages: new Map([[{}, 1]]) }, 'pages: a key of a Map or a Set is simple, and no object'],
    ['a symbol', new Map([['x', Symbol('s')]]), 'x: a symbol is no plain data'],
    ['a record with a key that would set its prototype', JSON.parse('{"a":{"__proto__":1}}'), 'a: "__proto__" is no key of plain data'],
  ])('%s is refused, with its place', (_, value, message) => {
    expect(() => copyPlain<unknown>(value)).toThrow(NotPlain);
    expect(() => copyPlain<unknown>(value)).toThrow(message);
  });
});
