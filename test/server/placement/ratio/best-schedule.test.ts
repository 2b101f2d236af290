// The adversary's side against every schedule tried one by one.
import fc from 'fast-check';
import { costsAfter, costsAtStart } from './best-schedule.js';

/** The cheapest of all ways to serve the requests from `at`, and to leave the page at `end`; it may move before each. */
function tryAll(requests: readonly number[], at: number, end: number, places: number, price: number): number {
  if (requests.length === 0) return at === end ? 0 : price;
  const [request, ...rest] = requests;
  const ways = Array.from({ length: places }, (_, next) => (
    (next === at ? 0 : price) + Number(next !== request) + tryAll(rest, next, end, places, price)));
  return Math.min(...ways);
}

describe('the best schedule', () => {
  it('costs what the cheapest of all schedules costs', () => {
    const request = fc.nat(2);
    fc.assert(fc.property(fc.array(request, { maxLength: 6 }), fc.integer({ min: 1, max: 4 }), (requests, price) => {
      const costs = requests.reduce((before, at) => costsAfter(before, at, price), costsAtStart(3, 0, price));
      expect(costs).toEqual([0, 1, 2].map((end) => tryAll(requests, 0, end, 3, price)));
    }), { numRuns: 60 });
  });
});
