// Policies that count accesses before anything moves: jump, counter, work-function.
import type { AccessKind, Policy } from '../../../../src/server/placement/seam.js';
import { checked, stall, view } from '../fixture.js';

const actions = (policy: Policy, stalls: readonly Parameters<typeof stall>[0][], at = view()): string[] =>
  stalls.map((changes) => policy.onStall(stall(changes), at).action);
const times = (count: number, changes: Parameters<typeof stall>[0] = {}): Parameters<typeof stall>[0][] =>
  new Array<Parameters<typeof stall>[0]>(count).fill(changes);

describe('jump', () => {
  it('sends a vCPU at the third stall in a row on pages of one owner, if told 3', () => {
    const pages = [40, 41, 42].map((page) => ({ page }));
    expect(actions(checked('jump', { run: '3' }), pages)).toEqual(['remote', 'remote', 'send']);
  });

  it('begins again when another owner comes between', () => {
    const owners = [2, 2, 3, 2, 2, 2].map((owner, page) => ({ owner, page }));
    expect(actions(checked('jump', { run: '3' }), owners)).toEqual(['remote', 'remote', 'remote', 'remote', 'remote', 'send']);
  });

  it('pulls pages before it jumps, if told so', () => {
    expect(actions(checked('jump', { run: '3', pull: '1' }), times(3))).toEqual(['bring', 'bring', 'send']);
  });

  it('waits by default as long as remote accesses cost less than the move', () => {
    const waits = (machine: string): number => actions(checked('jump', {}, view({ machine })), times(50)).indexOf('send') + 1;
    expect(waits('sds-ethernet-25g')).toBe(2);
    expect(waits('sds-efa')).toBe(1);
  });

  it('forgets what a vCPU did before it left and came back', () => {
    const policy = checked('jump', { run: '2' });
    expect(actions(policy, times(1))).toEqual(['remote']);
    policy.onArrive!({ vcpu: 5, nowPs: 1 }, view());
    expect(actions(policy, times(2))).toEqual(['remote', 'send']);
  });
});

describe.each(['counter', 'work-function'])('%s', (name) => {
  it.each<AccessKind>(['read', 'write', 'rmw'])('brings a page at the access that has paid for the move: 2 D (%s)', (kind) => {
    expect(actions(checked(name, { price: '2' }), times(5, { kind }))).toEqual(['remote', 'remote', 'remote', 'bring', 'remote']);
  });

  it('knows D from the machine\'s prices', () => {
    const waits = (machine: string): number => actions(checked(name, {}, view({ machine })), times(50)).indexOf('bring') + 1;
    expect(waits('sds-ethernet-25g')).toBe(3);
    expect(waits('sds-efa')).toBe(2);
  });

  it('counts each page by itself, whichever vCPU asks', () => {
    const policy = checked(name, { price: '1' });
    const asked = [{ page: 1, vcpu: 0 }, { page: 2, vcpu: 0 }, { page: 1, vcpu: 1 }];
    expect(actions(policy, asked)).toEqual(['remote', 'remote', 'bring']);
  });
});

it('counter takes another threshold', () => {
  expect(actions(checked('counter', { price: '2', factor: '1' }), times(2))).toEqual(['remote', 'bring']);
});

it.each(['jump', 'counter', 'work-function'])('the state of %s goes on elsewhere as plain JSON', (name) => {
  const options = name === 'jump' ? { run: '3' } : { price: '1.5' };
  const [one, other] = [checked(name, options), checked(name, options)];
  actions(one, times(2));
  other.setState!(JSON.parse(JSON.stringify(one.getState!())));
  expect(actions(other, times(1))).toEqual(actions(one, times(1)));
  expect(actions(other, times(1))).toEqual(actions(one, times(1)));
  expect(actions(checked(name, options), times(1))).toEqual(['remote']);
  expect(['send', 'bring']).toContain(actions(checked(name, options), times(3))[2]);
});
