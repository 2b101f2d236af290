// Which trips of a vCPU count as vain, and what makes up for them.
import { VcpuHistory } from '../../../../src/server/placement/algorithms/vcpu-history.js';
import { stall } from '../fixture.js';

const WINDOW_PS = 100;
const RETRY_AFTER = 4;

/** vCPU 5 leaves for `page` at `leftPs`, is back, and stalls on `then` at `nowPs`, which is answered otherwise. */
function trip(history: VcpuHistory, leftPs: number, nowPs: number, then = 40, page = 40): void {
  const leaving = stall({ page, nowPs: leftPs });
  history.stalled(leaving);
  history.decided(leaving, true);
  history.arrived(5);
  const next = stall({ page: then, nowPs });
  history.stalled(next);
  history.decided(next, false);
}

/** It stays for `times` stalls. */
function stay(history: VcpuHistory, times: number, nowPs: number): void {
  for (let i = 0; i < times; i++) {
    const next = stall({ page: 1000 + i, nowPs });
    history.stalled(next);
    history.decided(next, false);
  }
}

describe('a trip of a vCPU', () => {
  const history = (): VcpuHistory => new VcpuHistory(WINDOW_PS, RETRY_AFTER);

  it('was in vain if the vCPU soon needs the same page here again', () => {
    const h = history();
    expect(h.vainTrips(5)).toBe(0);
    trip(h, 0, 50);
    expect(h.vainTrips(5)).toBe(1);
    trip(h, 60, 99);
    expect(h.vainTrips(5)).toBe(2);
    expect(h.vainTrips(6)).toBe(0);
  });

  it('was not if it needs another page: then it is on its way', () => {
    const h = history();
    trip(h, 0, 50, 41);
    expect(h.vainTrips(5)).toBe(0);
  });

  it('may still turn out to be in vain after another page, within the window', () => {
    const h = history();
    trip(h, 0, 50, 41);
    h.stalled(stall({ page: 40, nowPs: 99 }));
    expect(h.vainTrips(5)).toBe(1);
  });

  it('makes up for a vain one if the vCPU stays away for long', () => {
    const h = history();
    trip(h, 0, 50);
    trip(h, 60, 99);
    trip(h, 100, 100 + WINDOW_PS);
    expect(h.vainTrips(5)).toBe(1);
  });

  it('does not count if the vCPU never left, since the page was here after all', () => {
    const h = history();
    h.decided(stall({ nowPs: 0 }), true);
    h.stalled(stall({ nowPs: 10 }));
    expect(h.vainTrips(5)).toBe(0);
    h.arrived(5);
    h.stalled(stall({ nowPs: 20 }));
    expect(h.vainTrips(5)).toBe(0);
  });

  it('that was in vain is made up for by staying, and the next one takes as long again', () => {
    const h = history();
    trip(h, 0, 50);
    trip(h, 60, 99);
    stay(h, RETRY_AFTER - 2, 200);
    expect(h.vainTrips(5)).toBe(2);
    stay(h, 1, 200);
    expect(h.vainTrips(5)).toBe(1);
    stay(h, RETRY_AFTER, 200);
    expect(h.vainTrips(5)).toBe(0);
    trip(h, 300, 350);
    expect(h.vainTrips(5)).toBe(3);
  });

  it('is remembered elsewhere as plain JSON, under way too', () => {
    const one = history();
    trip(one, 0, 50);
    one.decided(stall({ nowPs: 60 }), true);
    const other = history();
    other.restore(JSON.parse(JSON.stringify(one.toState())));
    for (const h of [one, other]) {
      h.arrived(5);
      h.stalled(stall({ nowPs: 70 }));
    }
    expect(other.vainTrips(5)).toBe(2);
    expect(other.toState()).toEqual(one.toState());
  });
});
