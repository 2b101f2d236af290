// Negotiation: what an owner weighs when it is asked for a page.
import type { OwnerDecision, OwnerRequest } from '../../../../src/server/placement/seam.js';
import { checked, request, stall, view, type ViewSettings } from '../fixture.js';

function answer(changes: Partial<OwnerRequest>, settings: ViewSettings = {}, options: Readonly<Record<string, string>> = {}): OwnerDecision {
  const at = view({ load: 0, ...settings });
  return checked('negotiate', options, at).onOwnerRequest!(request({ want: 'bring', ...changes }), at);
}

describe('negotiate', () => {
  it('copies what is read and asks for what is written', () => {
    expect(checked('negotiate').onStall(stall(), view())).toEqual({ action: 'copy', reason: 'read' });
    for (const kind of ['write', 'rmw'] as const) {
      expect(checked('negotiate').onStall(stall({ kind }), view())).toEqual({ action: 'bring', reason: 'asked' });
    }
  });

  it('gives a page that the owner uses little', () => {
    expect(answer({ localMisses: 2 })).toEqual({ action: 'serve', reason: 'idle' });
  });

  it('refuses a page that the owner uses much, so that the vCPU comes', () => {
    expect(answer({ localMisses: 100 })).toEqual({ action: 'refuse', reason: 'in-use' });
    expect(answer({ localMisses: 100 }, {}, { 'in-use': '0' })).toEqual({ action: 'serve', reason: 'idle' });
    expect(answer({ localMisses: 100 }, {}, { leave: '10' })).toEqual({ action: 'serve', reason: 'idle' });
  });

  it('gives it all the same when vCPUs wait for the owner\'s cores, unless more wait over there', () => {
    expect(answer({ localMisses: 100 }, { load: 4 })).toEqual({ action: 'serve', reason: 'crowded' });
    expect(answer({ localMisses: 100 }, { load: 4, hintedLoad: 8 })).toEqual({ action: 'refuse', reason: 'in-use' });
  });

  it('never refuses a copy', () => {
    expect(answer({ want: 'copy', write: false, localMisses: 100 })).toEqual({ action: 'serve', reason: 'read' });
  });
});
