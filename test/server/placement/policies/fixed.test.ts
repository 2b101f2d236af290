// The policies that always do the same.
import type { AccessKind } from '../../../../src/server/placement/seam.js';
import { checked, stall, view } from '../fixture.js';

const DATA: readonly AccessKind[] = ['read', 'write', 'rmw'];
const decide = (policy: string, changes: Parameters<typeof stall>[0], at = view()) => checked(policy, {}, at).onStall(stall(changes), at);

describe('first-touch', () => {
  it('places at the toucher, and on the next node when that is full', () => {
    expect(decide('first-touch', { dormant: true })).toEqual({ action: 'place', node: 1, reason: 'first-touch' });
    const full = view({ node: 3, freeFrames: 0 });
    expect(decide('first-touch', { dormant: true }, full)).toEqual({ action: 'place', node: 0, reason: 'node-full' });
  });

  it.each(DATA)('leaves the page where it is for a %s', (kind) => {
    expect(decide('first-touch', { kind })).toEqual({ action: 'remote', reason: 'stays' });
  });
});

describe('interleave', () => {
  it('deals pages out by number, whoever touches them', () => {
    const nodes = [4, 5, 6, 7, 8].map((page) => decide('interleave', { dormant: true, page }));
    expect(nodes.map((decision) => 'node' in decision && decision.node)).toEqual([0, 1, 2, 3, 0]);
  });

  it.each(DATA)('leaves the page where it is for a %s', (kind) => {
    expect(decide('interleave', { kind })).toEqual({ action: 'remote', reason: 'stays' });
  });
});

describe('page', () => {
  it.each(DATA)('brings the page for a %s, wherever it is', (kind) => {
    expect(decide('page', { kind })).toEqual({ action: 'bring', reason: 'page-comes' });
    expect(decide('page', { kind, owner: -1 })).toEqual({ action: 'bring', reason: 'page-comes' });
  });
});

describe('vcpu', () => {
  it.each(DATA)('sends the vCPU for a %s', (kind) => {
    expect(decide('vcpu', { kind })).toEqual({ action: 'send', reason: 'vcpu-goes' });
  });

  it('sends it also where the owner must be located first', () => {
    expect(decide('vcpu', { owner: -1 })).toEqual({ action: 'send', reason: 'vcpu-goes' });
  });
});

describe('empty', () => {
  it('places at the toucher and brings everything else', () => {
    expect(decide('empty', { dormant: true })).toEqual({ action: 'place', node: 1, reason: 'first-touch' });
    for (const kind of DATA) expect(decide('empty', { kind })).toEqual({ action: 'bring', reason: 'brought' });
  });
});
