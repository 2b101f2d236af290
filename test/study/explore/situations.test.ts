// That no rule breaks says little of a situation that never came up: these do, in the worlds that are explored.
import { step, type Input } from '../../../src/server/hyperkernel/protocol.js';
import { homeOf, isOwner, type NodeState, type PageState } from '../../../src/server/hyperkernel/state.js';
import { explore } from '../../../src/study/explore/explore.js';
import { read, rmw, write, type WorldShape } from '../../../src/study/explore/world.js';

type Met = (state: NodeState, s: PageState, input: Exclude<Input, { kind: 'vcpu' }>) => boolean;

const elsewhere: Met = (_, s, input) => input.kind === 'request' && !isOwner(s) && !s.incoming && input.toEpoch <= s.epoch;

const SITUATIONS: Readonly<Record<string, Met>> = {
  'a request at a node that is neither owner nor home: a stale hint': (state, s, input) => (
    elsewhere(state, s, input) && homeOf(s.page, state.nodes) !== state.node && input.kind === 'request' && !input.viaHome),
  'a request that the home sent to a former owner: the home is behind': (state, s, input) => (
    elsewhere(state, s, input) && input.kind === 'request' && input.viaHome),
  'a request that waits for a page on its way': (_, s, input) => input.kind === 'request' && !isOwner(s) && (s.incoming !== null || input.toEpoch > s.epoch),
  'an acknowledgement that overtakes its page': (_, s, input) => input.kind === 'ack' && !s.busy && !s.incoming,
  'an invalidation of a copy that is pinned': (_, s, input) => input.kind === 'invalidate' && s.right === 'secondary' && s.pins.some((pin) => !pin.attempted),
  'an older request for a page that is pinned': (_, s, input) => input.kind === 'request' && isOwner(s) && s.pins.some((pin) => pin.age[0] > input.age[0]),
  'a vCPU that asks although a younger one has': (_, s, input) => input.kind === 'stall' && s.open !== null && s.open.age[0] > input.age[0],
  'a refusal': (_, __, input) => input.kind === 'refused',
  'an answer to a served access': (_, __, input) => input.kind === 'answer',
  'an acceptance that comes too late': (_, s, input) => input.kind === 'accept' && !isOwner(s),
  'a page that comes unasked': (_, __, input) => input.kind === 'grant' && input.serial === 0,
  'a vCPU whose page was evicted while it asked for it': (_, s, input) => input.kind === 'accept' && s.queue.length > 0,
};

const SHAPES: readonly WorldShape[] = [
  { nodes: 3, pages: 1, programs: [[read(0), write(0)], [rmw(0), read(0)]], loadStore: false },
  { nodes: 2, pages: 1, programs: [[write(0), read(0)], [rmw(0)]], loadStore: false, whims: { most: 1, kinds: ['evict'] } },
  {
    nodes: 2, pages: 2, programs: [[write(0)], [read(0)], [[...read(1), ...read(0)]]], starts: [0, 1, 1], loadStore: false,
    actions: ['bring', 'copy'], ownerActions: ['serve'],
  },
  {
    nodes: 4, pages: 1, programs: [[write(0)], [rmw(0)], [read(0)]], starts: [1, 2, 3], loadStore: false, actions: ['bring', 'copy'],
    ownerActions: ['serve'],
  },
];

describe('exploring meets', () => {
  const missing = new Map(Object.entries(SITUATIONS));
  beforeAll(() => {
    const watched: typeof step = (state, input, context) => {
      for (const [name, met] of missing) if (met(state, state.pages.get(input.page)!, input)) missing.delete(name);
      return step(state, input, context);
    };
    for (const shape of SHAPES) explore({ ...shape, step: watched });
  });

  it.each(Object.keys(SITUATIONS))('%s', (name) => expect([...missing.keys()]).not.toContain(name));
});
