// What does a stall cost as the server grows? Messages, on 8 to 64 nodes at one sharing degree, counted stall by stall; and time
// on this computer, of its processor and by the clock, from 10^3 to 10^6 guest pages that all have been touched, and from 2 to
// 64 nodes, without load and store between nodes and with. Runs of a series in turn, medians; what counts is the time from the
// guest's region on. Pages have 1 KiB, so that a million of them fit into the arena.
//     node dist/bench/scale.js --repeat 5 --json
import { left, right, tableLines } from '../src/study/report/table.js';
import { median, printResult } from './measure.js';
import { benchOptions, count, someOf } from './options.js';
import { messagesPerStall, runSharing, stallsOfSharing, type Sharing } from './sharing.js';
import type { StallMessages } from './stall-messages.js';

const GROUP = 4;
const MESSAGES_ON_NODES = [8, 16, 32, 64];
const POLICIES = ['page', 'negotiate', 'cost'];
const MACHINES = ['sds-ethernet-25g', 'numa-4s'];
const PAGE_COUNTS = [1e3, 1e4, 1e5, 1e6];
const NODE_COUNTS = [2, 8, 16, 32, 64];
/** Accesses of all vCPUs together where time is measured. */
const ACCESSES = 16_384;
/** With as many nodes as one likes; and of 8 nodes, where pages are counted. */
const TIMED_ON_NODES = ['sds-ethernet-25g', 'numa-4s'];
const TIMED_ON_PAGES = ['sds-ethernet-25g', 'numa-8s'];
const PAGES_OF_NODES = 8192;
const NODES_OF_PAGES = 8;
const WANTED_GROWTH = 2;

const PARTS = ['messages', 'pages', 'nodes'] as const;

const { repeat, parts } = benchOptions(import.meta.url, {
  parts: someOf(PARTS, 'what to measure'), repeat: count(5, 'runs of each size where time is measured'),
});

function messages(machine: string, policy: string, nodes: number) {
  const stalls = stallsOfSharing({ nodes, group: GROUP, pages: 64, accesses: 200, pageBytes: 4096, policy, machine });
  const quiet = stalls.filter(({ contended }) => !contended);
  const most = (of: (stall: StallMessages) => number): number => quiet.reduce((top, stall) => Math.max(top, of(stall) - 2 * stall.copies), 0);
  return {
    machine, policy, nodes, stalls: stalls.length, uncontended: quiet.length,
    perStall: messagesPerStall(stalls),
    mostAwaited: most((stall) => stall.messages - stall.notices), most: most((stall) => stall.messages),
  };
}

interface Took {
  readonly processor: number;
  readonly clock: number;
}

/** Microseconds of this computer for each stall of the region. */
function time(sharing: Sharing): Took {
  let stalls = 0;
  let begin = process.cpuUsage();
  let beginMs = performance.now();
  runSharing(sharing, {
    stalled: () => { stalls++; },
    mark: () => {
      stalls = 0;
      begin = process.cpuUsage();
      beginMs = performance.now();
    },
  });
  const { user, system } = process.cpuUsage(begin);
  return { processor: (user + system) / stalls, clock: (1000 * (performance.now() - beginMs)) / stalls };
}

/** The series in turn, after one of the smallest to warm up; each as the median, and relative to the first of its turn. */
function series(machine: string, sizes: readonly number[], sharing: (size: number) => Omit<Sharing, 'machine'>) {
  time({ ...sharing(sizes[0]!), machine });
  const turns = Array.from({ length: repeat }, () => sizes.map((size) => time({ ...sharing(size), machine })));
  const medians = (i: number, of: keyof Took) => ({
    microseconds: median(turns.map((turn) => turn[i]![of])), ratio: median(turns.map((turn) => turn[i]![of] / turn[0]![of])),
  });
  return sizes.map((size, i) => ({ machine, size, ...medians(i, 'processor'), clock: medians(i, 'clock') }));
}

const common = { policy: 'page', pageBytes: 1024 };

/** Only the parts that are asked for are measured. */
const part = <T>(name: typeof PARTS[number], rows: () => T[]): T[] => (parts.includes(name) ? rows() : []);

printResult({
  question: 'scale', repeat, group: GROUP, wantedGrowth: WANTED_GROWTH,
  messages: part('messages', () => MACHINES.flatMap((machine) => (
    POLICIES.flatMap((policy) => MESSAGES_ON_NODES.map((nodes) => messages(machine, policy, nodes)))))),
  pages: part('pages', () => TIMED_ON_PAGES.flatMap((machine) => series(machine, PAGE_COUNTS, (all) => (
    { ...common, nodes: NODES_OF_PAGES, group: GROUP, pages: (all * GROUP) / NODES_OF_PAGES, accesses: ACCESSES / NODES_OF_PAGES })))),
  nodes: part('nodes', () => TIMED_ON_NODES.flatMap((machine) => series(machine, NODE_COUNTS, (nodes) => (
    { ...common, nodes, group: 2, pages: (2 * PAGES_OF_NODES) / nodes, accesses: ACCESSES / nodes })))),
}, (result) => {
  const timed = (what: string, rows: typeof result.pages): string[] => (rows.length === 0 ? [] : [
    `  time of this computer for a stall, of its processor and by the clock, median of ${repeat}; wanted: less than ${WANTED_GROWTH} x`,
    ...tableLines(
      [left('machine'), right(what), right('us processor'), right('x the first'), right('us clock'), right('x the first')],
      rows.map(({ machine, size, microseconds, ratio, clock }) => [
        machine, size.toLocaleString('en'), microseconds.toFixed(1), ratio.toFixed(2), clock.microseconds.toFixed(1), clock.ratio.toFixed(2),
      ])),
  ]);
  const counted = result.messages.map((row) => [
    row.machine, row.policy, String(row.nodes), String(row.stalls), String(row.uncontended), row.perStall.toFixed(3),
    String(row.mostAwaited), String(row.most),
  ]);
  return [
    'scale',
    ...(counted.length === 0 ? [] : [
      `  messages: groups of ${GROUP} nodes share pages; the most of a stall that nothing overlaps, without 2 for each copy`,
      ...tableLines([
        left('machine'), left('policy'), right('nodes'), right('stalls'), right('alone'), right('messages each'),
        right('most awaited'), right('most'),
      ], counted),
    ]),
    ...timed('pages', result.pages), ...timed('nodes', result.nodes),
  ].join('\n');
});
