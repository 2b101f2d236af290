// The table that the project is held to: every program under every policy, on every machine and number of nodes, with
// every size of pages and every choice of protocol, with room, with scarce memory and with four vCPUs for each core. Data: a
// new value is a word in its row, and programs, policies, presets and choices of protocol enter by themselves.
import { fixedNodes } from '../../src/server/fabric/topology.js';
import { machineNames, machinePreset } from '../../src/server/fabric/presets.js';
import { policyNames } from '../../src/server/placement/catalogue.js';
import { PROTOCOL_CHOICES } from '../../src/server/spec.js';
import { programNames } from '../programs/programs.js';
import { pairwise } from './pairwise.js';

const { invalidation, readOwnership, transfer } = PROTOCOL_CHOICES;

/** Values by dimension. */
export const DIMENSIONS = {
  program: programNames(),
  // `empty` is made to be copied, and does what `page` does.
  policy: policyNames().filter((name) => name !== 'empty'),
  machine: machineNames(),
  nodes: ['1', '2', '4', '8'],
  page: ['4K', '16K', '64K', '2M'],
  // Every combination of the choices, that of the defaults first.
  protocol: invalidation.flatMap((i) => readOwnership.flatMap((r) => transfer.map((t) => `${i}-${r}-${t}`))),
  condition: ['room', 'tight', 'crowded'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Dimension = keyof typeof DIMENSIONS;
export type Cell = Readonly<Record<Dimension, string>>;
export type Setting = Pick<Cell, 'machine' | 'nodes' | 'protocol'>;

export const DIMENSION_NAMES = Object.keys(DIMENSIONS) as Dimension[];

/**
 * What a machine, a number of nodes and a protocol can be together; those of one node last, and before them one after the
 * other those that differ in how copies end.
 */
export const SETTINGS: readonly Setting[] = DIMENSIONS.machine.flatMap((machine) => (
  DIMENSIONS.nodes.flatMap((nodes) => byEnding(DIMENSIONS.protocol).flatMap((protocol) => {
    const setting = { machine, nodes, protocol };
    return isPossible(setting) ? [setting] : [];
  })))).sort((a, b) => Number(a.nodes === '1') - Number(b.nodes === '1'));

const { program: PROGRAMS, policy: POLICIES, page: PAGES, condition: CONDITIONS } = DIMENSIONS;

/** Cells have the numbers from 0 to here. */
export const TABLE_SIZE = PROGRAMS.length * POLICIES.length * SETTINGS.length * PAGES.length * CONDITIONS.length;

export function cellAt(number: number): Cell {
  let rest = number;
  const digit = <T>(values: readonly T[]): T => {
    const value = values[rest % values.length]!;
    rest = Math.floor(rest / values.length);
    return value;
  };
  const { machine, nodes, protocol } = digit(SETTINGS);
  const condition = digit(CONDITIONS);
  const page = digit(PAGES);
  const policy = digit(POLICIES);
  return { program: digit(PROGRAMS), policy, machine, nodes, page, protocol, condition };
}

/** Cells in which every two values of different dimensions meet, as far as they can. */
export function coveringCells(): Cell[] {
  const columns = DIMENSION_NAMES.map((name) => DIMENSIONS[name]);
  const cells = pairwise(columns.map(({ length }) => length)).flatMap((row) => {
    const cell = Object.fromEntries(DIMENSION_NAMES.map((name, i) => [name, columns[i]![row[i]!]!])) as Cell;
    // Where values exclude each other, each meets the other values in a cell of its own.
    const nodes = possibleNodes(cell.machine, cell.nodes);
    const seated = nodes === cell.nodes ? [cell] : [{ ...cell, nodes }, { ...cell, machine: DIMENSIONS.machine[0]! }];
    return seated.flatMap((one) => (
      isPossible(one) ? [one] : [{ ...one, protocol: DIMENSIONS.protocol[0]! }, { ...one, nodes: DIMENSIONS.nodes[1]! }]));
  });
  return [...new Map(cells.map((cell) => [JSON.stringify(cell), cell])).values()];
}

/** The same cell with the other way to end copies; undefined where that is no choice. */
export function twinOf(cell: Cell): Cell | undefined {
  const [ending, ...others] = cell.protocol.split('-');
  const twin = { ...cell, protocol: [invalidation.find((way) => way !== ending)!, ...others].join('-') };
  return isPossible(twin) ? twin : undefined;
}

function byEnding(protocols: readonly string[]): string[] {
  const rest = (protocol: string) => protocol.slice(protocol.indexOf('-'));
  const kinds = [...new Set(protocols.map(rest))];
  return kinds.flatMap((kind) => protocols.filter((protocol) => rest(protocol) === kind));
}

/** One node sends nothing, so protocols do not differ there. */
function isPossible({ machine, nodes, protocol }: Setting): boolean {
  return nodes === possibleNodes(machine, nodes) && (nodes !== '1' || protocol === DIMENSIONS.protocol[0]);
}

function possibleNodes(machine: string, nodes: string): string {
  const fixed = fixedNodes(machinePreset(machine).fabric);
  return fixed === undefined ? nodes : String(fixed);
}
