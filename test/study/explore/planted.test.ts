// Faults planted into the protocol, its shell or its messages: exploring finds each, and says which rule it breaks.
import type { Effect } from '../../../src/server/hyperkernel/effects.js';
import { step, type Input } from '../../../src/server/hyperkernel/protocol.js';
import { isOwner } from '../../../src/server/hyperkernel/state.js';
import { explore } from '../../../src/study/explore/explore.js';
import { Violation } from '../../../src/study/explore/rules.js';
import { read, rmw, write, type Addressed, type WorldShape } from '../../../src/study/explore/world.js';

type Step = typeof step;

/** Three vCPUs on one page: a copy that a store ends, and a transfer. */
const SHAPE: WorldShape = {
  nodes: 3, pages: 1, programs: [[write(0)], [read(0)], [rmw(0)]], loadStore: false, actions: ['bring', 'copy'], ownerActions: ['serve'],
};

/** The rule that is found broken first; nothing if all hold. */
function broken(shape: WorldShape): Violation | undefined {
  try {
    expect(explore(shape).complete).toBe(true);
    return undefined;
  } catch (error) {
    if (error instanceof Violation) return error;
    throw error;
  }
}

/** The step with something done to what it wants done. */
function effects(change: (effects: Effect[], input: Parameters<Step>[1]) => Effect[]): Step {
  return (state, input, context) => change(step(state, input, context), input);
}

const isInvalidation = (effect: Effect): boolean => effect.do === 'send' && effect.message.kind === 'invalidate';

/** The grant's receiver is told to wait for so many acknowledgements. */
function awaiting(effect: Effect, acks: number): Effect {
  return effect.do === 'send' && effect.message.kind === 'grant' ? { ...effect, message: { ...effect.message, acks } } : effect;
}

describe('exploring finds', () => {
  it('nothing where nothing is planted', () => {
    expect(broken(SHAPE)).toBeUndefined();
  });

  it('an invalidation that is skipped', () => {
    const found = broken({ ...SHAPE, step: effects((wanted) => {
      const skipped = wanted.find(isInvalidation);
      const acks = wanted.filter(isInvalidation).length - 1;
      return skipped ? wanted.filter((effect) => effect !== skipped).map((effect) => awaiting(effect, acks)) : wanted;
    }) });
    expect(found?.message).toMatch(/page 0 is exclusive on node \d while node \d has a copy|reach version/);
    expect(found!.path.join('\n')).toContain('copy');
  });

  it('an owner that stores before all acknowledgements are in', () => {
    const found = broken({ ...SHAPE, step: effects((wanted) => wanted.map((effect) => awaiting(effect, 0))) });
    expect(found?.message).toMatch(/page 0 is exclusive on node \d while node \d has a copy/);
  });

  it('a notice to the home that is lost: requests take more hops than the bound allows', () => {
    const shape: WorldShape = {
      ...SHAPE, nodes: 4, programs: [[write(0), write(0)], [write(0)], [write(0)]], starts: [1, 2, 3], actions: ['bring'], countHops: true,
    };
    expect(broken(shape)).toBeUndefined();
    const found = broken({ ...shape, tamper: (flight) => (flight.message.kind === 'notice' ? [] : [flight]) });
    expect(found?.message).toMatch(/a request of node \d for page 0 takes [4-9] hops; \d transfers overlap it/);
  });

  it('a home that gives a dormant page away twice', () => {
    const found = broken({ ...SHAPE, step: (state, input, context) => {
      const s = state.pages.get(input.page)!;
      const dormant = s.epoch === 0;
      const wanted = step(state, input, context);
      if (input.kind === 'request' && dormant && !isOwner(s)) Object.assign(s, { epoch: 0, owner: -1 });
      return wanted;
    } });
    expect(found?.message).toMatch(/page 0 is owned by nodes \d and \d|reach version/);
  });

  it('an acknowledgement that is dropped', () => {
    const found = broken({ ...SHAPE, tamper: (flight) => (flight.message.kind === 'ack' ? [] : [flight]) });
    expect(found?.message).toMatch(/nothing can happen any more|not every vCPU can come to its end/);
  });

  it('a vCPU that resumes before its state has come', () => {
    // The message that says "run it" goes ahead of the one that carries the registers.
    const split = (flight: Addressed): Addressed[] => (flight.message.kind === 'vcpu' ? [{ ...flight, version: -1 }, flight] : [flight]);
    const shape: WorldShape = { ...SHAPE, actions: ['bring', 'send'] };
    expect(broken(shape)).toBeUndefined();
    expect(broken({ ...shape, tamper: split })?.message).toMatch(/vCPU \d on node \d runs with the registers of instruction -1; it is at 0/);
  });

  it('a TLB entry that outlives the page', () => {
    const found = broken({ ...SHAPE, step: effects((wanted) => wanted.filter((effect) => effect.do !== 'shootDown')) });
    expect(found?.message).toMatch(/cores of node \d reach page 0, which is invalid there/);
  });

  it('a right to store that outlives the first copy', () => {
    const found = broken({ ...SHAPE, step: effects((wanted) => wanted.filter((effect) => effect.do !== 'shootDown' || !effect.keepReadable)) });
    expect(found?.message).toMatch(/cores of node \d can store to page 0, which is primary there|can be stored to while copies exist/);
  });

  it('a request that is lost on the way', () => {
    const found = broken({ ...SHAPE, tamper: (flight) => (flight.message.kind === 'request' ? [] : [flight]) });
    expect(found?.message).toMatch(/nothing can happen any more|not every vCPU can come to its end/);
  });

  it('a service that is performed twice', () => {
    const shape: WorldShape = { ...SHAPE, programs: [[write(0)], [rmw(0)]], actions: ['bring', 'remote'] };
    expect(broken(shape)).toBeUndefined();
    const twice = (flight: Addressed): Addressed[] => (flight.message.kind === 'request' && flight.message.want === 'service' ? [flight, flight] : [flight]);
    expect(broken({ ...shape, tamper: twice })?.message).toMatch(/an access of vCPU \d to page 0 is performed twice|does not wait on node/);
  });
});

describe('exploring evictions finds', () => {
  const shape: WorldShape = { ...SHAPE, programs: [[write(0)], [rmw(0)]], actions: ['bring'], whims: { most: 1, kinds: ['evict'] } };

  it('nothing where nothing is planted', () => {
    expect(broken(shape)).toBeUndefined();
  });

  it('a page that leaves although a request was served while the offer was under way', () => {
    // The owner does not look again when its offer is accepted, and sends a page that it no longer has.
    const careless: Step = (state, input, context) => {
      const s = state.pages.get(input.page)!;
      const wanted = step(state, input, context);
      return wanted.map((effect) => (isWithdrawal(input, effect) ? {
        do: 'send', to: effect.to, payload: 'page', message: {
          kind: 'grant', page: input.page, as: 'owner', owner: effect.to, epoch: s.epoch + 1, acks: 0, holders: [], holds: 0, dormant: false, serial: 0,
          writable: true, reason: '',
        },
      } : effect));
    };
    expect(broken({ ...shape, step: careless })?.message).toMatch(/page 0 is owned by nodes \d and \d|without a frame|reach version/);
  });

  it('a frame that stays reserved for a page that will not come', () => {
    const found = broken({ ...shape, tamper: (flight) => (flight.message.kind === 'withdraw' ? [] : [flight]) });
    expect(found?.message).toMatch(/a frame stays reserved/);
  });

  it('a copy that is dropped while the page itself is on its way to it', () => {
    const dropping: WorldShape = {
      ...SHAPE, programs: [[write(0)], [read(0), write(0)], [read(0)]], whims: { most: 1, kinds: ['drop'] },
    };
    expect(broken(dropping)).toBeUndefined();
    const careless: Step = (state, input, context) => {
      const s = state.pages.get(input.page)!;
      const { incoming } = s;
      if (input.kind !== 'drop' || !incoming) return step(state, input, context);
      s.incoming = null;
      const wanted = step(state, input, context);
      s.incoming = incoming;
      return wanted;
    };
    expect(broken({ ...dropping, step: careless })?.message).toMatch(/without a frame|reach version/);
  });
});

describe('exploring one of two mirror images finds what exploring both does:', () => {
  const mirrored: WorldShape = {
    nodes: 3, pages: 2, programs: [[read(0), write(1)], [read(1), write(0)]], loadStore: false, actions: ['bring', 'copy'],
    ownerActions: ['serve'],
  };
  const lost = (kind: string): Pick<WorldShape, 'tamper'> => ({ tamper: (flight) => (flight.message.kind === kind ? [] : [flight]) });

  it.each<[string, Partial<WorldShape>]>([
    ['nothing where nothing is planted', {}],
    ['an owner that stores early', { step: effects((wanted) => wanted.map((effect) => awaiting(effect, 0))) }],
    ['a TLB entry that outlives the page', { step: effects((wanted) => wanted.filter((effect) => effect.do !== 'shootDown')) }],
    ['an acknowledgement that is dropped', lost('ack')],
    ['a request that is lost', lost('request')],
    ['a frame that stays reserved', { ...lost('withdraw'), whims: { most: 1, kinds: ['evict'] }, actions: ['bring'] }],
  ])('%s', (_, fault) => {
    const [one, both] = [false, true].map((everyState) => broken({ ...mirrored, ...fault, everyState }));
    expect(one?.path.length).toBe(both?.path.length);
    expect(one === undefined).toBe(Object.keys(fault).length === 0);
  });
});

function isWithdrawal(input: Exclude<Input, { kind: 'vcpu' }>, effect: Effect): effect is Extract<Effect, { do: 'send' }> {
  return input.kind === 'accept' && effect.do === 'send' && effect.message.kind === 'withdraw';
}
