// Policies that count accesses before anything moves: jump, counter, work-function.
import type { AccessKind, Policy } from '../../../../src/server/placement/seam.js';
import { checked, request, stall, view } from '../fixture.js';

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
  const gives = (policy: Policy, requests: readonly Parameters<typeof request>[0][], at = view()): boolean[] =>
    requests.map((changes) => policy.onOwnerRequest!(request(changes), at).action === 'give');
  const requests = (count: number, changes: Parameters<typeof request>[0] = {}): Parameters<typeof request>[0][] =>
    new Array<Parameters<typeof request>[0]>(count).fill(changes);

  it.each<AccessKind>(['read', 'write', 'rmw'])('leaves it to the owner (%s)', (kind) => {
    expect(actions(checked(name), times(3, { kind }))).toEqual(['remote', 'remote', 'remote']);
  });

  it('gives a page at the access that has paid for the move: 2 D', () => {
    expect(gives(checked(name, { price: '2' }), requests(4))).toEqual([false, false, false, true]);
  });

  it('sets the owner\'s own line misses against that', () => {
    const policy = checked(name, { price: '2' });
    expect(gives(policy, requests(3))).toEqual([false, false, false]);
    expect(gives(policy, requests(1, { newLocalMisses: 1 }))).toEqual([false]);
    expect(gives(policy, requests(1))).toEqual([true]);
  });

  it('knows D from the machine\'s prices', () => {
    const waits = (machine: string): number => gives(checked(name, {}, view({ machine })), requests(50)).indexOf(true) + 1;
    expect(waits('sds-ethernet-25g')).toBe(3);
    expect(waits('sds-efa')).toBe(2);
  });

  it('counts each page and each node by itself', () => {
    const policy = checked(name, { price: '1' });
    expect(gives(policy, [{ page: 1, from: 3 }, { page: 2, from: 3 }, { page: 2, from: 2 }, { page: 1, from: 3 }])).toEqual([false, false, false, true]);
  });

  it('gives a page that must come, with what it knows of it', () => {
    const policy = checked(name, { price: '2' });
    gives(policy, requests(2));
    const answer = policy.onOwnerRequest!(request({ want: 'bring', from: 2 }), view());
    expect(answer).toMatchObject({ action: 'give', reason: 'must-come' });
    const next = checked(name, { price: '2' }, view({ node: 2 }));
    next.onArrive!({ page: 40, nowPs: 1, ...(answer.action === 'give' && answer.note && { note: answer.note }) }, view({ node: 2 }));
    expect(next.getState!()).not.toEqual(checked(name, { price: '2' }, view({ node: 2 })).getState!());
  });
});

it('counter takes another threshold', () => {
  const policy = checked('counter', { price: '2', factor: '1' });
  expect([1, 2].map(() => policy.onOwnerRequest!(request(), view()).action)).toEqual(['serve', 'give']);
});

it('the state of jump goes on elsewhere as plain JSON', () => {
  const [one, other] = [checked('jump', { run: '3' }), checked('jump', { run: '3' })];
  actions(one, times(2));
  other.setState!(JSON.parse(JSON.stringify(one.getState!())));
  expect(actions(other, times(1))).toEqual(['send']);
});

it.each(['counter', 'work-function'])('the state of %s goes on elsewhere as plain JSON', (name) => {
  const [one, other] = [checked(name, { price: '1.5' }), checked(name, { price: '1.5' })];
  const ask = (policy: Policy) => policy.onOwnerRequest!(request(), view()).action;
  expect([ask(one), ask(one)]).toEqual(['serve', 'serve']);
  other.setState!(JSON.parse(JSON.stringify(one.getState!())));
  expect(ask(other)).toBe('give');
});
