// What a run of the table says: the cells that failed, with the commands that run them, and counts by dimension.
import { left, right, tableLines } from '../../src/study/report/table.js';
import { BATCHES, cellIn, placesOf, wantedOf, type Filter } from './batches.js';
import { commandOf } from './cell.js';
import type { Results } from './results.js';
import { DIMENSION_NAMES, DIMENSIONS, type Cell } from './table.js';

export interface Summary {
  readonly passed: number;
  readonly failed: number;
  /** Wanted and not run. */
  readonly missing: number;
  readonly text: string;
}

const MOST_FAULTS_SHOWN = 100;

/** Of the cells that pass the filter, in the batches given. */
export function summarise(results: Results, filter: Filter, batches: (batch: number) => boolean): Summary {
  const counts = new Map<string, { passed: number; failed: number; missing: number }>();
  const faults: string[] = [];
  const all = { passed: 0, failed: 0, missing: 0 };
  for (let batch = 0; batch < BATCHES; batch++) {
    if (!batches(batch)) continue;
    const known = results.batches.get(batch);
    for (const place of placesOf(wantedOf(batch, filter))) {
      const cell = cellIn(batch, place)!;
      const ran = known !== undefined && ((known.ran >> BigInt(place)) & 1n) === 1n;
      const fault = known?.faults.get(place);
      const outcome = !ran ? 'missing' : fault === undefined ? 'passed' : 'failed';
      all[outcome]++;
      for (const name of DIMENSION_NAMES) countOf(counts, name, cell[name])[outcome]++;
      if (fault !== undefined) faults.push(`${describe(cell)}: ${fault}\n  ${commandOf(cell)}`);
    }
  }
  const rows = DIMENSION_NAMES.flatMap((name) => DIMENSIONS[name].flatMap((value) => {
    const count = counts.get(`${name}=${value}`);
    return count ? [[name, value, figure(count.passed), figure(count.failed), figure(count.missing)]] : [];
  }));
  const shown = faults.slice(0, MOST_FAULTS_SHOWN);
  if (faults.length > shown.length) shown.push(`and ${faults.length - shown.length} more`);
  const { totals } = results;
  const text = [
    ...shown,
    ...tableLines([left('dimension'), left('value'), right('passed'), right('failed'), right('not run')], rows),
    `${figure(totals.instructions)} instructions, ${figure(totals.stalls)} stalls, ${figure(totals.messages)} messages`,
    `${figure(totals.pressed)} cells in which nodes had to make room`,
    `${figure(totals.alike)} cells answered for by the other way to end copies`,
    ...(all.missing > 0 ? [`${figure(all.missing)} cells not run`] : []),
    `${all.passed} passed, ${all.failed} failed`,
  ].join('\n');
  return { ...all, text };
}

export function describe(cell: Cell): string {
  return DIMENSION_NAMES.map((name) => `${name}=${cell[name]}`).join(',');
}

export function figure(value: number): string {
  return value.toLocaleString('en-US');
}

type Counts = Map<string, { passed: number; failed: number; missing: number }>;

function countOf(counts: Counts, name: string, value: string): { passed: number; failed: number; missing: number } {
  const key = `${name}=${value}`;
  let count = counts.get(key);
  if (!count) counts.set(key, (count = { passed: 0, failed: 0, missing: 0 }));
  return count;
}
