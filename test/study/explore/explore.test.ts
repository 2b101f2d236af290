// The protocol in every order of messages, and in many random orders: rules kept, planted faults found.
import { explore } from '../../../src/study/explore/explore.js';
import { randomPrograms, walk } from '../../../src/study/explore/walk.js';
import { move, read as reading, write as writing, type WorldShape } from '../../../src/study/explore/world.js';

const read = reading(0);
const write = writing(0);

describe('exhaustive exploration', () => {
  it.each<[string, WorldShape, number]>([
    ['a store on each of two nodes', { nodes: 2, pages: 1, programs: [[write], [write]], loadStore: false }, 17],
    ['load and store on each of two nodes', { nodes: 2, pages: 1, programs: [[read, write], [read, write]], loadStore: false }, 105],
    ['the same on a load/store fabric', { nodes: 2, pages: 1, programs: [[read, write], [read, write]], loadStore: true }, 1],
  ])('of %s keeps the rules in every state and always comes to an end', (_, shape, ends) => {
    const result = explore(shape);
    expect(result.complete).toBe(true);
    expect(result.ends).toBeGreaterThanOrEqual(ends);
    expect(result.transitions).toBeGreaterThan(result.states);
  });

  it('of instructions that load from one page and store to the other, crossed, finds no deadlock', () => {
    const result = explore({
      nodes: 2, pages: 2, programs: [[move(0, 1)], [move(1, 0)]], loadStore: false, actions: ['bring', 'send'], ownerActions: ['serve'],
    });
    expect(result.complete).toBe(true);
  });

  it('counts the same states every time', () => {
    const shape: WorldShape = { nodes: 2, pages: 1, programs: [[write], [read]], loadStore: false };
    expect(explore(shape)).toEqual(explore(shape));
  });
});

describe.each([
  { nodes: 2, pages: 1, vcpus: 2, instructions: 20, loadStore: false },
  { nodes: 3, pages: 2, vcpus: 3, instructions: 20, loadStore: false },
  { nodes: 4, pages: 2, vcpus: 8, instructions: 10, loadStore: false },
  { nodes: 2, pages: 2, vcpus: 4, instructions: 20, loadStore: true },
  { nodes: 4, pages: 3, vcpus: 6, instructions: 10, loadStore: true },
])('random walks over $nodes nodes, $pages pages, $vcpus vCPUs, load/store $loadStore', ({ nodes, pages, vcpus, instructions, loadStore }) => {
  it('keep the rules, show every read the latest write, and come to an end', () => {
    for (let seed = 0; seed < 300; seed++) {
      try {
        expect(walk({ nodes, pages, loadStore, programs: randomPrograms(vcpus, instructions, pages, seed) }, seed).messages).toBeGreaterThan(0);
      } catch (error) {
        throw new Error(`seed ${seed}: ${(error as Error).message}`);
      }
    }
  });
});

describe('a planted fault is found by exploring', () => {
  const shape: WorldShape = {
    nodes: 3, pages: 1, programs: [[write], [read], [write]], loadStore: false, actions: ['bring', 'copy'], ownerActions: ['serve'],
  };
  const complaint = (tamper: NonNullable<WorldShape['tamper']>): string => {
    try {
      expect(explore({ ...shape, tamper }).complete).toBe(true);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const incoherent = /exclusive on node|stored to while copies exist|found version|two frames/;

  it('(without one, nothing is found)', () => {
    expect(complaint((flight) => flight)).toBe('');
  });

  it('a copy that acknowledges its end and stays', () => {
    expect(complaint((flight) => (flight.message.kind === 'invalidate' ? {
      from: flight.to, to: flight.message.ackTo,
      message: { kind: 'ack', page: flight.message.page, from: flight.to, epoch: flight.message.epoch },
    } : flight))).toMatch(incoherent);
  });

  it('an acknowledgement that is lost', () => {
    expect(complaint((flight) => (flight.message.kind === 'ack' ? null : flight))).toMatch(/nothing can happen any more/);
  });

  it('a new owner that does not wait for acknowledgements', () => {
    expect(complaint((flight) => (flight.message.kind === 'grant' && flight.message.acks > 0
      ? { ...flight, message: { ...flight.message, acks: 0 } } : flight))).toMatch(incoherent);
  });

  it('two nodes that both are told to own a page at its first touch', () => {
    expect(complaint((flight) => (flight.message.kind === 'request' && flight.message.want === 'bring'
      ? { from: flight.to, to: flight.message.from, message: {
        kind: 'grant', page: 0, as: 'owner', owner: flight.message.from, epoch: 1, acks: 0, dormant: true, writable: true,
        serial: flight.message.serial, reason: '',
      } } : flight))).toMatch(/owned by nodes|found version|two frames/);
  });

  it('a request that is lost on the way', () => {
    expect(complaint((flight) => (flight.message.kind === 'request' ? null : flight))).toMatch(/nothing can happen any more/);
  });
});
