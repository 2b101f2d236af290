// The table that the project is held to: every program under every policy, on every machine and number of nodes, with
// every size of pages and every choice of protocol, with room and without. Data: a new value is a word in its row, and
// programs, policies and presets enter by themselves.
import { fixedNodes } from '../../src/server/fabric/topology.js';
import { machineNames, machinePreset } from '../../src/server/fabric/presets.js';
import { policyNames } from '../../src/server/placement/catalogue.js';
import { programNames } from '../programs/programs.js';
import { pairwise } from './pairwise.js';

/** Values by dimension, the last dimension innermost. */
export const DIMENSIONS = {
  program: programNames(),
  // `empty` is made to be copied, and does what `page` does.
  policy: policyNames().filter((name) => name !== 'empty'),
  machine: machineNames(),
  nodes: ['1', '2', '4', '8'],
  page: ['4K', '16K', '64K'],
  condition: ['room', 'crowded'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Dimension = keyof typeof DIMENSIONS;
export type Cell = Readonly<Record<Dimension, string>>;

export const DIMENSION_NAMES = Object.keys(DIMENSIONS) as Dimension[];
const COLUMNS: readonly (readonly string[])[] = Object.values(DIMENSIONS);

/** Numbers of cells go from 0 to here; some of them are not cells. */
export const TABLE_SIZE = COLUMNS.reduce((product, { length }) => product * length, 1);

/** The cell of that number; undefined where the machine cannot have so many nodes. */
export function cellAt(number: number): Cell | undefined {
  const values: string[] = [];
  let rest = number;
  for (const column of [...COLUMNS].reverse()) {
    values.unshift(column[rest % column.length]!);
    rest = Math.floor(rest / column.length);
  }
  const cell = cellOf(values);
  return cell.nodes === possibleNodes(cell.machine, cell.nodes) ? cell : undefined;
}

/** Cells in which every two values of different dimensions meet, as far as they can. */
export function coveringCells(): Cell[] {
  const cells = pairwise(COLUMNS.map(({ length }) => length)).flatMap((row) => {
    const cell = cellOf(row.map((value, column) => COLUMNS[column]![value]!));
    const nodes = possibleNodes(cell.machine, cell.nodes);
    // Where machine and nodes exclude each other, each meets the other values in a cell of its own.
    return nodes === cell.nodes ? [cell] : [{ ...cell, nodes }, { ...cell, machine: DIMENSIONS.machine[0]! }];
  });
  return [...new Map(cells.map((cell) => [JSON.stringify(cell), cell])).values()];
}

function cellOf(values: readonly string[]): Cell {
  return Object.fromEntries(DIMENSION_NAMES.map((name, i) => [name, values[i]!])) as Cell;
}

function possibleNodes(machine: string, nodes: string): string {
  const fixed = fixedNodes(machinePreset(machine).fabric);
  return fixed === undefined ? nodes : String(fixed);
}
