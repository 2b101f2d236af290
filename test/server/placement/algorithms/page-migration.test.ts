// Page migration algorithms step by step; their worst cases are in ../ratio/.
import { counter } from '../../../../src/server/placement/algorithms/counter-2d.js';
import { OwnerSeat } from '../../../../src/server/placement/algorithms/owner-seat.js';
import { movePrice, type PageMigration } from '../../../../src/server/placement/algorithms/page-migration.js';
import { workAfter, workFunction } from '../../../../src/server/placement/algorithms/work-function.js';
import { request, view } from '../fixture.js';

/** Where the page lies after each of the requests, from place 0. */
function journey(algorithm: PageMigration, requests: readonly number[]): number[] {
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
    expect(counter(3, 9).request({ at: 0, values: [2, 0, 5] }, 1)).toEqual({ at: 0, values: [1, 1, 5] });
  });

  it('leaves the state it is given alone', () => {
    const before = Object.freeze({ at: 0, values: Object.freeze([0, 1]) });
    expect(counter(2, 2).request(before, 1)).toEqual({ at: 1, values: [0, 0] });
    expect(before.values).toEqual([0, 1]);
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
    expect(workFunction(3, 2).request({ at: 0, values: [1, 1, 0] }, 2)).toEqual({ at: 2, values: [2, 2, 0] });
  });
});

describe('an owner\'s seat', () => {
  const asked = (seat: OwnerSeat, from: number, newLocalMisses = 0, page = 40) => seat.asked(request({ page, from, newLocalMisses }));

  it('gives the page to the node that has earned it, with what is known of the others', () => {
    const seat = new OwnerSeat(counter(4, 3), 1, 10);
    expect([2, 3, 3].map((from) => asked(seat, from))).toEqual([null, null, null]);
    expect(asked(seat, 3)).toEqual([0, 0, 0, 0]);
    const other = new OwnerSeat(counter(4, 4), 3, 10);
    other.arrived(40, [1, 0, 2, 0]);
    expect(asked(other, 2)).toBeNull();
    expect(asked(other, 2)).toEqual([0, 0, 0, 0]);
  });

  it('takes its own cores\' misses for requests of its own', () => {
    const seat = new OwnerSeat(counter(4, 3), 1, 10);
    expect([2, 2].map((from) => asked(seat, from))).toEqual([null, null]);
    expect(asked(seat, 2, 2)).toBeNull();
    expect(asked(seat, 2, 1e9)).toBeNull();
    expect([asked(seat, 2), asked(seat, 2)]).toEqual([null, [0, 0, 0, 0]]);
  });

  it('counts page by page, begins anew with a page that comes without a note, and forgets what it has not seen for longest', () => {
    const seat = new OwnerSeat(counter(4, 2), 1, 2);
    expect([40, 41, 40].map((page) => asked(seat, 2, 0, page))).toEqual([null, null, [0, 0, 0, 0]]);
    expect([42, 43, 41].map((page) => asked(seat, 2, 0, page))).toEqual([null, null, null]);
    seat.arrived(41, undefined);
    expect(asked(seat, 2, 0, 41)).toBeNull();
  });

  it('sends along what it knows of a page that must go anyway', () => {
    const seat = new OwnerSeat(workFunction(3, 2), 1, 10);
    expect(seat.taken(request({ from: 0 }))).toEqual([1, 0, 2]);
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
