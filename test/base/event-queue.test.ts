// The event queue against a sorted list.
import fc from 'fast-check';
import { EventQueue } from '../../src/base/event-queue.js';

type Step = { readonly delayPs: number } | 'pop';

// Few distinct delays, so that ties are the rule.
const steps = fc.array(fc.oneof(
  fc.nat({ max: 5 }).map((delayPs): Step => ({ delayPs })), fc.constant<Step>('pop'),
), { maxLength: 200 });

function throughText(queue: EventQueue<number>): EventQueue<number> {
  const restored = new EventQueue<number>();
  restored.restore(JSON.parse(JSON.stringify(queue.toState())) as ReturnType<typeof queue.toState>);
  return restored;
}

/** Runs the steps on a queue and on a list that is searched from end to end; returns what each took, in order. */
function runBoth(list: readonly Step[], through: (queue: EventQueue<number>) => EventQueue<number>): [unknown[], unknown[]] {
  let queue = new EventQueue<number>();
  let model: { readonly timePs: number; readonly id: number }[] = [];
  let modelNowPs = 0;
  const taken: unknown[] = [];
  const expected: unknown[] = [];
  list.forEach((step, id) => {
    queue = through(queue);
    if (step === 'pop') {
      const first = model.reduce<(typeof model)[0] | undefined>((best, each) => (!best || each.timePs < best.timePs ? each : best), undefined);
      model = model.filter((each) => each !== first);
      modelNowPs = first?.timePs ?? modelNowPs;
      expected.push([first?.id, modelNowPs, model.length]);
      taken.push([queue.pop(), queue.nowPs, queue.size]);
    } else {
      model.push({ timePs: modelNowPs + step.delayPs, id });
      queue.push(queue.nowPs + step.delayPs, id);
    }
  });
  return [taken, expected];
}

it('takes events by time, and those of one instant in the order in which they were scheduled', () => {
  fc.assert(fc.property(steps, (list) => {
    const [taken, expected] = runBoth(list, (queue) => queue);
    expect(taken).toEqual(expected);
  }), { seed: 1, numRuns: 300 });
});

it('goes on from its state, after a passage through text, as if nothing had happened', () => {
  fc.assert(fc.property(steps, (list) => {
    const [taken, expected] = runBoth(list, throughText);
    expect(taken).toEqual(expected);
  }), { seed: 2, numRuns: 100 });
});

it('has one state for one content, however it came to be', () => {
  const orders = [[1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1], [3, 6, 1, 4, 2, 5]];
  const states = orders.map((order) => {
    const queue = new EventQueue<number>();
    for (const timePs of order) queue.push(timePs, timePs);
    return queue.toState().entries.map(({ timePs, event }) => [timePs, event]);
  });
  expect(states).toEqual(orders.map(() => [[1, 1], [2, 2], [3, 3], [4, 4], [5, 5], [6, 6]]));
});

it('refuses an event before the last one taken, and a time that is no number', () => {
  const queue = new EventQueue<string>();
  queue.push(100, 'a');
  queue.push(200, 'b');
  queue.pop();
  expect(() => queue.push(99, 'late')).toThrow('event scheduled at 99 ps, before the current 100 ps');
  expect(() => queue.push(NaN, 'never')).toThrow('NaN');
  queue.push(100, 'now');
  expect([queue.pop(), queue.pop(), queue.pop()]).toEqual(['now', 'b', undefined]);
});

it('says when the next event is due', () => {
  const queue = new EventQueue<string>();
  expect([queue.nextPs, queue.size]).toEqual([Infinity, 0]);
  queue.push(7, 'a');
  queue.push(3, 'b');
  expect([queue.nextPs, queue.size, queue.nowPs]).toEqual([3, 2, 0]);
});
