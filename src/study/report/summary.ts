// The text a person reads after a run.
import { formatBytes } from '../../base/units.js';
import type { ProtocolSpec } from '../../server/spec.js';
import { formatNs, grouped, plural, short } from './figures.js';
import { memoryWords, nodesAndCores } from './machine-words.js';
import { nodeLines } from './node-table.js';
import { paint, type Paint } from './paint.js';
import type { RunReport } from './report.js';
import { left, right, tableLines } from './table.js';
import { timeLines } from './time-table.js';
import { wordsOf, type Words } from './words.js';

export interface SummaryOptions {
  readonly colour: boolean;
  /** Also say how long it took here; without it the text depends on scenario and seed alone. */
  readonly wall: boolean;
}

/** At most 80 columns wide. Ends with a newline. */
export function summaryText(report: RunReport, options: SummaryOptions, words = wordsOf(report)): string {
  const colours = paint(options.colour);
  const sections = [
    headLines(report, options, words, colours),
    [colours.title('Where the time went'), ...timeLines(report, colours)],
    moveLines(report, words, colours),
    [colours.title('Nodes'), ...nodeLines(report, colours)],
  ];
  return sections.filter((lines) => lines.length > 0).map((lines) => `${lines.join('\n')}\n`).join('\n');
}

/** `exit 0`, `limit reached`, `failed: ...` */
export function endText(report: Pick<RunReport, 'end' | 'exitCode' | 'message'>): string {
  const why = report.message === null ? '' : `: ${report.message}`;
  switch (report.end) {
    case 'exit': return `exit ${report.exitCode}${why}`;
    case 'limit': return `limit reached${why}`;
    case 'failed': return `simulated server failed${why}`;
  }
}

function headLines(report: RunReport, options: SummaryOptions, words: Words, colours: Paint): string[] {
  const { machine } = report;
  const good = report.end === 'exit' && report.exitCode === 0;
  const lines = [
    `${colours.title(report.program)}: ${(good ? colours.good : colours.bad)(endText(report))}`,
    row(
      'time',
      `${colours.title(formatNs(report.simulatedNs))} simulated, ${plural(report.instructions, 'instruction')}`,
    ),
    row(
      'machine',
      `${machine.name}: ${nodesAndCores(report)}, ${memoryWords(report)}, pages of ${formatBytes(machine.pageBytes)}`,
    ),
    row('guest', `${plural(machine.vcpus, 'vCPU')} over ${machine.fabric}, ISA ${report.isa}, seed ${report.seed}`),
    row('policy', `${report.policy}${optionText(words)}`),
    ...protocolLines(report.protocol),
    ...coreLines(report),
    row(
      'accesses',
      `${(100 * report.localAccessRatio).toFixed(1)} % of line misses local, ${grouped(report.remoteAccesses)} remote`,
    ),
    row(
      'stalls',
      `${grouped(report.stalls)}, ${formatNs(report.stalls === 0 ? 0 : report.stallNs / report.stalls)} each`,
    ),
    row('fabric', `${plural(report.fabricMessages, 'message')}, ${formatBytes(report.fabricBytes)}B`),
  ];
  if (report.idealNs !== null) {
    const slowdown = report.simulatedNs / report.idealNs;
    lines.splice(
      2,
      0,
      row(
        'ideal',
        `${formatNs(report.idealNs)} on one node with everything: ${slowdown.toFixed(2)} times as long here`,
      ),
    );
  }
  const regions = report.marks.filter(({ name }) => name === 'roi_begin' || name === 'roi_end');
  const begin = regions.find(({ name }) => name === 'roi_begin');
  const end = regions.findLast(({ name }) => name === 'roi_end');
  if (begin && end && end.atNs > begin.atNs) {
    lines.splice(
      2,
      0,
      row('region', `${formatNs(end.atNs - begin.atNs)} from the first roi_begin to the last roi_end`),
    );
  }
  if (options.wall)
    lines.push(
      row('here', `${report.wallSeconds.toFixed(2)} s, ${report.mips.toFixed(2)} million instructions a second`),
    );
  return lines;
}

/** Nothing where all is as usual. */
function protocolLines(protocol: ProtocolSpec): string[] {
  const words = [
    protocol.invalidation === 'serial' && 'serial invalidation',
    protocol.readOwnership === 'move' && 'ownership moves to readers',
    protocol.transfer === 'version' && 'pages travel unless their version is there',
    protocol.transfer === 'diff' && 'pages travel as what differs',
  ].filter((word) => word !== false);
  return words.length > 0 ? [row('protocol', words.join(', '))] : [];
}

/** Nothing where every vCPU may have a core of its own, and no load is balanced. */
function coreLines({ balance, machine, perNode, perVcpu, timeSliceNs }: RunReport): string[] {
  const cores = perNode.reduce((sum, node) => sum + (node.cores ?? machine.coresPerNode) - (node.reservedCores ?? 0), 0);
  if (machine.vcpus <= cores && balance === 'none') return [];
  const switches = perNode.reduce((sum, node) => sum + node.coreSwitches, 0);
  const longestNs = Math.max(...perVcpu.map(({ longestCoreWaitNs }) => longestCoreWaitNs));
  return [row('balance', balance), row('cores', `${cores}, in turns of ${formatNs(timeSliceNs)}: ${plural(switches, 'switch', 'switches')}, longest wait ${formatNs(longestNs)}`)];
}

function row(title: string, text: string): string {
  return `  ${title.padEnd(9)} ${text}`;
}

function optionText({ options }: Words): string {
  const text = ` (${options.join(', ')})`;
  return options.length === 0 ? '' : text.length <= 56 ? text : ` (${plural(options.length, 'option')})`;
}

function moveLines(report: RunReport, words: Words, colours: Paint): string[] {
  const title = colours.title('Moves by reason');
  if (report.moves.length === 0) return [title, '  nothing moved'];
  const rows = [...report.moves].sort(
    (a, b) => b.count - a.count || (a.what < b.what ? -1 : a.what > b.what ? 1 : 0) || (a.reason < b.reason ? -1 : 1),
  );
  const shown = rows.slice(0, 12);
  const rest = rows.slice(12);
  const lines = tableLines(
    [left('what'), right('count'), left('reason'), left('')],
    shown.map(({ what, count, reason }) => [
      what,
      short(count),
      reason,
      colours.dim(cut(words.meaningOf(reason), 46)),
    ]),
  );
  if (rest.length > 0)
    lines.push(
      `  and ${short(rest.reduce((sum, move) => sum + move.count, 0))} for ${plural(rest.length, 'other reason')}`,
    );
  return [title, ...lines];
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 3).replace(/\s+\S*$/, '')}...`;
}
