// The table of a sensitivity analysis: assumed costs against programs, and in the cells who wins when a cost is halved or doubled,
// where that is another than with the costs as assumed.
import { formatPs } from '../../base/units.js';
import { plural } from '../report/figures.js';
import { paint, type Paint } from '../report/paint.js';
import { left, right, tableLines, visibleWidth, wrapLines } from '../report/table.js';
import { FACTORS, type Sensitivity, type SensitivityCell } from './sensitivity.js';

const WIDTH = 100;
const UNCHANGED = '-';

/** At most 100 columns wide where names allow. Ends with a newline. */
export function sensitivityText({ costs, winners, cells }: Sensitivity, options: { readonly colour: boolean; readonly seeds: number }): string {
  const colours = paint(options.colour);
  const rows = costs.map(({ name, value }) => ({ head: [name, costText(name, value)], name }));
  const columns = winners.map(({ program, winner }) => ({
    title: shortName(program), winner: winner ?? 'none',
    texts: rows.map(({ name }) => cellText(cells.filter((cell) => cell.program === program && cell.cost === name), colours)),
  }));
  const blocks = inBlocks(columns, rows.map(({ head }) => head)).map((block) => tableLines(
    [left('assumed cost'), right(''), ...block.map(({ title }) => left(title))],
    [['', 'as it is', ...block.map(({ winner }) => colours.title(winner))], ...rows.map(({ head }, i) => [...head, ...block.map(({ texts }) => texts[i]!)])],
  ));
  return `${[
    `${colours.title('Sensitivity')}: who wins with ${plural(costs.length, 'assumed cost')} halved (x0.5) and doubled (x2) in turn`,
    ...blocks.flatMap((lines) => ['', ...lines]), '', ...verdict(cells, options.seeds, colours),
  ].join('\n')}\n`;
}

function verdict(cells: readonly SensitivityCell[], seeds: number, colours: Paint): string[] {
  const changed = cells.filter((cell) => cell.changed);
  const sure = changed.filter(({ toldApart }) => toldApart);
  const said = changed.length === 0 ? `no winner changes in ${plural(cells.length, 'cell')}`
    : `${changed.length} of ${plural(cells.length, 'cell')} have another winner, ${sure.length} of them told apart from the former by 95 % intervals`;
  const chance = changed.length === sure.length ? ''
    : seeds === 1 ? '; with one seed the others (?) may be chance, --seeds 10 tells' : `; the others (?) may be chance, with ${plural(seeds, 'seed')}`;
  return wrapLines(said + chance, WIDTH, '  ').map(colours.dim);
}

function cellText(cells: readonly SensitivityCell[], colours: Paint): string {
  const texts = FACTORS.flatMap((factor) => cells.filter((cell) => cell.factor === factor && cell.changed)).map(({ factor, winner, toldApart }) => (
    toldApart ? colours.bad(`x${factor} ${winner ?? 'none'}`) : `x${factor} ${winner ?? 'none'}?`));
  return texts.length > 0 ? texts.join(' ') : UNCHANGED;
}

interface ProgramColumn { readonly title: string; readonly winner: string; readonly texts: readonly string[] }

/** As many columns beside one another as fit. */
function inBlocks(columns: readonly ProgramColumn[], heads: readonly (readonly string[])[]): ProgramColumn[][] {
  const headWidth = 2 + Math.max(12, ...heads.map(([name]) => name!.length)) + 2 + Math.max(8, ...heads.map(([, value]) => value!.length));
  const blocks: ProgramColumn[][] = [];
  let used = WIDTH;
  for (const column of columns) {
    const width = 2 + Math.max(column.title.length, column.winner.length, ...column.texts.map(visibleWidth));
    if (blocks.length === 0 || used + width > WIDTH) {
      blocks.push([]);
      used = headWidth;
    }
    blocks[blocks.length - 1]!.push(column);
    used += width;
  }
  return blocks;
}

function shortName(program: string): string {
  return program.replace(/^.*[/\\]/, '').replace(/\.s$/, '');
}

/** A figure in its unit, which its name ends with. */
function costText(name: string, value: number | readonly number[]): string {
  return [value].flat().map((each) => {
    if (name.endsWith('BytesPerSecond') || name.endsWith('bytesPerSecond')) return `${each / 1e9} GB/s`;
    if (name.endsWith('Ps')) return formatPs(each);
    return name.endsWith('Bytes') ? `${each} B` : String(each);
  }).join(' ');
}
