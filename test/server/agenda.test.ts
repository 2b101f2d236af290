// The agenda against one queue that holds everything, in which a slice that was asked for anew counts for nothing any more.
import fc from 'fast-check';
import { EventQueue } from '../../src/base/event-queue.js';
import { Arena } from '../../src/guest/machine/arena.js';
import { Agenda } from '../../src/server/agenda.js';
import type { ServerEvent } from '../../src/server/snapshot.js';

const CORES = 5;
const NODES = 2;

const newAgenda = (): Agenda => new Agenda(new Arena({ coreBytes: 64, cores: CORES, contextBytes: 64, contexts: 1, pageBytes: 4096 }), NODES, [{ node: 0 }, { node: 1 }]);

type Step = { readonly delayPs: number; readonly core?: number } | 'take';

// Few distinct delays, so that ties are the rule.
const delayPs = fc.nat({ max: 5 });
const steps = fc.array(fc.oneof(
  fc.record({ delayPs, core: fc.nat({ max: CORES - 1 }) }), fc.record({ delayPs }), fc.constant<Step>('take'),
), { maxLength: 200 });

/** What each took, in order: the core of a slice, or the number of another event; and when. */
function takeBoth(list: readonly Step[], through: (agenda: Agenda) => Agenda): [unknown[], unknown[]] {
  let agenda = newAgenda();
  const queue = new EventQueue<{ readonly event: ServerEvent; readonly step: number }>();
  const latest: (number | undefined)[] = [];
  const taken: unknown[] = [];
  const expected: unknown[] = [];
  const takeFromQueue = (): ServerEvent | undefined => {
    for (;;) {
      const next = queue.pop();
      if (next?.event.kind !== 'slice') return next?.event;
      if (latest[next.event.core] !== next.step) continue;
      latest[next.event.core] = undefined;
      return next.event;
    }
  };
  list.forEach((step, i) => {
    agenda = through(agenda);
    if (step === 'take') {
      const event = agenda.next;
      agenda.pop();
      taken.push([event, event && agenda.nowPs]);
      const other = takeFromQueue();
      expected.push([other, other && queue.nowPs]);
      return;
    }
    // From the same moment on: what counts for nothing has taken the queue's clock on.
    const timePs = Math.max(agenda.nowPs, queue.nowPs) + step.delayPs;
    const event: ServerEvent = step.core === undefined ? { kind: 'room', node: i % NODES } : { kind: 'slice', core: step.core };
    if (event.kind === 'slice') {
      agenda.pushSlice(event.core, timePs);
      latest[event.core] = i;
    } else {
      agenda.push(timePs, event);
    }
    // Slices come behind everything else of the same instant, by core.
    queue.push(timePs, { event, step: i }, event.kind === 'slice' ? 2 ** 52 + event.core : i);
  });
  return [taken, expected];
}

it('takes slices and other events by time; of one instant the others as they were asked for, then slices by core', () => {
  fc.assert(fc.property(steps, (list) => {
    const [taken, expected] = takeBoth(list, (agenda) => agenda);
    expect(taken).toEqual(expected);
  }), { seed: 1, numRuns: 300 });
});

it('goes on from its state as if nothing had happened', () => {
  fc.assert(fc.property(steps, (list) => {
    const [taken, expected] = takeBoth(list, (agenda) => {
      const restored = newAgenda();
      restored.restore(JSON.parse(JSON.stringify(agenda.toState())) as ReturnType<Agenda['toState']>);
      return restored;
    });
    expect(taken).toEqual(expected);
  }), { seed: 2, numRuns: 100 });
});

it('counts one slice for each core, and says when the next is due', () => {
  const agenda = newAgenda();
  expect([agenda.size, agenda.nextPs, agenda.next]).toEqual([0, Infinity, undefined]);
  agenda.pushSlice(3, 70);
  agenda.pushSlice(3, 50);
  agenda.push(60, { kind: 'start', vcpu: 1 });
  expect([agenda.size, agenda.nextPs, agenda.nextOtherPs, agenda.next]).toEqual([2, 50, 60, { kind: 'slice', core: 3 }]);
  agenda.pop();
  expect([agenda.size, agenda.nowPs, agenda.next]).toEqual([1, 50, { kind: 'start', vcpu: 1 }]);
  expect(() => agenda.pushSlice(0, 49)).toThrow('slice scheduled at 49 ps, before the current 50 ps');
});
