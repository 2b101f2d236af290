// Where the time went: a row for each vCPU, or for runs of neighbouring vCPUs where there are many, and a total.
import { TIME_PARTS, type TimePart } from '../../server/observe.js';
import { formatNs, percent } from './figures.js';
import { PART_GLYPHS, stackedBar, type Paint } from './paint.js';
import type { RunReport, VcpuReport } from './report.js';
import { left, right, tableLines } from './table.js';

const MOST_ROWS = 16;
const BAR_WIDTH = 16;

const PART_TITLES: Readonly<Record<TimePart, string>> = {
  compute: 'comp',
  memory: 'mem',
  remote: 'remote',
  pageWait: 'page',
  coreWait: 'core',
  migrating: 'migr',
  handlers: 'kern',
};

export const PART_MEANINGS: Readonly<Record<TimePart, string>> = {
  compute: 'compute',
  memory: 'memory',
  remote: 'remote accesses',
  pageWait: 'waiting for pages',
  coreWait: 'waiting for a core',
  migrating: 'migrating',
  handlers: 'kernel and guest calls',
};

export function timeLines(report: RunReport, colours: Paint): string[] {
  const { perVcpu } = report;
  const perRow = Math.ceil(perVcpu.length / MOST_ROWS);
  const rows: string[][] = [];
  for (let i = 0; i < perVcpu.length; i += perRow) {
    const group = perVcpu.slice(i, i + perRow);
    const name = group.length === 1 ? `${group[0]!.vcpu}` : `${group[0]!.vcpu}-${group[group.length - 1]!.vcpu}`;
    rows.push(timeRow(name, group.length === 1 ? String(group[0]!.node) : '', group, colours));
  }
  rows.push(timeRow('all', '', perVcpu, colours));
  const columns = [
    left('vCPU'),
    right('node'),
    right('time'),
    ...TIME_PARTS.map((part) => right(PART_TITLES[part])),
    left(''),
  ];
  const legend = TIME_PARTS.map((part) => `${colours.part(part, PART_GLYPHS[part])} ${PART_MEANINGS[part]}`);
  return [
    ...tableLines(columns, rows, { gap: ' ' }),
    `  ${legend.slice(0, 4).join('  ')}`,
    `  ${legend.slice(4).join('  ')}`,
  ];
}

function timeRow(name: string, node: string, group: readonly VcpuReport[], colours: Paint): string[] {
  const time = Object.fromEntries(
    TIME_PARTS.map((part) => [part, group.reduce((sum, vcpu) => sum + vcpu.timeNs[part], 0)]),
  ) as Record<TimePart, number>;
  const total = group.reduce((sum, vcpu) => sum + vcpu.totalNs, 0);
  return [
    name,
    node,
    formatNs(total),
    ...TIME_PARTS.map((part) => percent(time[part], total).replace(' ', '')),
    stackedBar(time, BAR_WIDTH, colours),
  ];
}
