// The table of nodes in numastat's layout and words: https://docs.kernel.org/admin-guide/numastat.html, `numastat -v`.
import { formatBytes } from '../../base/units.js';
import { formatNs, plural, short } from './figures.js';
import type { Paint } from './paint.js';
import type { NodeHardware, NodePressure, NodeReport, RunReport } from './report.js';
import { left, right, tableLines } from './table.js';

const NODES_PER_BLOCK = 5;
const MOST_NODES = 15;

type Field = keyof NodeHardware | keyof NodePressure | Exclude<keyof NodeReport, 'node'>;
type Row = readonly [title: string, field: Field, format: (value: number) => string];

/** Of machines whose nodes are not alike, or that reserve some of what they have. */
const HARDWARE_ROWS: readonly Row[] = [
  ['Cores', 'cores', short],
  ['Reserved_Cores', 'reservedCores', short],
  ['Memory', 'memoryBytes', formatBytes],
  ['Reserved_Memory', 'reservedBytes', formatBytes],
];

/** Of runs in which some node had to make room. */
const PRESSURE_ROWS: readonly Row[] = [
  ['Copies_Dropped', 'copiesDropped', short],
  ['Zero_Pages', 'zeroPages', short],
  ['Pages_Evicted', 'pagesEvicted', short],
  ['Frame_Waits', 'frameWaits', short],
];

const NODE_ROWS: readonly Row[] = [
  ['Numa_Hit', 'numaHit', short],
  ['Numa_Miss', 'numaMiss', short],
  ['Numa_Foreign', 'numaForeign', short],
  ['Interleave_Hit', 'interleaveHit', short],
  ['Local_Node', 'localNode', short],
  ['Other_Node', 'otherNode', short],
  ['Pages_Resident', 'residentPages', short],
  ['Copies', 'copies', short],
  ['Stalls', 'stalls', short],
  ['Pages_In', 'pagesIn', short],
  ['Pages_Out', 'pagesOut', short],
  ['Vcpus_In', 'vcpusIn', short],
  ['Vcpus_Out', 'vcpusOut', short],
  ['Core_Switches', 'coreSwitches', short],
  ['Messages_Sent', 'messagesSent', short],
  ['Bytes_Sent', 'bytesSent', short],
  ['Busy_Time', 'busyNs', formatNs],
  ['Handler_Time', 'handlerNs', formatNs],
];

/** A row of the table: its values node by node. */
export interface NodeRow {
  readonly title: string;
  readonly values: readonly number[];
  readonly total: number;
  readonly format: (value: number) => string;
}

export function nodeRows(perNode: readonly NodeReport[]): NodeRow[] {
  const rows = (table: readonly Row[]): NodeRow[] => table.map(([title, field, format]) => {
    const values = perNode.map((node) => node[field] ?? 0);
    return { title, values, total: values.reduce((sum, value) => sum + value, 0), format };
  });
  const some = ({ total }: NodeRow): boolean => total > 0;
  return [...rows(HARDWARE_ROWS).filter(some), ...rows(NODE_ROWS), ...rows(PRESSURE_ROWS).filter(some)];
}

/** Blocks of up to five nodes; beyond fifteen nodes the least, the mean and the most of each row. */
export function nodeLines(report: RunReport, colours: Paint): string[] {
  const { perNode } = report;
  if (perNode.length > MOST_NODES) return foldedLines(perNode, colours);
  const lines: string[] = [];
  for (let i = 0; i < perNode.length; i += NODES_PER_BLOCK) {
    const block = perNode.slice(i, i + NODES_PER_BLOCK);
    const last = i + NODES_PER_BLOCK >= perNode.length;
    const rows = nodeRows(perNode).map(({ title, values, total, format }) => [
      title, ...values.slice(i, i + NODES_PER_BLOCK).map(format), ...(last ? [format(total)] : []),
    ]);
    if (i > 0) lines.push('');
    lines.push(
      ...tableLines(
        [left(''), ...block.map(({ node }) => right(`Node ${node}`)), ...(last ? [right('Total')] : [])],
        rows,
      ),
    );
  }
  return lines;
}

function foldedLines(perNode: readonly NodeReport[], colours: Paint): string[] {
  const rows = nodeRows(perNode).map(({ title, values, total, format }) => [
    title, format(Math.min(...values)), format(total / perNode.length), format(Math.max(...values)), format(total),
  ]);
  return [
    ...tableLines([left(''), right('Least'), right('Mean'), right('Most'), right('Total')], rows),
    colours.dim(`  ${plural(perNode.length, 'node')}; each of them is in the JSON report`),
  ];
}
