// Does simulated time mean anything? Published measurements against the same measured in guest programs that run through the
// whole simulator: latencies, bandwidths and loaded latencies of real two-socket servers, one of which the presets are
// calibrated on; what stalls take; and whole programs. docs/validation.md has the table.
//     node dist/bench/validate.js --parts servers --json
import { InputError } from '../src/base/diagnostics.js';
import { left, right, tableLines } from '../src/study/report/table.js';
import { CACHES } from '../src/server/fabric/caches.js';
import { printResult } from './measure.js';
import { benchOptions, oneOf, someOf } from './options.js';
import type { Change } from './validation/guests.js';
import { cascadeLakeRows, FULL, predictedRows } from './validation/numa.js';
import type { Row } from './validation/rows.js';
import { processorBoundRow, sharingRow, stallRows } from './validation/servers.js';

const PARTS = {
  calibrated: (change: Change) => cascadeLakeRows(FULL, change),
  predicted: (change: Change) => predictedRows(FULL, change),
  sharing: (change: Change) => [sharingRow(change)],
  stalls: stallRows,
  processors: (change: Change) => [processorBoundRow(change)],
} as const;

const names = Object.keys(PARTS) as (keyof typeof PARTS)[];

const { parts, caches } = benchOptions(import.meta.url, {
  parts: someOf(names, 'what to measure'), caches: oneOf(['all', 'none'], 'all', 'caches behind L1 that the machines have'),
});

const change: Change = (machine) => ({ ...machine, caches: caches === 'all' ? machine.caches ?? CACHES : null });

interface Result {
  readonly question: 'validate';
  readonly caches: string;
  readonly rows: readonly Row[];
}

function asText({ rows }: Result): string {
  const failing = rows.filter(({ holds }) => !holds).length;
  return [
    'validate: published measurements, and the same in guest programs on the simulated machine',
    ...tableLines(
      [left('experiment'), right('published'), right('measured'), left('expected'), left('holds')],
      rows.map(({ name, published, expected, measured, holds }) => [name, published, measured, expected, holds ? 'yes' : 'NO']),
    ),
    `${rows.length - failing} of ${rows.length} hold`,
  ].join('\n');
}

try {
  printResult<Result>({ question: 'validate', caches, rows: names.filter((name) => parts.includes(name)).flatMap((name) => PARTS[name](change)) }, asText);
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(error.message);
  process.exitCode = 125;
}
