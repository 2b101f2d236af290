// The judge of histories is judged: it knows the outcomes that sequential consistency forbids, and agrees with trying every
// order on small histories.
import fc from 'fast-check';
import type { Access, History } from './history.js';
import { brokenAt, findOrder, sharedPart } from './sequential.js';

const [X, Y] = [0x1000, 0x2000];

type Step = Omit<Access, 'vcpu' | 'at' | 'bytes'>;
const load = (address: number, found: number): Step => ({ address, found: BigInt(found) });
const store = (address: number, left: number): Step => ({ address, left: BigInt(left) });
const swap = (address: number, found: number, left: number): Step => ({ address, found: BigInt(found), left: BigInt(left) });

function history(...programs: readonly (readonly Step[])[]): History {
  let at = 0;
  return programs.map((steps, vcpu) => steps.map((step) => ({ ...step, vcpu, bytes: 8, at: at++ })));
}

const FORBIDDEN: readonly [string, History][] = [
  ['store buffering', history([store(X, 1), load(Y, 0)], [store(Y, 1), load(X, 0)])],
  ['message passing without the message', history([store(X, 1), store(Y, 1)], [load(Y, 1), load(X, 0)])],
  ['load buffering', history([load(X, 1), store(Y, 1)], [load(Y, 1), store(X, 1)])],
  ['readers that disagree about independent writes', history(
    [store(X, 1)], [store(Y, 1)], [load(X, 1), load(Y, 0)], [load(Y, 1), load(X, 0)])],
  ['a reader that goes back', history([store(X, 1), store(X, 2)], [load(X, 2), load(X, 1)])],
  ['readers that see two writes in two orders', history(
    [store(X, 1)], [store(X, 2)], [load(X, 1), load(X, 2)], [load(X, 2), load(X, 1)])],
  ['two first writes that are left', history(
    [store(X, 1), store(Y, 2), load(Y, 1)], [store(Y, 1), store(X, 2), load(X, 1)])],
  ['a write that only some have seen', history([store(X, 1)], [load(X, 1), store(Y, 1)], [load(Y, 1), load(X, 0)])],
  ['two who were first', history([swap(X, 0, 1)], [swap(X, 0, 2)])],
  ['a value that nobody wrote', history([store(X, 1)], [load(X, 3)])],
];

const ALLOWED: readonly [string, History][] = [
  ['store buffering in order', history([store(X, 1), load(Y, 0)], [store(Y, 1), load(X, 1)])],
  ['a message', history([store(X, 1), store(Y, 1)], [load(Y, 1), load(X, 1)])],
  ['readers that agree', history([store(X, 1)], [store(Y, 1)], [load(X, 1), load(Y, 0)], [load(Y, 1), load(X, 1)])],
  ['a chain of exchanges', history([swap(X, 2, 1)], [swap(X, 0, 2)], [load(X, 2), load(X, 1)])],
];

describe('whether an order explains a history', () => {
  it.each(FORBIDDEN)('no: %s', (_, forbidden) => {
    expect(findOrder(forbidden)).toBeUndefined();
    expect(findOrder(sharedPart(forbidden))).toBeUndefined();
  });

  it.each(ALLOWED)('yes: %s', (_, allowed) => {
    const order = findOrder(allowed)!;
    expect(order).toHaveLength(allowed.flat().length);
    expect(brokenAt(inOrder(order, allowed))).toBeUndefined();
  });

  const step = fc.oneof(
    fc.record({ address: fc.constantFrom(X, Y), found: fc.bigInt(0n, 2n) }),
    fc.record({ address: fc.constantFrom(X, Y), left: fc.bigInt(0n, 2n) }),
    fc.record({ address: fc.constantFrom(X, Y), found: fc.bigInt(0n, 2n), left: fc.bigInt(0n, 2n) }));
  const programs = fc.array(fc.array(step, { maxLength: 3 }), { minLength: 1, maxLength: 3 });

  it('is answered as by trying every order', () => {
    let [yes, no] = [0, 0];
    fc.assert(fc.property(programs, (steps) => {
      const random = history(...steps);
      const found = findOrder(random);
      expect(found !== undefined).toBe(anyOrder(random));
      if (found) expect(brokenAt(inOrder(found, random))).toBeUndefined();
      if (found) yes++;
      else no++;
    }), { seed: 1, numRuns: 2000 });
    expect(Math.min(yes, no)).toBeGreaterThan(200);
  });

  it('is refused for words that overlap', () => {
    expect(() => findOrder([[{ vcpu: 0, address: X + 4, bytes: 8, at: 0, left: 1n }]])).toThrow('not of a whole word');
  });
});

describe('an order that is shown', () => {
  it('is held to what was found, byte by byte', () => {
    const wide: Access = { vcpu: 0, address: X, bytes: 8, at: 0, left: 0x0102n };
    expect(brokenAt([[wide], [{ vcpu: 1, address: X + 1, bytes: 1, at: 1, found: 1n }]])).toBeUndefined();
    expect(brokenAt([[wide], [{ vcpu: 1, address: X + 1, bytes: 1, at: 1, found: 2n }]])).toBe('vCPU 1 found 2 at 0x1001, where 1 was');
    expect(brokenAt([[{ vcpu: 0, address: X, bytes: 1, at: 0, found: 7n }]], () => 7n)).toBeUndefined();
  });

  it('is held to the order of each program', () => {
    const [first] = history([store(X, 1), load(X, 0)]);
    expect(brokenAt([[{ ...first![0]!, at: 2 }, { ...first![1]!, at: 1 }]])).toMatch(/took place before the one before it/);
  });
});

/** The history with the order written into it. */
function inOrder(order: readonly Access[], of: History): History {
  return of.map((accesses) => accesses.map((access) => ({ ...access, at: order.indexOf(access) })));
}

function anyOrder(of: History, done: readonly number[] = of.map(() => 0), memory: ReadonlyMap<number, bigint> = new Map()): boolean {
  return done.every((count, vcpu) => count === of[vcpu]!.length) || of.some((accesses, vcpu) => {
    const next = accesses[done[vcpu]!];
    if (!next || (next.found !== undefined && next.found !== (memory.get(next.address) ?? 0n))) return false;
    const after = next.left === undefined ? memory : new Map(memory).set(next.address, next.left);
    return anyOrder(of, done.with(vcpu, done[vcpu]! + 1), after);
  });
}
