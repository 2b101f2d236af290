// The debugger's core: the same place is the same state whichever way it was reached, and looking changes nothing.
import fc from 'fast-check';
import { DebugSession, type Stop } from '../../../src/app/debug/core/session.js';
import { retiredBy } from '../../../src/app/debug/core/step.js';
import type { Work } from '../../../src/app/debug/core/timeline.js';
import type { Envelope } from '../../../src/server/hyperkernel/messages.js';
import { createServer } from '../../../src/server/server.js';
import type { Snapshot } from '../../../src/server/snapshot.js';
import { buildReport } from '../../../src/study/report/build.js';
import { sessionOf, type Debugging } from './debugging.js';

const STENCIL: Debugging = { program: 'programs/tiny/stencil.s', defines: { ROWS: 8, COLUMNS: 3, SWEEPS: 2 }, vcpus: '6' };
const LOCKS: Debugging = { program: 'programs/tiny/locks.s', defines: { ACCOUNTS: 12, TRANSFERS: 12 }, vcpus: '6' };
/** Slices far longer than the spacing of checkpoints. */
const LOOP: Debugging = { program: '_start:\n li t0, 6000\n.l: dec t0\n bnez t0, .l\n puti a0\n halt\n', vcpus: '2' };
/** One slice, since nothing jumps back. */
const STRAIGHT: Debugging = { program: `_start:\n${' inc t0\n'.repeat(9_000)} halt\n`, vcpus: '2', nodes: '1' };
/** Touches more than it declares. */
const FILLER = '_start: li t0, 0x100000\n li t1, 64\n.l: sd t1, 0(t0)\n addi t0, t0, 4096\n dec t1\n bnez t1, .l\n halt\n';
const withoutGrants = (envelope: Envelope): readonly Envelope[] => (envelope.message.kind === 'grant' ? [] : [envelope]);

function finish(work: Work<Stop>): Stop {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Whether the server's state is the snapshot's, to the last byte. */
function isSame(session: DebugSession, before: Snapshot): boolean {
  const { state, arena } = session.server.snapshot(before);
  return state === before.state && arena.chunks.every((chunk, i) => chunk === before.arena.chunks[i]);
}

const move = fc.oneof(
  fc.record({ go: fc.constant('stepAny' as const), n: fc.integer({ min: 1, max: 4000 }) }),
  fc.record({ go: fc.constant('backAny' as const), n: fc.integer({ min: 1, max: 4000 }) }),
  fc.record({ go: fc.constant('step' as const), n: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ go: fc.constant('back' as const), n: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ go: fc.constant('goTo' as const), n: fc.nat({ max: 30_000 }) }),
  fc.record({ go: fc.constantFrom('continue' as const, 'reverseContinue' as const), n: fc.constant(0) }),
);

it.each([
  ['stencil', STENCIL, 'cost'], ['locks', LOCKS, 'vcpu'], ['locks under page', LOCKS, 'page'], ['a long loop', LOOP, 'cost'],
  ['straight code', STRAIGHT, 'cost'], ['straight code on the other engine', { ...STRAIGHT, engine: 'wasm' }, 'cost'],
  ['stencil on the other engine', { ...STENCIL, engine: 'wasm' }, 'page'],
  ['a long loop on the other engine', { ...LOOP, engine: 'wasm' }, 'cost'],
] as const)(
  'a step of %s is the same state whichever way it is reached', (_, debugging, policy) => {
    fc.assert(fc.property(fc.array(move, { minLength: 4, maxLength: 10 }), (moves) => {
      const session = sessionOf({ ...debugging, policy });
      session.breakpoints.add({ kind: 'stall', vcpu: 3 }, session.server);
      session.breakpoints.add({ kind: 'migration', vcpu: null }, session.server);
      const places = new Map<number, Snapshot>([[0, session.server.snapshot()]]);
      for (const { go, n } of moves) {
        session.vcpu = session.server.vcpus.find(({ state }) => state !== 'halted')?.id ?? 0;
        const from = session.position;
        const { why } = finish(go === 'continue' || go === 'reverseContinue' ? session[go]() : session[go](n));
        if (go === 'goTo' && why === 'done') expect(session.position).toBe(n);
        if (go === 'backAny') expect(session.position).toBe(Math.max(0, from - n));
        const before = places.get(session.position);
        if (before) expect([session.position, isSame(session, before)]).toEqual([session.position, true]);
        else places.set(session.position, session.server.snapshot());
      }
      // Every place once more, the last first.
      for (const [position, before] of [...places].sort(([a], [b]) => b - a)) {
        finish(session.goTo(position));
        expect([position, isSame(session, before)]).toEqual([position, true]);
      }
    }), { seed: 1, numRuns: 4 });
  });

it.each(['cost', 'page', 'vcpu', 'first-touch'])('the report under %s is that of a run that nobody looked at', (policy) => {
  const session = sessionOf({ ...STENCIL, policy });
  const { isa, image, scenario } = session.server;
  const plain = createServer({ isa, image, scenario });
  plain.run();
  const { breakpoints, places } = session;
  breakpoints.add({ kind: 'stall', vcpu: null }, session.server);
  const address = (label: string) => places.image.symbols.get(label)!;
  breakpoints.add({ kind: 'address', address: address('barrier'), vcpu: null, condition: null }, session.server);
  breakpoints.add({ kind: 'watch', address: address('barrier_arrived'), bytes: 8 }, session.server);
  for (let i = 0; i < 40; i++) finish(session.continue());
  finish(session.step(20));
  finish(session.back(7));
  breakpoints.clear();
  // And nobody is said to spin.
  expect(finish(session.continue()).why).toBe('end');
  expect(JSON.stringify(buildReport(session.server, 'p', null, 0))).toBe(JSON.stringify(buildReport(plain, 'p', null, 0)));
});

// The full way, in a larger run and with times: npm run bench:debug.
it('200 steps back from the end and forward again lead to the same state, and so does every step on the way', () => {
  const session = sessionOf(STENCIL);
  finish(session.goTo(Infinity));
  const end = session.position;
  const places = [session.server.snapshot()];
  for (let i = 0; i < 200; i++) {
    finish(session.backAny());
    places.push(session.server.snapshot(places[0]));
  }
  expect(session.position).toBe(end - 200);
  for (let i = 199; i >= 0; i--) {
    finish(session.stepAny());
    expect([session.position, isSame(session, places[i]!)]).toEqual([end - i, true]);
  }
  expect(session.server.ending).toEqual({ end: 'exit', exitCode: 0, message: null });
});

it.each(['reference', 'wasm'])('a way into a slice far longer than its quantum ends where it should on engine %s', (engine) => {
  const session = sessionOf({ ...STRAIGHT, engine, vcpus: '1' });
  finish(session.goTo(8000));
  expect(session.position).toBe(8000);
  finish(session.goTo(Infinity));
  finish(session.back(500));
  // The start comes first, and `halt` last, which does not retire.
  expect([session.position, retiredBy(session.server, 0)]).toEqual([8501, 8500]);
});

it('back undoes step, however long the instruction took', () => {
  const session = sessionOf({ ...STENCIL, policy: 'page' });
  session.vcpu = 4;
  const positions = [0];
  for (let i = 0; i < 60; i++) {
    finish(session.step());
    positions.push(session.position);
  }
  expect(Math.max(...positions.slice(1).map((position, i) => position - positions[i]!))).toBeGreaterThan(20);
  for (const position of positions.reverse().slice(1)) {
    finish(session.back());
    expect(session.position).toBe(position);
  }
});

it('reverse-continue stops where continue stopped, the last first', () => {
  const session = sessionOf({ ...LOCKS, policy: 'cost' });
  const { places: { image }, breakpoints } = session;
  breakpoints.add({ kind: 'address', address: image.symbols.get('transfer')!, vcpu: null, condition: null }, session.server);
  breakpoints.add({ kind: 'watch', address: image.symbols.get('now_serving')!, bytes: 8 }, session.server);
  breakpoints.add({ kind: 'migration', vcpu: null }, session.server);
  const hits: string[] = [];
  const plain = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
  const describe = ({ hits: all }: Stop) => `${session.position} ${JSON.stringify(all, plain)}`;
  for (let stop = finish(session.continue()); stop.why === 'hit'; stop = finish(session.continue())) hits.push(describe(stop));
  expect(hits.length).toBeGreaterThan(40);
  for (const hit of hits.reverse()) expect(describe(finish(session.reverseContinue()))).toBe(hit);
  expect(finish(session.reverseContinue()).why).toBe('beginning');
});

it('work that is left unfinished leaves the session at a step of the run', () => {
  const session = sessionOf(STENCIL);
  const work = session.continue();
  for (let i = 0; i < 3; i++) expect(work.next().done).toBe(false);
  const { position } = session;
  const before = session.server.snapshot();
  finish(session.goTo(position + 500));
  finish(session.goTo(position));
  expect(isSame(session, before)).toBe(true);
  const seek = session.goTo(0);
  seek.next();
  seek.return({ why: 'interrupted', hits: [], spin: null });
  expect(finish(session.continue()).why).toBe('end');
});

describe('the end of a run', () => {
  it.each([
    ['at a limit', { ...LOOP, maxInstructions: '5000' }, 'limit'],
    ['in a guest fault', { program: '_start:\n li t0, 8\n nop\n ld t1, 0(t0)\n halt\n', vcpus: '1' }, 'exit'],
    ['in a failure of the server', { program: FILLER, vcpus: '1', nodes: '1', memory: 24 * 4096 }, 'failed'],
    ['where nothing can happen any more', { ...STENCIL, session: { host: { tamper: withoutGrants } } }, 'failed'],
  ] as const)('%s can be left backwards and reached again', (_, debugging, end) => {
    const session = sessionOf(debugging);
    expect(finish(session.continue()).why).toBe('end');
    const { ending } = session.server;
    expect(ending!.end).toBe(end);
    const { position } = session;
    const before = session.server.snapshot();
    finish(session.backAny(30));
    expect([session.position, session.server.ending]).toEqual([Math.max(0, position - 30), null]);
    finish(session.continue());
    expect([session.position, session.server.ending, isSame(session, before)]).toEqual([position, ending, true]);
  });
});

it('a policy that does not say what it remembers can be stepped back too', () => {
  let asked = 0;
  const session = sessionOf({
    ...STENCIL,
    session: { host: { policyModule: {
      name: 'forgetful', summary: '', source: '', parameters: [], reasons: [],
      create: () => ({ onStall: (stall, view) => {
        asked++;
        return stall.dormant ? { action: 'place', node: view.node, reason: '' } : { action: 'bring', reason: '' };
      } }),
    } } },
  });
  finish(session.goTo(3000));
  const before = session.server.output;
  const counted = asked;
  finish(session.backAny(5));
  expect(asked).toBeGreaterThan(counted);
  finish(session.stepAny(5));
  expect([session.position, session.server.output]).toEqual([3000, before]);
});
