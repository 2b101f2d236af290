// The time stacks of a run in the terminal: for the whole run and for each window, a row for each vCPU, each node, and all.
import { STACK_PARTS, type StackPart } from '../../server/observe.js';
import { sharedCells } from './bar.js';
import { formatNs, percent, plural } from './figures.js';
import { paint, type Paint } from './paint.js';
import type { PartTimesPs, RunReport, WindowReport } from './report.js';
import { STACK_LOOK } from './stack-look.js';
import { left, right, tableLines, visibleWidth } from './table.js';

export interface StackTextOptions {
  readonly colour: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

/** Neighbouring vCPUs, or nodes, share a row where there are more. */
const MOST_ROWS = 16;
/** The JSON report has the others. */
const MOST_WINDOWS = 40;
const LEAST_BAR = 8;
const MOST_BAR = 48;
const INDENT = '  ';
const GAP = ' ';

interface Row {
  readonly name: string;
  readonly timePs: PartTimesPs;
}

/** What is left of a table's width for its bars, and the parts with a column of their own. */
interface Layout {
  readonly shown: readonly StackPart[];
  /** Parts without one share a column. */
  readonly others: readonly StackPart[];
  readonly barWidth: number;
}

/** No line is wider than `width`, if that is 40 or more. Ends with a newline. */
export function stackText({ windows, simulatedNs }: Pick<RunReport, 'windows' | 'simulatedNs'>, { colour, width }: StackTextOptions): string {
  const colours = paint(colour);
  const all = wholeRun(windows);
  const parts = STACK_PARTS.filter((part) => all.some(({ timePs }) => (timePs[part] ?? 0) > 0));
  const drawn = windows.filter(({ fromPs, toPs }) => toPs > fromPs);
  const blocks = [[`${colours.title('whole run')}: ${formatNs(simulatedNs)}`, ...tableOf(all, parts, width, colours)]];
  if (windows.length > 1) {
    for (const window of drawn.slice(0, MOST_WINDOWS)) blocks.push([...headOf(window, width, colours), ...tableOf(rowsOf(window), parts, width, colours)]);
    if (drawn.length > MOST_WINDOWS) blocks.push([`and ${plural(drawn.length - MOST_WINDOWS, 'more window')} in the JSON report`]);
  }
  blocks.push(legend(parts, width, colours));
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function headOf({ name, vcpu, inRegion, fromPs, toPs }: WindowReport, width: number, colours: Paint): string[] {
  const what = `${colours.title(name)}${vcpu < 0 ? '' : ` of vCPU ${vcpu}`}`;
  const when = `at ${formatNs(fromPs / 1000)}: ${formatNs((toPs - fromPs) / 1000)}${inRegion ? colours.dim('  region') : ''}`;
  const line = `${what}, ${when}`;
  return visibleWidth(line) <= width ? [line] : [`${what},`, INDENT + when];
}

function rowsOf({ perVcpu, perNode }: WindowReport): Row[] {
  return [
    ...grouped('vCPU', perVcpu.map(({ vcpu, timePs }) => ({ id: vcpu, timePs }))),
    ...grouped('node', perNode.map(({ node, timePs }) => ({ id: node, timePs }))),
    { name: 'all', timePs: sumOf(perVcpu.map(({ timePs }) => timePs)) },
  ];
}

function wholeRun(windows: readonly WindowReport[]): Row[] {
  const first = windows[0]!;
  return rowsOf({
    ...first,
    perVcpu: first.perVcpu.map(({ vcpu }, i) => ({ vcpu, timePs: sumOf(windows.map(({ perVcpu }) => perVcpu[i]!.timePs)) })),
    perNode: first.perNode.map(({ node }, i) => ({ node, timePs: sumOf(windows.map(({ perNode }) => perNode[i]!.timePs)) })),
  });
}

function grouped(what: string, rows: readonly { readonly id: number; readonly timePs: PartTimesPs }[]): Row[] {
  const perRow = Math.ceil(rows.length / MOST_ROWS);
  return Array.from({ length: Math.ceil(rows.length / perRow) }, (_, i) => {
    const group = rows.slice(i * perRow, (i + 1) * perRow);
    const [first, last] = [group[0]!.id, group[group.length - 1]!.id];
    return { name: first === last ? `${what} ${first}` : `${what} ${first}-${last}`, timePs: sumOf(group.map(({ timePs }) => timePs)) };
  });
}

function sumOf(times: readonly PartTimesPs[]): PartTimesPs {
  return Object.fromEntries(STACK_PARTS.map((part) => [part, times.reduce((sum, timePs) => sum + (timePs[part] ?? 0), 0)]));
}

function totalOf(timePs: PartTimesPs): number {
  return STACK_PARTS.reduce((sum, part) => sum + (timePs[part] ?? 0), 0);
}

function tableOf(rows: readonly Row[], parts: readonly StackPart[], width: number, colours: Paint): string[] {
  const { shown, others, barWidth } = layOut(rows, parts, width);
  const columns = [
    left(''), right('time'), ...shown.map((part) => right(STACK_LOOK[part].title)), ...(others.length > 0 ? [right('other')] : []), left(''),
  ];
  const cells = rows.map(({ name, timePs }) => {
    const total = totalOf(timePs);
    const share = (some: readonly StackPart[]) => percent(some.reduce((sum, part) => sum + (timePs[part] ?? 0), 0), total).replace(' ', '');
    return [
      name, formatNs(total / 1000), ...shown.map((part) => share([part])), ...(others.length > 0 ? [share(others)] : []),
      barOf(timePs, parts, barWidth, colours),
    ];
  });
  return tableLines(columns, cells, { indent: INDENT, gap: GAP });
}

/** Parts of most time keep a column each while there is room for a bar beside them. */
function layOut(rows: readonly Row[], parts: readonly StackPart[], width: number): Layout {
  const name = Math.max(...rows.map((row) => row.name.length));
  const time = Math.max(...rows.map(({ timePs }) => formatNs(totalOf(timePs) / 1000).length));
  const columnWidth = (title: string) => Math.max(title.length, 4) + GAP.length;
  const timeOf = (part: StackPart) => rows[rows.length - 1]!.timePs[part] ?? 0;
  const left = width - INDENT.length - name - GAP.length - time - GAP.length;
  let shown = [...parts];
  const used = () => shown.reduce((sum, part) => sum + columnWidth(STACK_LOOK[part].title), shown.length < parts.length ? columnWidth('other') : 0);
  while (shown.length > 0 && left - used() < LEAST_BAR) {
    const least = shown.reduce((a, b) => (timeOf(b) <= timeOf(a) ? b : a));
    shown = shown.filter((part) => part !== least);
  }
  return { shown, others: parts.filter((part) => !shown.includes(part)), barWidth: Math.max(1, Math.min(MOST_BAR, left - used())) };
}

function barOf(timePs: PartTimesPs, parts: readonly StackPart[], width: number, colours: Paint): string {
  const cells = sharedCells(parts.map((part) => timePs[part] ?? 0), width);
  return parts.map((part, i) => colours.tint(STACK_LOOK[part].colour, STACK_LOOK[part].glyph.repeat(cells[i]!))).join('');
}

function legend(parts: readonly StackPart[], width: number, colours: Paint): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const { glyph, title, meaning, colour } = STACK_LOOK[part];
    const entry = `${colours.tint(colour, glyph)} ${title}: ${meaning}`;
    const last = lines[lines.length - 1];
    if (last !== undefined && visibleWidth(last) + INDENT.length + visibleWidth(entry) <= width) lines[lines.length - 1] = `${last}  ${entry}`;
    else lines.push(`${INDENT}${entry}`);
  }
  return lines;
}
