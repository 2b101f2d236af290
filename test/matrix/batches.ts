// The order in which cells are run, and the parts it is cut into: batches of cells that lie far apart in the table, so that
// every part of a run, finished or not, is a fair sample of the whole.
import { cellAt, DIMENSION_NAMES, DIMENSIONS, TABLE_SIZE, type Cell, type Dimension } from './table.js';

export const BATCH = 64;
export const BATCHES = Math.ceil(TABLE_SIZE / BATCH);

/** Neighbours in the table that differ in how copies end stay together: often one run answers for both. */
const PAIRS = TABLE_SIZE / 2;
/** About the golden section of the pairs, and without a divisor in common with their number: so each is met once. */
const STRIDE = coprimeBelow(Math.floor(PAIRS * 0.618));

/** Which cells of a batch: one bit for each, the lowest for the first. */
export type Mask = bigint;

/** For each dimension the values that are wanted; a dimension that is missing admits all. */
export type Filter = ReadonlyMap<Dimension, ReadonlySet<string>>;

/** Number of the cell at a place of a batch; it may lie beyond the table. */
export function numberAt(batch: number, place: number): number {
  const position = batch * BATCH + place;
  return position < TABLE_SIZE ? 2 * ((Math.floor(position / 2) * STRIDE) % PAIRS) + (position % 2) : TABLE_SIZE;
}

/** The cell at a place of a batch; undefined if there is none. */
export function cellIn(batch: number, place: number): Cell | undefined {
  const number = numberAt(batch, place);
  return number < TABLE_SIZE ? cellAt(number) : undefined;
}

/** The cells of the batch that pass the filter. */
export function wantedOf(batch: number, filter: Filter): Mask {
  let mask = 0n;
  for (let place = 0; place < BATCH; place++) {
    const cell = cellIn(batch, place);
    if (cell && passes(cell, filter)) mask |= 1n << BigInt(place);
  }
  return mask;
}

export function placesOf(mask: Mask): number[] {
  return Array.from({ length: BATCH }, (_, place) => place).filter((place) => (mask >> BigInt(place)) & 1n);
}

/** `program=stencil+sort,policy=cost`. Throws an Error that says what it may be. */
export function parseFilter(text: string): Filter {
  const filter = new Map<Dimension, Set<string>>();
  for (const part of text.split(',')) {
    const [, name, values] = /^(\w+)=(.+)$/.exec(part) ?? [];
    if (!DIMENSION_NAMES.includes(name as Dimension)) {
      throw new Error(`--only: expected DIMENSION=VALUE, not "${part}"; dimensions are ${DIMENSION_NAMES.join(', ')}`);
    }
    const known: readonly string[] = DIMENSIONS[name as Dimension];
    const chosen = values!.split('+');
    const unknown = chosen.find((value) => !known.includes(value));
    if (unknown !== undefined) throw new Error(`--only: there is no ${name} "${unknown}"; there are ${known.join(', ')}`);
    filter.set(name as Dimension, new Set(chosen));
  }
  return filter;
}

function passes(cell: Cell, filter: Filter): boolean {
  for (const [name, values] of filter) if (!values.has(cell[name])) return false;
  return true;
}

function coprimeBelow(most: number): number {
  let stride = most;
  while (divisor(stride, PAIRS) > 1) stride--;
  return stride;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
