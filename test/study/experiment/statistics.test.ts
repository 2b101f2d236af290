// Intervals against hand-computed values and the printed table of t quantiles.
import { interval, overlap, tQuantile975 } from '../../../src/study/experiment/statistics.js';

describe('intervals', () => {
  it('are by Student\'s t: mean 5, deviation 2.138, 7 degrees of freedom', () => {
    const { mean, lo, hi } = interval([2, 4, 4, 4, 5, 5, 7, 9]);
    expect(mean).toBe(5);
    // 2.365 * sqrt(32 / 7) / sqrt(8)
    expect(hi - mean).toBeCloseTo(1.7878, 4);
    expect(mean - lo).toBeCloseTo(1.7878, 4);
  });

  it('of two values are wide', () => {
    const { lo, hi } = interval([10, 12]);
    // 12.706 * sqrt(2) / sqrt(2)
    expect([lo, hi]).toEqual([11 - 12.706, 11 + 12.706]);
  });

  it('of one value or of equal values are points', () => {
    expect(interval([3])).toEqual({ mean: 3, lo: 3, hi: 3 });
    expect(interval([3, 3, 3])).toEqual({ mean: 3, lo: 3, hi: 3 });
  });

  it('never narrow as degrees of freedom fall', () => {
    for (let n = 1; n < 1200; n++) expect(tQuantile975(n)).toBeGreaterThanOrEqual(tQuantile975(n + 1));
    expect([tQuantile975(1), tQuantile975(9), tQuantile975(35), tQuantile975(40)]).toEqual([
      12.706, 2.262, 2.042, 2.021,
    ]);
  });

  it('overlap where they touch', () => {
    expect(overlap({ mean: 2, lo: 1, hi: 3 }, { mean: 4, lo: 3, hi: 5 })).toBe(true);
    expect(overlap({ mean: 2, lo: 1, hi: 3 }, { mean: 5, lo: 4, hi: 6 })).toBe(false);
  });
});
