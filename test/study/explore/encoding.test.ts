// States as bytes: equal bytes mean equal futures, whatever the numbers were that led there; and what remembers them.
import { DEFAULT_PROTOCOL } from '../../../src/server/spec.js';
import { randomStream } from '../../../src/base/random.js';
import { WorldCodec } from '../../../src/study/explore/encoding.js';
import { eventsOf } from '../../../src/study/explore/events.js';
import { successors } from '../../../src/study/explore/explore.js';
import { ByteQueue, StateSet } from '../../../src/study/explore/store.js';
import { happen } from '../../../src/study/explore/step.js';
import { randomPrograms } from '../../../src/study/explore/walk.js';
import { fork, newWorld, type World, type WorldShape } from '../../../src/study/explore/world.js';

const SHAPES: readonly [string, Omit<WorldShape, 'programs'>][] = [
  ['messages alone', { nodes: 3, pages: 2, loadStore: false, whims: { most: 3, kinds: ['drop', 'evict', 'move'] } }],
  ['loads and stores', { nodes: 3, pages: 2, loadStore: true, whims: { most: 3, kinds: ['drop', 'evict', 'move'] } }],
  ['versions', { nodes: 3, pages: 2, loadStore: false, whims: { most: 3, kinds: ['drop', 'evict', 'move'] }, protocol: { ...DEFAULT_PROTOCOL, transfer: 'diff' } }],
  ['serial invalidation', { nodes: 3, pages: 2, loadStore: false, protocol: { ...DEFAULT_PROTOCOL, invalidation: 'serial' } }],
  ['counted hops', { nodes: 4, pages: 1, loadStore: false, countHops: true }],
];

/** Worlds met on one random way, whose serial numbers, epochs, ages and versions are those of that way. */
function* met(shape: WorldShape, seed: number): Generator<World> {
  const random = randomStream(seed, 'met');
  let world = newWorld(shape);
  for (let events = eventsOf(world, shape); events.length > 0; events = eventsOf(world, shape)) {
    world = fork(world);
    happen(world, shape, events[random.below(events.length)]!, (n) => random.below(n));
    yield world;
  }
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe.each(SHAPES)('worlds as bytes, %s', (_, base) => {
  it('read back as worlds that have the same bytes and the same successors', () => {
    for (let seed = 0; seed < 12; seed++) {
      const shape = { ...base, programs: randomPrograms(2, 4, base.pages, seed) };
      const [codec, other] = [new WorldCodec(shape), new WorldCodec(shape)];
      for (const world of met(shape, seed)) {
        const bytes = codec.write(world).slice();
        const again = codec.read(bytes);
        expect(text(codec.write(again))).toBe(text(bytes));
        if (eventsOf(world, shape).length === 0) continue;
        // `other` never reads: it writes each part anew, from the numbers of this way.
        expect([...successors(again, shape)].map((next) => text(codec.write(next))))
          .toEqual([...successors(world, shape)].map((next) => text(other.write(next))));
      }
    }
  });

  it('do not depend on how many requests, transfers and stalls there were before', () => {
    const shape = { ...base, programs: randomPrograms(2, 4, base.pages, 1) };
    const codec = new WorldCodec(shape);
    for (const world of met(shape, 1)) {
      const shifted = { ...world, clock: world.clock + 5, transfers: world.transfers.map((count) => count + (shape.countHops ? 0 : 3)) };
      expect(text(codec.write(shifted))).toBe(text(codec.write(world).slice()));
    }
  });
});

describe('a set of states', () => {
  it('numbers them as a map from texts would', () => {
    const random = randomStream(1, 'states');
    const set = new StateSet();
    const map = new Map<string, number>();
    for (let i = 0; i < 30_000; i++) {
      const bytes = Uint8Array.from({ length: 1 + random.below(3) }, () => random.below(40));
      const key = text(bytes);
      const known = map.get(key);
      expect(set.add(bytes)).toBe(known ?? map.size);
      if (known === undefined) map.set(key, map.size);
      expect(set.size).toBe(map.size);
    }
  });

  it('tells apart what differs in one byte, or in zeros at the end', () => {
    const set = new StateSet();
    const states = [[], [0], [0, 0], [0, 0, 0, 0], [0, 0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]];
    expect(states.map((state) => set.add(Uint8Array.from(state)))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe('a queue of bytes', () => {
  it('gives back what was put in, in order, over many chunks', () => {
    const random = randomStream(2, 'queue');
    const queue = new ByteQueue();
    const expected: Uint8Array[] = [];
    for (let i = 0; i < 3000; i++) {
      const bytes = new Uint8Array(random.below(9000)).fill(i & 0xff);
      queue.push(bytes);
      expected.push(bytes);
      if (random.next() < 0.6) expect(Buffer.compare(queue.shift(), expected.shift()!)).toBe(0);
      expect(queue.length).toBe(expected.length);
    }
    while (expected.length > 0) expect(Buffer.compare(queue.shift(), expected.shift()!)).toBe(0);
  });
});
