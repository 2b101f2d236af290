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
/** What a part takes of a window, or of the run, to have a column. */
const LEAST_SHARE = 0.01;
const LEAST_BAR = 16;
const MOST_BAR = 48;
const INDENT = '  ';
const GAP = ' ';

interface Row {
  readonly name: string;
  readonly timePs: PartTimesPs;
}

/** The same for all tables: parts that are drawn, those with a column of their own, and what is left of the width for bars. */
interface Layout {
  readonly parts: readonly StackPart[];
  readonly shown: readonly StackPart[];
  /** Parts without one share a column. */
  readonly others: readonly StackPart[];
  readonly barWidth: number;
}

/** No line is wider than `width`, if that is 40 or more. Ends with a newline. */
export function stackText({ windows, simulatedNs }: Pick<RunReport, 'windows' | 'simulatedNs'>, { colour, width }: StackTextOptions): string {
  const colours = paint(colour);
  const drawn = windows.length > 1 ? windows.filter(({ fromPs, toPs }) => toPs > fromPs) : [];
  const [all, ...tables] = [wholeRun(windows), ...drawn.slice(0, MOST_WINDOWS).map(rowsOf)];
  const layout = layOut([all!, ...tables], width);
  const blocks = [[`${colours.title('whole run')}: ${formatNs(simulatedNs)}`, ...tableOf(all!, layout, colours)]];
  tables.forEach((rows, i) => blocks.push([...headOf(drawn[i]!, width, colours), ...tableOf(rows, layout, colours)]));
  if (drawn.length > MOST_WINDOWS) blocks.push([`and ${plural(drawn.length - MOST_WINDOWS, 'more window')} in the JSON report`]);
  blocks.push(legend(layout.parts, width, colours));
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

function tableOf(rows: readonly Row[], { parts, shown, others, barWidth }: Layout, colours: Paint): string[] {
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

/** Parts of most time, in the run or in a window, have a column each while there is room for a bar beside them. */
function layOut(tables: readonly (readonly Row[])[], width: number): Layout {
  const rows = tables.flat();
  const totals = tables.map((table) => table[table.length - 1]!.timePs);
  const shareOf = (part: StackPart): number => Math.max(...totals.map((timePs) => (timePs[part] ?? 0) / totalOf(timePs)));
  const parts = STACK_PARTS.filter((part) => shareOf(part) > 0);
  const widest = (texts: readonly string[]): number => Math.max(...texts.map((text) => text.length));
  const left = width - INDENT.length - widest(rows.map(({ name }) => name)) - GAP.length
    - widest(rows.map(({ timePs }) => formatNs(totalOf(timePs) / 1000))) - GAP.length;
  const columnWidth = (title: string) => Math.max(title.length, 4) + GAP.length;
  let shown = parts.filter((part) => shareOf(part) >= LEAST_SHARE);
  const barWidth = () => (
    left - shown.reduce((sum, part) => sum + columnWidth(STACK_LOOK[part].title), shown.length < parts.length ? columnWidth('other') : 0));
  while (shown.length > 0 && barWidth() < LEAST_BAR) {
    const least = shown.reduce((a, b) => (shareOf(b) <= shareOf(a) ? b : a));
    shown = shown.filter((part) => part !== least);
  }
  return { parts, shown, others: parts.filter((part) => !shown.includes(part)), barWidth: Math.max(1, Math.min(MOST_BAR, barWidth())) };
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
