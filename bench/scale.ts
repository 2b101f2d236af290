// What does a stall cost as the server grows? Messages, on 8 to 64 nodes at one sharing degree, counted stall by stall; and time
// on this computer, from 10^3 to 10^6 guest pages that all have been touched, and from 2 to 64 nodes. Runs of a series in turn,
// medians; what counts is the time from the guest's region on. Pages have 1 KiB, so that a million of them fit into the arena.
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

/** Microseconds of this computer for each stall of the region. */
function time(sharing: Sharing): number {
  let stalls = 0;
  let begin = process.cpuUsage();
  runSharing(sharing, {
    stalled: () => { stalls++; },
    mark: () => {
      stalls = 0;
      begin = process.cpuUsage();
    },
  });
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / stalls;
}

/** The series in turn, after one of the smallest to warm up; each as the median, and relative to the first of its turn. */
function series(sizes: readonly number[], sharing: (size: number) => Sharing) {
  time(sharing(sizes[0]!));
  const turns = Array.from({ length: repeat }, () => sizes.map((size) => time(sharing(size))));
  return sizes.map((size, i) => ({
    size, microseconds: median(turns.map((turn) => turn[i]!)), ratio: median(turns.map((turn) => turn[i]! / turn[0]!)),
  }));
}

const common = { policy: 'page', machine: 'sds-ethernet-25g', pageBytes: 1024 };

/** Only the parts that are asked for are measured. */
const part = <T>(name: typeof PARTS[number], rows: () => T[]): T[] => (parts.includes(name) ? rows() : []);

printResult({
  question: 'scale', repeat, group: GROUP, wantedGrowth: WANTED_GROWTH,
  messages: part('messages', () => MACHINES.flatMap((machine) => (
    POLICIES.flatMap((policy) => MESSAGES_ON_NODES.map((nodes) => messages(machine, policy, nodes)))))),
  pages: part('pages', () => series(PAGE_COUNTS, (all) => (
    { ...common, nodes: NODES_OF_PAGES, group: GROUP, pages: (all * GROUP) / NODES_OF_PAGES, accesses: ACCESSES / NODES_OF_PAGES }))),
  nodes: part('nodes', () => series(NODE_COUNTS, (nodes) => (
    { ...common, nodes, group: 2, pages: (2 * PAGES_OF_NODES) / nodes, accesses: ACCESSES / nodes }))),
}, (result) => {
  const timed = (what: string, rows: typeof result.pages): string[] => (rows.length === 0 ? [] : [
    `  processor time of this computer, median of ${repeat}; wanted: less than ${WANTED_GROWTH} x`,
    ...tableLines(
      [right(what), right('us a stall'), right('x the first')],
      rows.map(({ size, microseconds, ratio }) => [size.toLocaleString('en'), microseconds.toFixed(1), ratio.toFixed(2)])),
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
