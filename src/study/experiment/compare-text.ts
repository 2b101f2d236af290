// The table of a comparison: the policies of each program, fastest first.
import { formatNs, plural, short } from '../report/figures.js';
import { nodesAndCores } from '../report/machine-words.js';
import { paint, type Paint } from '../report/paint.js';
import { left, right, tableLines } from '../report/table.js';
import type { Comparison } from './compare.js';
import { overlap } from './statistics.js';
import type { Interval, SummaryRow } from './summary.js';

/** At most 100 columns wide. Ends with a newline. */
export function compareText({ runs, summary }: Comparison, options: { readonly colour: boolean }): string {
  const colours = paint(options.colour);
  const programs = [...new Set(summary.map(({ program }) => program))];
  const blocks = programs.map((program) => {
    const first = runs.find((run) => run.program === program)!;
    const { machine } = first;
    const head =
      `${colours.title(program)} on ${machine.name}: ${nodesAndCores(first)}, ` +
      `${plural(machine.vcpus, 'vCPU')}, ${machine.fabric}`;
    return [head, ...tableOf(summary.filter((row) => row.program === program), colours)].join('\n');
  });
  const ended = runs.filter((run) => run.end !== 'exit' || run.exitCode !== 0);
  const warnings = ended
    .slice(0, 5)
    .map((run) =>
      colours.bad(
        `${run.program} under ${run.policy}, seed ${run.seed}: ${run.end} ${run.exitCode}${run.message === null ? '' : `, ${run.message}`}`,
      ),
    );
  if (ended.length > 5) warnings.push(colours.bad(`and ${ended.length - 5} more runs that did not exit with 0`));
  return `${[...blocks, ...(warnings.length > 0 ? [warnings.join('\n')] : [])].join('\n\n')}\n`;
}

function tableOf(rows: readonly SummaryRow[], colours: Paint): string[] {
  const sorted = [...rows].sort((a, b) => a.simulatedNs.mean - b.simulatedNs.mean);
  const best = sorted[0]!;
  const intervals = best.n > 1;
  const ideal = sorted.some((row) => row.slowdownVsIdeal !== null);
  const columns = [
    left('policy'), right('time'), ...(intervals ? [left('95 %')] : []), ...(ideal ? [right('vs ideal')] : []),
    right('stalls'), right('pages'), right('copies'), right('vCPUs'), right('remote'), right('local'),
  ];
  const cells = sorted.map((row) => {
    const mark = row === best ? '*' : ' ';
    const line = [
      `${row.policy} ${mark}`, formatNs(row.simulatedNs.mean), ...(intervals ? [halfWidth(row.simulatedNs)] : []),
      ...(ideal ? [row.slowdownVsIdeal ? `${row.slowdownVsIdeal.mean.toFixed(2)} x` : '-'] : []),
      short(row.stalls.mean), short(row.pagesMoved.mean), short(row.pagesReplicated.mean), short(row.vcpusMoved.mean),
      short(row.remoteAccesses.mean), `${(100 * row.localAccessRatio.mean).toFixed(1)} %`,
    ];
    return row === best ? line.map(colours.good) : line;
  });
  return [...tableLines(columns, cells), verdict(sorted, colours)];
}

function halfWidth({ mean, hi }: Interval): string {
  return `\u00b1 ${formatNs(hi - mean)}`;
}

/** What the intervals allow to say about the fastest. */
function verdict([best, ...others]: readonly SummaryRow[], colours: Paint): string {
  const n = plural(best!.n, 'seed');
  if (others.length === 0) return colours.dim(`  over ${n}`);
  if (best!.n === 1)
    return colours.dim(`  * fastest with this seed; --seeds 10 tells how much of a difference is chance`);
  const close = others.filter((row) => overlap(row.simulatedNs, best!.simulatedNs));
  if (close.length === 0) return colours.dim(`  * fastest over ${n}: no other 95 % interval reaches it`);
  const names = close.map(({ policy }) => policy).join(', ');
  return colours.dim(`  * fastest over ${n}; within its 95 % interval's reach, so not told apart: ${names}`);
}
