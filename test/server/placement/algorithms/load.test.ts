// What policies make of nodes that have more or fewer cores, or none for vCPUs.
import { loadOf, waiting } from '../../../../src/server/placement/algorithms/load.js';
import { negotiate } from '../../../../src/server/placement/algorithms/negotiation.js';
import { request, stall, view, checked } from '../fixture.js';

const weights = { busyMisses: 16, inUse: 1000, leave: 0, crowd: 0 };

describe('the load of a node', () => {
  it('is one vCPU on each of its cores where it has told nothing', () => {
    const unequal = { ...view({ hintedLoad: -1 }), cores: (node = 1) => [1, 2, 8][node]! };
    expect([loadOf(2, unequal), loadOf(0, unequal), loadOf(undefined, unequal)]).toEqual([8, 1, 2]);
    expect(loadOf(2, { ...unequal, hintedLoad: () => 3 })).toBe(3);
    expect([waiting(3, 8), waiting(12, 8), waiting(3, 2)]).toEqual([0, 0.5, 0.5]);
  });
});

describe('a node without cores for vCPUs', () => {
  it('refuses no page, as the vCPU could not run there', () => {
    const busy = request({ localMisses: 1000, want: 'bring' });
    expect(negotiate(busy, view(), weights).refuse).toBe(true);
    expect(negotiate(busy, view({ cores: 0 }), weights).refuse).toBe(false);
  });

  it('is sent no vCPU under cost, however long it keeps stalling there', () => {
    const decide = (cores: number) => {
      const at = { ...view(), cores: (node = 1) => (node === 2 ? cores : 2) };
      return checked('cost', {}, at).onStall(stall({ run: 1000, kind: 'write', repeats: 9 }), at).action;
    };
    expect([decide(2), decide(0) === 'send']).toEqual(['send', false]);
  });
});
