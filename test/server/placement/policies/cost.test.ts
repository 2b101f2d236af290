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

/** So many vCPUs on the other nodes that none goes there: what is left is to choose what the page does. */
const CROWD = 200;

/** vCPU 5 is sent for page 40 and soon needs it here again, `times` in a row; returns the time of the last. */
function vainTrips(policy: Policy, at: NodeView, times: number): number {
  let nowPs = 0;
  for (let i = 0; i < times; i++) {
    policy.onStall(stall({ nowPs }), at);
    policy.onArrive!({ vcpu: 5, nowPs: nowPs + 15 * US }, at);
    nowPs += 16 * US;
  }
  return nowPs;
}

describe('cost, about a page on a software-defined server', () => {
  const at = view({ hintedLoad: CROWD });

  it('copies what is read', () => {
    expect(checked('cost').onStall(stall(), at)).toEqual({ action: 'copy', reason: 'read-shared' });
  });

  it('brings what is written', () => {
    expect(checked('cost').onStall(stall({ kind: 'write' }), at)).toMatchObject({ action: 'bring' });
    expect(checked('cost').onStall(stall({ kind: 'write', holdsCopy: true }), at)).toMatchObject({ action: 'bring' });
  });

  it('asks for what is changed in one go, as words that others change too', () => {
    expect(checked('cost').onStall(stall({ kind: 'rmw' }), at).action).toBe('remote');
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

  it('serves a page remotely once it ping-pongs, and not before', () => {
    const policy = checked('cost');
    expect(policy.onStall(stall({ kind: 'write', page: 7 }), at).action).toBe('bring');
    const nowPs = pingPong(policy, at, 10, 20, 'write');
    expect(policy.onStall(stall({ kind: 'write', nowPs }), at)).toEqual({ action: 'remote', reason: 'ping-pong' });
  });

  it('tries the page again, after longer pauses the more often it was lost', () => {
    const pause = (times: number): number => {
      const policy = checked('cost', { 'retry-after': '4' });
      const nowPs = pingPong(policy, at, times, 20, 'write');
      let served = 0;
      while (policy.onStall(stall({ kind: 'write', nowPs: nowPs + served }), at).action === 'remote') served++;
      return served;
    };
    expect(pause(10)).toBeGreaterThan(0);
    expect(pause(14)).toBeGreaterThan(pause(10));
    expect(pause(14)).toBeLessThan(100);
  });

  it('does not call it ping-pong when the page stays for long', () => {
    const policy = checked('cost');
    const nowPs = pingPong(policy, at, 10, 5000, 'write');
    expect(policy.onStall(stall({ kind: 'write', nowPs }), at).action).toBe('bring');
  });
});

describe('cost, about a vCPU on a software-defined server', () => {
  const free = { load: 1, hintedLoad: 0 };
  const at = view({ ...free, warmth: 1 });

  it('sends it to the page, as long as nothing is known that keeps it', () => {
    expect(checked('cost').onStall(stall({ kind: 'write' }), at).action).toBe('send');
    expect(checked('cost').onStall(stall(), at).action).toBe('send');
  });

  it('sends it for a run of stalls on one owner, unless it would wait for a core there', () => {
    const run = stall({ kind: 'write', run: 5 });
    expect(checked('cost').onStall(run, at)).toEqual({ action: 'send', reason: 'long-run' });
    const busy = view({ load: 1, hintedLoad: 20, warmth: 1 });
    expect(checked('cost').onStall(run, busy)).toMatchObject({ action: 'bring', reason: 'balance' });
  });

  it('keeps it where very many of its pages are', () => {
    const warm = view({ ...free, warmth: 256 });
    expect(checked('cost').onStall(stall({ kind: 'write' }), warm)).toMatchObject({ action: 'bring', reason: 'warm-here' });
  });

  it('keeps it after trips in vain, until a run on one owner outweighs them', () => {
    const policy = checked('cost');
    const nowPs = vainTrips(policy, at, 2);
    expect(policy.onStall(stall({ kind: 'write', nowPs }), at)).toEqual({ action: 'bring', reason: 'vain-trips' });
    expect(policy.onStall(stall({ kind: 'write', run: 20, nowPs }), at).action).toBe('send');
  });

  it('then lets it copy anew the flag on which it spins, rather than send it to the flag each time', () => {
    const policy = checked('cost');
    const startPs = vainTrips(policy, at, 2);
    for (let i = 0; i < 4; i++) {
      const nowPs = startPs + i * 20 * US;
      expect(policy.onStall(stall({ nowPs }), at).action).toBe('copy');
      policy.onArrive!({ page: 40, nowPs: nowPs + 8 * US }, at);
    }
  });

  it('sends it again after staying for long', () => {
    const policy = checked('cost', { 'retry-after': '4' });
    const nowPs = vainTrips(policy, at, 2);
    const actions = Array.from({ length: 12 }, (_, page) => policy.onStall(stall({ kind: 'write', page, nowPs }), at).action);
    expect(actions.slice(0, 4)).toEqual(['bring', 'bring', 'bring', 'bring']);
    expect(actions).toContain('send');
  });

  it.each(['sds-ethernet-25g', 'sds-efa'])('does not send it in search of an owner that is not known, on %s', (machine) => {
    const where = view({ ...free, warmth: 1, machine });
    expect(checked('cost').onStall(stall({ kind: 'write' }), where).action).toBe('send');
    expect(checked('cost').onStall(stall({ kind: 'write', owner: -1, run: 20 }), where).action).toBe('bring');
  });

  it('takes a node that has not told its load for a busy one', () => {
    const write = stall({ kind: 'write' });
    const options = { 'write-load': '1' };
    expect(checked('cost', options).onStall(write, view({ load: 1, hintedLoad: 0 })).action).toBe('send');
    expect(checked('cost', options).onStall(write, view({ load: 1, hintedLoad: -1 })).action).toBe('bring');
  });
});

describe('cost on a load/store machine', () => {
  const at = view({ machine: 'numa-4s', load: 1, hintedLoad: 0 });

  it.each(['read', 'write', 'rmw'] as const)('maps a page for a %s, since its lines come for less than the page', (kind) => {
    expect(checked('cost').onStall(stall({ kind }), at).action).toBe('remote');
  });

  it('brings a page that is used much, and maps it once it ping-pongs', () => {
    const crowded = view({ machine: 'numa-4s', hintedLoad: CROWD });
    const policy = checked('cost');
    policy.onOwnerRequest!(request({ want: 'bring', localMisses: 40 }), crowded);
    expect(policy.onStall(stall({ kind: 'write' }), crowded).action).toBe('bring');
    const nowPs = pingPong(policy, crowded, 5, 10, 'write');
    expect(policy.onStall(stall({ kind: 'write', nowPs }), crowded)).toEqual({ action: 'remote', reason: 'ping-pong' });
  });

  it('sends a vCPU only for a long run, since a mapping is there for all that follows', () => {
    expect(checked('cost').onStall(stall({ run: 2 }), at).action).toBe('remote');
    expect(checked('cost').onStall(stall({ run: 20 }), at).action).toBe('send');
  });
});

describe('an owner under cost', () => {
  it('does as it is asked', () => {
    for (const want of ['bring', 'copy', 'map', 'service'] as const) {
      expect(checked('cost').onOwnerRequest!(request({ want }), view())).toEqual({ action: 'serve', reason: 'asked' });
    }
  });

  it('learns how much a page is used on a visit, and serves remotely what is used little', () => {
    const at = view({ hintedLoad: CROWD });
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
  const at = view({ hintedLoad: CROWD });

  it('goes on elsewhere as plain JSON: what it knows of pages, and of vCPUs', () => {
    const quiet = view({ load: 1, hintedLoad: 0, warmth: 1 });
    const learn = [(one: Policy) => pingPong(one, at, 10, 20, 'write'), (one: Policy) => vainTrips(one, quiet, 2)];
    [at, quiet].forEach((where, i) => {
      const one = checked('cost');
      const next = stall({ kind: 'write', nowPs: learn[i]!(one) });
      const other = checked('cost');
      other.setState!(JSON.parse(JSON.stringify(one.getState!())));
      const answer = other.onStall(next, where);
      expect(answer).toEqual(one.onStall(next, where));
      expect(answer.action).not.toBe(checked('cost').onStall(next, where).action);
    });
  });

  it('forgets the oldest pages beyond its limit', () => {
    const policy = checked('cost', { pages: '2' });
    const nowPs = pingPong(policy, at, 10, 20, 'write');
    for (const page of [1, 2]) policy.onStall(stall({ page, kind: 'write', nowPs }), at);
    expect(policy.onStall(stall({ kind: 'write', nowPs }), at).action).toBe('bring');
  });
});

describe('a weight of cost', () => {
  const alone = view({ warmth: 4, load: 1, hintedLoad: 0 });
  const next = stall({ kind: 'write', run: 10 });

  it.each([['write-warmth', 'send'], ['write-trips', 'send'], ['write-uses', 'remote'], ['write-contention', 'bring']])(
    '%s: never makes %s more likely when raised', (weight, action) => {
      const chosen = ['0', '0.01', '0.1', '1', '10', '100'].map((value) => {
        const policy = checked('cost', { [weight]: value, 'write-load': '0' }, alone);
        const nowPs = Math.max(vainTrips(policy, alone, 3), pingPong(policy, alone, 3, 20, 'write'));
        return policy.onStall({ ...next, nowPs }, alone).action === action;
      });
      expect(chosen.slice().sort((a, b) => Number(b) - Number(a))).toEqual(chosen);
    });

  it('decides by the type of stall', () => {
    const at = view({ warmth: 4, load: 1, hintedLoad: 0 });
    const policy = checked('cost', { 'write-warmth': '0', 'read-warmth': '10' }, at);
    expect(policy.onStall(stall({ kind: 'write', run: 2 }), at).action).toBe('send');
    expect(policy.onStall(stall({ kind: 'read', run: 2 }), at).action).toBe('copy');
  });
});
