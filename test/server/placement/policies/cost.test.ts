// The weighted cost policy: what it does with pages of each kind of use, and what its weights mean.
import type { NodeView, Policy } from '../../../../src/server/placement/seam.js';
import { checked, request, stall, view } from '../fixture.js';

const US = 1e6;

/** Lets a page come to the node and be stalled on again `gapUs` later, `times` in a row; returns the time of the last. */
function pingPong(policy: Policy, at: NodeView, times: number, gapUs: number, kind: 'write' | 'rmw'): number {
  let nowPs = 0;
  for (let i = 0; i < times; i++) {
    policy.onStall(stall({ kind, nowPs }), at);
    policy.onArrive!({ page: 40, nowPs: nowPs + 8 * US }, at);
    nowPs += gapUs * US;
  }
  return nowPs;
}

describe('cost on a software-defined server', () => {
  const at = view();

  it('copies what is read', () => {
    expect(checked('cost').onStall(stall(), at)).toEqual({ action: 'copy', reason: 'read-shared' });
  });

  it('brings what is written', () => {
    expect(checked('cost').onStall(stall({ kind: 'write' }), at)).toMatchObject({ action: 'bring' });
    expect(checked('cost').onStall(stall({ kind: 'write', holdsCopy: true }), at)).toMatchObject({ action: 'bring' });
  });

  it('brings at the read what was written after earlier reads, on any page once it is the habit', () => {
    const policy = checked('cost');
    for (let page = 0; page < 8; page++) {
      policy.onStall(stall({ page, nowPs: 0 }), at);
      policy.onStall(stall({ page, kind: 'write', holdsCopy: true, nowPs: 1 }), at);
    }
    expect(policy.onStall(stall({ page: 99 }), at)).toEqual({ action: 'bring', reason: 'migratory' });
  });

  it('tries a copy again when reads that bring have hidden for long whether a write follows', () => {
    const policy = checked('cost');
    for (let page = 0; page < 8; page++) {
      policy.onStall(stall({ page, nowPs: 0 }), at);
      policy.onStall(stall({ page, kind: 'write', holdsCopy: true, nowPs: 1 }), at);
    }
    const actions = Array.from({ length: 100 }, (_, i) => policy.onStall(stall({ page: 100 + i }), at).action);
    expect(actions[0]).toBe('bring');
    expect(actions).toContain('copy');
  });

  it('serves a lock remotely once its page ping-pongs, and not before', () => {
    const policy = checked('cost');
    expect(policy.onStall(stall({ kind: 'rmw', page: 7 }), at).action).toBe('bring');
    const nowPs = pingPong(policy, at, 6, 20, 'rmw');
    expect(policy.onStall(stall({ kind: 'rmw', nowPs }), at)).toEqual({ action: 'remote', reason: 'ping-pong' });
  });

  it('tries the page again, after longer pauses the more often it was lost', () => {
    const pause = (times: number): number => {
      const policy = checked('cost', { 'retry-after': '4' });
      const nowPs = pingPong(policy, at, times, 20, 'rmw');
      let served = 0;
      while (policy.onStall(stall({ kind: 'rmw', nowPs: nowPs + served }), at).action === 'remote') served++;
      return served;
    };
    expect(pause(4)).toBeGreaterThan(0);
    expect(pause(8)).toBeGreaterThan(pause(4));
    expect(pause(8)).toBeLessThan(100);
  });

  it('does not call it ping-pong when the page stays for long', () => {
    const policy = checked('cost');
    const nowPs = pingPong(policy, at, 6, 5000, 'rmw');
    expect(policy.onStall(stall({ kind: 'rmw', nowPs }), at).action).toBe('bring');
  });

  it('sends a vCPU that keeps stalling on one owner, if a core is free there', () => {
    const alone = view({ warmth: 1, load: 1, hintedLoad: 0 });
    expect(checked('cost').onStall(stall({ kind: 'write', run: 20 }), alone)).toEqual({ action: 'send', reason: 'long-run' });
    const busy = view({ warmth: 1, load: 1, hintedLoad: 6 });
    expect(checked('cost').onStall(stall({ kind: 'write', run: 20 }), busy)).toMatchObject({ action: 'bring', reason: 'balance' });
  });

  it('keeps a vCPU where its pages are', () => {
    const warm = view({ warmth: 30, load: 1, hintedLoad: 0 });
    expect(checked('cost').onStall(stall({ kind: 'write', run: 20 }), warm)).toMatchObject({ action: 'bring', reason: 'warm-here' });
  });

  it('lets a vCPU that spins on a flag copy it anew each time, rather than send it to the flag', () => {
    const policy = checked('cost');
    for (let i = 0; i < 30; i++) {
      expect(policy.onStall(stall({ nowPs: i * 20 * US, run: 10 }), at).action).toBe('copy');
      policy.onArrive!({ page: 40, nowPs: (i * 20 + 8) * US }, at);
    }
  });

  it('takes a node that has not told its load for a busy one', () => {
    const untold = view({ warmth: 1, load: 1, hintedLoad: -1 });
    expect(checked('cost').onStall(stall({ kind: 'write' }), untold).action).toBe('bring');
  });
});

describe('cost on a load/store machine', () => {
  const at = view({ machine: 'numa-4s' });

  it('maps a lock, since its line comes for less than its page', () => {
    expect(checked('cost').onStall(stall({ kind: 'rmw' }), at).action).toBe('remote');
  });

  it('maps a page that ping-pongs', () => {
    const policy = checked('cost');
    expect(policy.onStall(stall({ kind: 'write', page: 7 }), at).action).toBe('bring');
    const nowPs = pingPong(policy, at, 5, 10, 'write');
    expect(policy.onStall(stall({ kind: 'write', nowPs }), at)).toEqual({ action: 'remote', reason: 'ping-pong' });
  });
});

describe('an owner under cost', () => {
  it('does as it is asked', () => {
    for (const want of ['bring', 'copy', 'map', 'service'] as const) {
      expect(checked('cost').onOwnerRequest!(request({ want }), view())).toEqual({ action: 'serve', reason: 'asked' });
    }
  });

  it('learns how much a page is used on a visit, and serves remotely what is used little', () => {
    const at = view();
    const after = (localMisses: number): string => {
      const policy = checked('cost');
      const nowPs = pingPong(policy, at, 4, 20, 'write');
      policy.onOwnerRequest!(request({ want: 'bring', localMisses }), at);
      return policy.onStall(stall({ kind: 'write', nowPs }), at).action;
    };
    expect(after(1)).toBe('remote');
    expect(after(60)).toBe('bring');
  });
});

describe('the state of cost', () => {
  it('goes on elsewhere as plain JSON', () => {
    const at = view();
    const one = checked('cost');
    const nowPs = pingPong(one, at, 6, 20, 'rmw');
    const other = checked('cost');
    other.setState!(JSON.parse(JSON.stringify(one.getState!())));
    const next = stall({ kind: 'rmw', nowPs });
    expect(other.onStall(next, at)).toEqual(one.onStall(next, at));
    expect(other.onStall(next, at).action).not.toBe(checked('cost').onStall(next, at).action);
  });

  it('forgets the oldest pages beyond its limit', () => {
    const at = view();
    const policy = checked('cost', { pages: '2' });
    const nowPs = pingPong(policy, at, 6, 20, 'rmw');
    for (const page of [1, 2]) policy.onStall(stall({ page, kind: 'rmw', nowPs }), at);
    expect(policy.onStall(stall({ kind: 'rmw', nowPs }), at).action).toBe('bring');
  });
});

describe('a weight of cost', () => {
  const alone = view({ warmth: 4, load: 1, hintedLoad: 0 });
  const next = stall({ kind: 'write', run: 10 });

  it.each([['write-warmth', 'send'], ['write-uses', 'remote'], ['write-contention', 'bring']])(
    '%s: never makes %s more likely when raised', (weight, action) => {
      const chosen = ['0', '0.01', '0.1', '1', '10', '100'].map((value) => {
        const policy = checked('cost', { [weight]: value, 'write-load': '0' }, alone);
        pingPong(policy, alone, 3, 20, 'write');
        return policy.onStall({ ...next, nowPs: 60 * US }, alone).action === action;
      });
      expect(chosen.slice().sort((a, b) => Number(b) - Number(a))).toEqual(chosen);
    });

  it('decides by the type of stall', () => {
    const at = view({ warmth: 4, load: 1, hintedLoad: 0 });
    const policy = checked('cost', { 'write-warmth': '0', 'rmw-warmth': '1' }, at);
    expect(policy.onStall(stall({ kind: 'write', run: 10 }), at).action).toBe('send');
    expect(policy.onStall(stall({ kind: 'rmw', run: 10 }), at).action).toBe('bring');
  });
});
