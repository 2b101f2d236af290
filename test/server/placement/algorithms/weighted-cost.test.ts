// The weighted cost function by itself.
import fc from 'fast-check';
import { cheapest, priceOf, type Candidate, type Pricing } from '../../../../src/server/placement/algorithms/weighted-cost.js';

type Factor = 'near' | 'far';
const factors = ['near', 'far'] as const;
const pricing = (near: number, far: number, exponent = 1): Pricing<Factor> =>
  ({ factors, weight: { near, far }, exponent: { near: exponent, far: exponent } });

const amount = fc.double({ min: 0, max: 1e3, noNaN: true });
const positive = fc.double({ min: 0.125, max: 8, noNaN: true });

describe('the price of a candidate', () => {
  it('is the sum of weight times factor to the exponent', () => {
    expect(priceOf({ action: 'go', factors: { near: 3, far: 2 } }, pricing(10, 100, 2))).toBe(10 * 9 + 100 * 4);
    expect(priceOf({ action: 'go', factors: {} }, pricing(10, 100))).toBe(0);
  });

  it('never falls when a weight rises', () => {
    fc.assert(fc.property(amount, amount, amount, amount, amount, positive, (near, far, w, more, other, x) => {
      const candidate: Candidate<'go', Factor> = { action: 'go', factors: { near, far } };
      expect(priceOf(candidate, pricing(w + more, other, x))).toBeGreaterThanOrEqual(priceOf(candidate, pricing(w, other, x)));
    }));
  });
});

describe('the cheapest candidate', () => {
  const left = (near: number, far: number): Candidate<'left' | 'right', Factor> => ({ action: 'left', factors: { near, far } });
  const right = (near: number, far: number): Candidate<'left' | 'right', Factor> => ({ action: 'right', factors: { near, far } });

  it('stands first among equals', () => {
    expect(cheapest([left(1, 2), right(2, 1)], pricing(1, 1), 'left').action).toBe('left');
    expect(cheapest([right(2, 1), left(1, 2)], pricing(1, 1), 'left').action).toBe('right');
  });

  it('won by the factor that the runner-up lost most by', () => {
    expect(cheapest([left(1, 1), right(2, 5)], pricing(1, 1), 'left')).toEqual({ action: 'left', because: 'far' });
    expect(cheapest([left(1, 1), right(2, 5)], pricing(10, 1), 'left')).toEqual({ action: 'left', because: 'near' });
  });

  it('won by what the usual action lost most by, though that came last', () => {
    const third: Candidate<'left' | 'right' | 'up', Factor> = { action: 'up', factors: { near: 9 } };
    expect(cheapest([left(1, 1), right(1, 2), third], pricing(1, 1), 'up')).toEqual({ action: 'left', because: 'near' });
  });

  it('stays beaten when what it pays for gets dearer', () => {
    fc.assert(fc.property(amount, amount, amount, amount, (a, b, weight, more) => {
      const list = [left(a, 0), right(0, b)];
      const before = cheapest(list, pricing(weight, 1), 'left').action;
      const after = cheapest(list, pricing(weight + more, 1), 'left').action;
      if (before === 'right') expect(after).toBe('right');
    }));
  });
});
