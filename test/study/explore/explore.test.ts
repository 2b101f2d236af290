// The protocol in every order of messages in small worlds, and in many random orders in larger ones. `npm run explore` does
// the same for all worlds, of millions of states.
import { explore } from '../../../src/study/explore/explore.js';
import { Violation } from '../../../src/study/explore/rules.js';
import { randomPrograms, walk } from '../../../src/study/explore/walk.js';
import { read, rmw, write, type WorldShape } from '../../../src/study/explore/world.js';
import { WALKED, walkedShape, WORLDS } from '../../../src/study/explore/worlds.js';

const SHAPE: WorldShape = { nodes: 2, pages: 1, programs: [[write(0)], [read(0)]], loadStore: false };

describe('exhaustive exploration', () => {
  it.each(WORLDS.filter(({ everyday }) => everyday).map(({ name, shape }) => [name, shape] as const))(
    'of %s finds no rule broken, and every vCPU can come to its end from everywhere', (_, shape) => {
      const result = explore(shape);
      expect(result.complete).toBe(true);
      expect(result.states).toBeGreaterThan(850);
      expect(result.transitions).toBeGreaterThan(result.states);
      expect(result.ends).toBeGreaterThan(1);
    });

  it('counts the same states every time, level by level', () => {
    const count = () => {
      const levels: number[] = [];
      return { result: explore(SHAPE, { onLevel: (_, states) => levels.push(states) }), levels };
    };
    expect(count()).toEqual(count());
  });

  it('of every order, even of what may go first, finds the same ends', () => {
    for (const loadStore of [false, true]) {
      const shape: WorldShape = {
        nodes: 2, pages: 1, programs: [[write(0), read(0)], [rmw(0)]], loadStore, whims: { most: 1, kinds: ['evict', 'move'] },
      };
      const [fewer, every] = [explore(shape), explore({ ...shape, everyOrder: true })];
      expect(fewer.ends).toBe(every.ends);
      expect(fewer.states).toBeLessThan(every.states);
    }
  });

  it('says that it was cut off', () => {
    expect(explore(SHAPE, { maxStates: 50 })).toMatchObject({ complete: false });
  });

  it('tells the events that lead to a broken rule, as many as the shortest way has', () => {
    try {
      explore({ ...SHAPE, tamper: (flight) => (flight.message.kind === 'grant' ? [] : [flight]), actions: ['bring'], ownerActions: ['serve'] });
      throw new Error('not found');
    } catch (error) {
      expect((error as Error).message).toMatch(/^after \d events: nothing can happen any more$/);
      expect((error as Violation).path).toHaveLength(Number(/\d+/.exec((error as Error).message)![0]));
      expect((error as Violation).path.join('\n')).toMatch(/vCPU 1 on node 1 tries read 0; the policy answers bring/);
    }
  });
});

describe.each(WALKED.flatMap(([nodes, pages, vcpus, instructions]) => [false, true].map((loadStore) => ({
  nodes, pages, vcpus, instructions, loadStore,
}))))('random walks over $nodes nodes, $pages pages, $vcpus vCPUs, load/store $loadStore', ({ nodes, pages, vcpus, instructions, loadStore }) => {
  it('keep the rules, show every read the latest write, and come to an end', () => {
    for (let seed = 0; seed < 25; seed++) {
      try {
        expect(walk({ ...walkedShape(nodes, pages, loadStore), programs: randomPrograms(vcpus, instructions, pages, seed) }, seed).messages).toBeGreaterThan(0);
      } catch (error) {
        throw new Error(`seed ${seed}: ${(error as Error).message}`);
      }
    }
  });
});
