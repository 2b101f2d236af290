// Page migration algorithms step by step; their worst cases are in ../ratio/.
import { counter } from '../../../../src/server/placement/algorithms/counter-2d.js';
import { MigrationSeat, SEAT_PLACES } from '../../../../src/server/placement/algorithms/migration-seat.js';
import { movePrice, type PageMigration } from '../../../../src/server/placement/algorithms/page-migration.js';
import { workAfter, workFunction } from '../../../../src/server/placement/algorithms/work-function.js';
import { view } from '../fixture.js';

/** Where the page lies after each of the requests, from place 0. */
function journey<S extends { readonly at: number }>(algorithm: PageMigration<S>, requests: readonly number[]): number[] {
  let state = algorithm.start(0);
  return requests.map((place) => {
    state = algorithm.request(state, place);
    return state.at;
  });
}

describe('the counter', () => {
  it('brings the page at the threshold, and counts anew', () => {
    expect(journey(counter(2, 3), [1, 1, 1, 0, 0, 0])).toEqual([0, 0, 1, 1, 1, 0]);
  });

  it('lets a request of any other place take one back', () => {
    expect(journey(counter(3, 3), [1, 1, 2, 1, 1])).toEqual([0, 0, 0, 0, 1]);
    expect(journey(counter(3, 3), [1, 1, 0, 1, 1])).toEqual([0, 0, 0, 0, 1]);
    expect(counter(3, 9).request({ at: 0, counts: [2, 0, 5] }, 1)).toEqual({ at: 0, counts: [1, 1, 5] });
  });

  it('leaves the state it is given alone', () => {
    const before = Object.freeze({ at: 0, counts: Object.freeze([0, 1]) });
    expect(counter(2, 2).request(before, 1)).toEqual({ at: 1, counts: [0, 0] });
    expect(before.counts).toEqual([0, 1]);
  });
});

describe('the work function', () => {
  it('grows by one wherever the request does not come from, as far as a move allows', () => {
    expect(workAfter([0, 3], 0, 3)).toEqual([0, 3]);
    expect(workAfter([0, 3], 1, 3)).toEqual([1, 3]);
    expect(workAfter([0, 1, 1], 2, 2)).toEqual([1, 2, 1]);
  });

  it('lets the page move after 2 D requests, with no request of its holder between', () => {
    expect(journey(workFunction(2, 2), [1, 1, 1, 1])).toEqual([0, 0, 0, 1]);
    expect(journey(workFunction(2, 2), [1, 1, 1, 0, 1, 1])).toEqual([0, 0, 0, 0, 0, 1]);
  });

  it('moves on a tie, to the place of least work', () => {
    expect(workFunction(3, 2).request({ at: 0, work: [1, 1, 0] }, 2)).toEqual({ at: 2, work: [2, 2, 0] });
  });
});

describe('a seat', () => {
  it('has the page come when its own accesses have earned it, and then starts anew', () => {
    const seat = new MigrationSeat(counter(SEAT_PLACES, 3), 10);
    expect([1, 2, 3, 4, 5, 6].map(() => seat.accessed(7))).toEqual([false, false, true, false, false, true]);
  });

  it('counts page by page, and forgets what it has not seen for longest', () => {
    const seat = new MigrationSeat(counter(SEAT_PLACES, 2), 2);
    expect([1, 2, 1].map((page) => seat.accessed(page))).toEqual([false, false, true]);
    expect([3, 4, 2].map((page) => seat.accessed(page))).toEqual([false, false, false]);
  });
});

describe('the price of a move', () => {
  it('is in remote accesses, in sixteenths', () => {
    const at = view();
    const expected = at.cost('bring') / (at.cost('remote') - at.machine.memory.localPs);
    expect(movePrice(at, 'bring')).toBeCloseTo(expected, 1);
    expect(movePrice(at, 'bring') * 16).toBe(Math.round(expected * 16));
    expect(movePrice(view({ machine: 'sds-efa' }), 'send')).toBeLessThan(movePrice(view(), 'send'));
  });
});
