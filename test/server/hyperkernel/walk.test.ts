import { walk, type WalkShape } from './walk.js';

const SHAPES: readonly Omit<WalkShape, 'seed'>[] = [
  { nodes: 2, pages: 1, vcpus: 2, instructions: 20, loadStore: false },
  { nodes: 3, pages: 2, vcpus: 3, instructions: 20, loadStore: false },
  { nodes: 4, pages: 2, vcpus: 8, instructions: 10, loadStore: false },
  { nodes: 2, pages: 2, vcpus: 4, instructions: 20, loadStore: true },
  { nodes: 4, pages: 3, vcpus: 6, instructions: 10, loadStore: true },
];
const SEEDS = 400;

describe.each(SHAPES)('random walks over $nodes nodes, $pages pages, $vcpus vCPUs, load/store $loadStore', (shape) => {
  it('keep the coherence rules, show every read the latest write, and come to an end', () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      try {
        expect(walk({ ...shape, seed }).messages).toBeGreaterThan(0);
      } catch (error) {
        throw new Error(`seed ${seed}: ${(error as Error).message}`);
      }
    }
  });
});

describe('a planted fault breaks a rule in some walk', () => {
  const shape = { nodes: 3, pages: 2, vcpus: 4, instructions: 20, loadStore: false } as const;
  const broken = (tamper: NonNullable<WalkShape['tamper']>): string[] => {
    const complaints = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      try {
        walk({ ...shape, seed, tamper });
      } catch (error) {
        complaints.add((error as Error).message);
      }
    }
    return [...complaints];
  };

  it('a copy that is not invalidated, though it says so', () => {
    const complaints = broken((message, from, to) => (message.kind === 'invalidate'
      ? { message: { kind: 'ack', page: message.page, from: to, epoch: message.epoch }, from: to, to: message.ackTo }
      : { message, from, to }));
    expect(complaints.some((complaint) => /exclusive|while copies exist|found version/.test(complaint))).toBe(true);
  });

  it('an acknowledgement that is lost', () => {
    const complaints = broken((message, from, to) => (message.kind === 'ack' ? null : { message, from, to }));
    expect(complaints).toContain('nothing can happen any more');
  });

  it('a new owner that does not wait for acknowledgements', () => {
    const complaints = broken((message, from, to) => (message.kind === 'grant' && message.acks > 0
      ? { message: { ...message, acks: 0 }, from, to } : { message, from, to }));
    expect(complaints.some((complaint) => /exclusive|while copies exist|found version/.test(complaint))).toBe(true);
  });
});
