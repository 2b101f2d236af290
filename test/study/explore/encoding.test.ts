// States as numbers of parts, and pages as bytes: equal ones mean equal futures, whatever led there; and what remembers them.
import { DEFAULT_PROTOCOL } from '../../../src/server/spec.js';
import { randomStream } from '../../../src/base/random.js';
import { eventsOf } from '../../../src/study/explore/events.js';
import { explore } from '../../../src/study/explore/explore.js';
import { PageFields } from '../../../src/study/explore/fields.js';
import { Parts } from '../../../src/study/explore/known.js';
import { mirroredChannels, mirrorsOf } from '../../../src/study/explore/mirrors.js';
import { pageStep } from '../../../src/study/explore/page.js';
import { PlainWorld } from '../../../src/study/explore/plain.js';
import { ByteIndex, Numbers, StateSet } from '../../../src/study/explore/store.js';
import { happen } from '../../../src/study/explore/step.js';
import { randomPrograms } from '../../../src/study/explore/walk.js';
import { everyWay } from '../../../src/study/explore/ways.js';
import { read, rmw, write, type PageWorld, type WorldShape } from '../../../src/study/explore/world.js';

const WHIMS = { most: 3, kinds: ['drop', 'evict', 'move'] } as const;

const SHAPES: readonly [string, Omit<WorldShape, 'programs'>][] = [
  ['messages alone', { nodes: 3, pages: 2, loadStore: false, whims: WHIMS }],
  ['loads and stores', { nodes: 3, pages: 2, loadStore: true, whims: WHIMS }],
  ['versions', { nodes: 3, pages: 2, loadStore: false, whims: WHIMS, protocol: { ...DEFAULT_PROTOCOL, transfer: 'diff' } }],
  ['serial invalidation', { nodes: 3, pages: 2, loadStore: false, protocol: { ...DEFAULT_PROTOCOL, invalidation: 'serial' } }],
  ['counted hops', { nodes: 4, pages: 1, loadStore: false, countHops: true }],
];

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The page after every message that may arrive next, with every answer, and what that tells others. */
function futures(bytes: Uint8Array, made: () => PageWorld, fields: PageFields, shape: WorldShape): string[] {
  const found: string[] = [];
  for (let channel = 0; channel < shape.nodes ** 2; channel++) {
    if (fields.read(bytes).channels[channel]!.length === 0) continue;
    everyWay((choose) => {
      const page = made();
      const acts = pageStep(page, shape, { kind: 'deliver', channel }, choose);
      found.push(`${text(fields.write(page).bytes)} ${JSON.stringify(acts)}`);
    });
  }
  return found;
}

describe.each(SHAPES)('pages as bytes, %s', (_, base) => {
  // Each page is met on one random way, whose serial numbers, epochs, ages and versions are those of that way.
  it('read back as pages that have the same bytes and the same futures', () => {
    let futuresSeen = 0;
    for (let seed = 0; seed < 12; seed++) {
      const shape = { ...base, programs: randomPrograms(2, 4, base.pages, seed) };
      const random = randomStream(seed, 'met');
      const world = new PlainWorld(shape);
      for (let events = eventsOf(world, shape); events.length > 0; events = eventsOf(world, shape)) {
        happen(world, shape, events[random.below(events.length)]!, (n) => random.below(n));
        for (const page of world.pages) {
          const fields = new PageFields(shape, page.page);
          const { bytes } = fields.write(page);
          expect(text(fields.write(fields.read(bytes)).bytes)).toBe(text(bytes));
          const anew = futures(bytes, () => structuredClone(page), fields, shape);
          expect(futures(bytes, () => fields.read(bytes), fields, shape)).toEqual(anew);
          futuresSeen += anew.length;
        }
      }
    }
    expect(futuresSeen).toBeGreaterThan(100);
  });
});

/** Counts states in another way: each world is made anew from the start, by the choices that lead there, with its own numbers. */
function countAnew(shape: WorldShape): { readonly states: number; readonly ends: number } {
  const parts = new Parts(shape);
  const seen = new Set<string>();
  const queue: number[][] = [];
  let ends = 0;
  const reach = (world: PlainWorld, choices: number[]): void => {
    const state = new Uint32Array(parts.words);
    parts.of(world).write(state);
    if (seen.has(state.join())) return;
    seen.add(state.join());
    queue.push(choices);
  };
  const replay = (choices: readonly number[]): PlainWorld => {
    const world = new PlainWorld(shape);
    for (let at = 0; at < choices.length;) happen(world, shape, eventsOf(world, shape)[choices[at++]!]!, () => choices[at++]!);
    return world;
  };
  reach(replay([]), []);
  for (let way = queue.shift(); way; way = queue.shift()) {
    const events = eventsOf(replay(way), shape);
    if (events.length === 0) ends++;
    events.forEach((event, index) => everyWay((choose) => {
      const world = replay(way!);
      const choices = [...way!, index];
      happen(world, shape, event, (n) => {
        const choice = choose(n);
        choices.push(choice);
        return choice;
      });
      reach(world, choices);
    }));
  }
  return { states: seen.size, ends };
}

describe('an exploration', () => {
  const base = { nodes: 2, pages: 1, actions: ['bring', 'copy', 'remote'], ownerActions: ['serve', 'refuse'] } as const;
  it.each<[string, WorldShape]>([
    ['messages alone', { ...base, programs: [[write(0), read(0)], [rmw(0)]], loadStore: false }],
    ['loads and stores', { ...base, programs: [[write(0)], [read(0), write(0)]], loadStore: true }],
    ['an eviction', { ...base, programs: [[write(0)], [read(0)]], loadStore: false, whims: { most: 1, kinds: ['evict', 'drop', 'move'] } }],
    ['two pages that are mirror images', { ...base, pages: 2, programs: [[write(0)], [write(1)]], loadStore: false }],
  ])('reaches the states that worlds reach which are made anew each time: %s', (_, shape) => {
    const { states, ends } = explore(shape);
    expect({ states, ends }).toEqual(countAnew(shape));
    expect(states).toBeGreaterThan(100);
  });
});

describe('mirror images', () => {
  const shape: WorldShape = {
    nodes: 3, pages: 2, programs: [[read(0), write(1)], [read(1), write(0)]], loadStore: false, actions: ['bring', 'copy', 'send'],
    ownerActions: ['serve'],
  };

  it('of nodes, pages and vCPUs are found where all three can change places', () => {
    expect(mirrorsOf(shape)).toEqual([{ index: 0, nodes: [1, 0, 2], pages: [1, 0], vcpus: [1, 0] }]);
    expect(mirrorsOf({ ...shape, starts: [0, 2] })).toEqual([]);
    expect(mirrorsOf({ ...shape, programs: [[read(0)], [write(1)]] })).toEqual([]);
    expect(mirrorsOf({ ...shape, protocol: { ...DEFAULT_PROTOCOL, invalidation: 'serial' } })).toEqual([]);
  });

  it('stand for one another: half of all states are explored, and those that are their own images', () => {
    // What may go first is chosen by number, so all orders are tried here.
    const small: WorldShape = { ...shape, programs: [[read(0)], [read(1)]], everyOrder: true };
    const [half, all] = [explore(small), explore({ ...small, everyState: true })];
    expect(half.depth).toBe(all.depth);
    for (const count of ['states', 'ends'] as const) {
      expect(half[count]).toBeGreaterThanOrEqual(all[count] / 2);
      expect(half[count]).toBeLessThan(all[count] / 2 + 20);
    }
  });

  it('of a page lead to mirror images', () => {
    const [mirror] = mirrorsOf(shape);
    const fields = [new PageFields(shape, 0), new PageFields(shape, 1)] as const;
    const random = randomStream(3, 'mirrored');
    let compared = 0;
    for (let way = 0; way < 40; way++) {
      const world = new PlainWorld(shape);
      for (let events = eventsOf(world, shape); events.length > 0; events = eventsOf(world, shape)) {
        happen(world, shape, events[random.below(events.length)]!, (n) => random.below(n));
        const [page] = world.pages;
        const image = fields[1].write(fields[1].read(fields[0].write(page!, mirror).bytes)).bytes;
        const channels = mirroredChannels(mirror!);
        page!.channels.forEach((flights, channel) => {
          if (flights.length === 0 || page!.nodes[channel % 3]!.pages.get(0)!.epoch === 0) return;
          everyWay((choose) => {
            const [here, there] = [structuredClone(page!), fields[1].read(image)];
            const chosen: number[] = [];
            pageStep(here, shape, { kind: 'deliver', channel }, (n) => {
              chosen.push(choose(n));
              return chosen.at(-1)!;
            });
            pageStep(there, shape, { kind: 'deliver', channel: channels[channel]! }, () => chosen.shift()!);
            expect(text(fields[1].write(there).bytes)).toBe(text(fields[0].write(here, mirror).bytes));
            compared++;
          });
        });
      }
    }
    expect(compared).toBeGreaterThan(100);
  });
});

describe('a set of states', () => {
  it('numbers them as a map from texts would', () => {
    const random = randomStream(1, 'states');
    const set = new StateSet(3);
    const map = new Map<string, number>();
    const back = new Uint32Array(3);
    let wrong = 0;
    for (let i = 0; i < 100_000; i++) {
      const state = Uint32Array.from({ length: 3 }, () => random.below(50));
      const key = state.join();
      const known = map.get(key);
      if (set.add(state) !== (known ?? map.size)) wrong++;
      if (known === undefined) map.set(key, map.size);
      set.read(map.get(key)!, back);
      if (back.join() !== key) wrong++;
    }
    expect({ wrong, size: set.size }).toEqual({ wrong: 0, size: map.size });
    // Over more than one chunk.
    expect(map.size).toBeGreaterThan(1 << 16);
  });
});

describe('an index of strings of bytes', () => {
  it('tells apart what differs in one byte, or in zeros at the end', () => {
    const index = new ByteIndex();
    const strings = [[], [0], [0, 0], [0, 0, 0, 0], [0, 0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]];
    for (let twice = 0; twice < 2; twice++) {
      expect(strings.map((bytes) => index.add(Uint8Array.from(bytes), bytes.length))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    }
  });

  it('finds all of many again', () => {
    const index = new ByteIndex();
    const number = (i: number) => index.add(Uint8Array.of(i & 0xff, i >> 8, 7), 2);
    const numbers = Array.from({ length: 5000 }, (_, i) => i);
    for (let twice = 0; twice < 2; twice++) expect(numbers.map(number)).toEqual(numbers);
    expect(text(index.at(258))).toBe('0201');
  });
});

it('a list of numbers keeps them over many chunks', () => {
  const numbers = new Numbers();
  for (let i = 0; i < 300_000; i++) numbers.push(i ^ 0x5555);
  for (let i = 0; i < 300_000; i += 997) expect(numbers.at(i)).toBe(i ^ 0x5555);
});
