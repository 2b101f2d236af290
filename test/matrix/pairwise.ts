// A small set of rows in which every pair of values of two columns meets (Cohen et al., "The AETG System", IEEE TSE 1997,
// without its random choices, so that the rows are the same on every machine).

/** Rows of value numbers; `sizes` says how many values each column has. All single values for one column. */
export function pairwise(sizes: readonly number[]): number[][] {
  if (sizes.length === 1) return Array.from({ length: sizes[0]! }, (_, value) => [value]);
  const missing = allPairs(sizes);
  const rows: number[][] = [];
  for (let [first] = missing; first !== undefined; [first] = missing) {
    const row = completed(decode(first), sizes, missing);
    for (const pair of pairsOf(row)) missing.delete(pair);
    rows.push(row);
  }
  return rows;
}

/** `column:value column:value`, the smaller column first. */
type Pair = string;

function pair(columnA: number, valueA: number, columnB: number, valueB: number): Pair {
  return columnA < columnB ? `${columnA}:${valueA} ${columnB}:${valueB}` : `${columnB}:${valueB} ${columnA}:${valueA}`;
}

function decode(text: Pair): Map<number, number> {
  return new Map(text.split(' ').map((part) => part.split(':').map(Number) as [number, number]));
}

function allPairs(sizes: readonly number[]): Set<Pair> {
  const pairs = new Set<Pair>();
  for (let a = 0; a < sizes.length; a++) {
    for (let b = a + 1; b < sizes.length; b++) {
      for (let i = 0; i < sizes[a]!; i++) for (let j = 0; j < sizes[b]!; j++) pairs.add(pair(a, i, b, j));
    }
  }
  return pairs;
}

/** The pairs that meet in a row. */
export function pairsOf(row: readonly number[]): Pair[] {
  return row.flatMap((value, a) => row.slice(a + 1).map((other, k) => pair(a, value, a + 1 + k, other)));
}

/** The row with each open column given the value that meets most of the missing pairs, the widest column first. */
function completed(chosen: Map<number, number>, sizes: readonly number[], missing: ReadonlySet<Pair>): number[] {
  const open = sizes.map((_, column) => column).filter((column) => !chosen.has(column)).sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  for (const column of open) {
    const gain = (value: number) => [...chosen].filter(([other, met]) => missing.has(pair(column, value, other, met))).length;
    let best = 0;
    for (let value = 1; value < sizes[column]!; value++) if (gain(value) > gain(best)) best = value;
    chosen.set(column, best);
  }
  return sizes.map((_, column) => chosen.get(column)!);
}
