// The table of nodes in numastat's layout and words: https://docs.kernel.org/admin-guide/numastat.html, `numastat -v`.
import { formatNs, plural, short } from './figures.js';
import type { Paint } from './paint.js';
import type { NodeReport, RunReport } from './report.js';
import { left, right, tableLines } from './table.js';

const NODES_PER_BLOCK = 5;
const MOST_NODES = 15;

type Row = readonly [title: string, field: Exclude<keyof NodeReport, 'node'>, format: (value: number) => string];

export const NODE_ROWS: readonly Row[] = [
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
  ['Messages_Sent', 'messagesSent', short],
  ['Bytes_Sent', 'bytesSent', short],
  ['Busy_Time', 'busyNs', formatNs],
  ['Handler_Time', 'handlerNs', formatNs],
];

/** Blocks of up to five nodes; beyond fifteen nodes the least, the mean and the most of each row. */
export function nodeLines(report: RunReport, colours: Paint): string[] {
  const { perNode } = report;
  if (perNode.length > MOST_NODES) return foldedLines(perNode, colours);
  const lines: string[] = [];
  for (let i = 0; i < perNode.length; i += NODES_PER_BLOCK) {
    const block = perNode.slice(i, i + NODES_PER_BLOCK);
    const last = i + NODES_PER_BLOCK >= perNode.length;
    const rows = NODE_ROWS.map(([title, field, format]) => [
      title, ...block.map((node) => format(node[field])), ...(last ? [format(total(perNode, field))] : []),
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
  const rows = NODE_ROWS.map(([title, field, format]) => {
    const values = perNode.map((node) => node[field]);
    return [
      title,
      format(Math.min(...values)),
      format(total(perNode, field) / perNode.length),
      format(Math.max(...values)),
      format(total(perNode, field)),
    ];
  });
  return [
    ...tableLines([left(''), right('Least'), right('Mean'), right('Most'), right('Total')], rows),
    colours.dim(`  ${plural(perNode.length, 'node')}; each of them is in the JSON report`),
  ];
}

function total(perNode: readonly NodeReport[], field: Row[1]): number {
  return perNode.reduce((sum, node) => sum + node[field], 0);
}
