// How many events a second does the queue handle with 100,000 pending? Each is taken and a later one scheduled, as in a
// run (the hold model: D. W. Jones, "An empirical comparison of priority-queue implementations", CACM 29(4), 1986).
import { EventQueue } from '../src/base/event-queue.js';
import { randomStream } from '../src/base/random.js';
import { median, printResult } from './measure.js';
import { benchOptions } from './options.js';

benchOptions(import.meta.url, {});

const PENDING = 100_000;
const EVENTS = 500_000;
const ROUNDS = 7;
/** Delays between events of a software-defined server: up to ten one-way latencies. */
const MAX_DELAY_PS = 15_000_000;

/** Seconds for EVENTS events with PENDING in the queue. */
function round(seed: number): number {
  const random = randomStream(seed, 'bench');
  const delays = Float64Array.from({ length: 1 << 16 }, () => random.below(MAX_DELAY_PS));
  const queue = new EventQueue<number>();
  for (let i = 0; i < PENDING; i++) queue.push(random.below(MAX_DELAY_PS), i);
  const start = performance.now();
  for (let i = 0; i < EVENTS; i++) {
    const event = queue.pop()!;
    queue.push(queue.nowPs + delays[i & 0xffff]!, event);
  }
  return (performance.now() - start) / 1000;
}

round(0);
const seconds = Array.from({ length: ROUNDS }, (_, i) => round(i + 1));
printResult({
  question: 'event-queue',
  eventsPerSecond: Math.round(EVENTS / median(seconds)),
  pending: PENDING,
  events: EVENTS,
  rounds: ROUNDS,
  wanted: 500_000,
}, ({ eventsPerSecond, pending, rounds, wanted }) =>
  `event queue: ${eventsPerSecond} events/s with ${pending} pending, median of ${rounds} rounds (wanted: ${wanted})`);
