// Does simulated time mean anything? Published measurements against the same measured in guest programs that run through the
// whole simulator: latencies, bandwidths and loaded latencies of real two-socket servers, one of which the presets are
// calibrated on; what stalls take; and whole programs. docs/validation.md has the table.
//     node dist/bench/validate.js --parts servers --json
import { InputError } from '../src/base/diagnostics.js';
import { left, right, tableLines } from '../src/study/report/table.js';
import { printResult } from './measure.js';
import { benchOptions, someOf } from './options.js';
import { cascadeLakeRows, FULL, predictedRows } from './validation/numa.js';
import type { Row } from './validation/rows.js';
import { processorBoundRow, sharingRow, stallRows } from './validation/servers.js';

const PARTS = {
  calibrated: () => cascadeLakeRows(FULL),
  predicted: () => predictedRows(FULL),
  sharing: () => [sharingRow()],
  stalls: stallRows,
  processors: () => [processorBoundRow()],
} as const;

const names = Object.keys(PARTS) as (keyof typeof PARTS)[];

const { parts } = benchOptions(import.meta.url, { parts: someOf(names, 'what to measure') });

interface Result {
  readonly question: 'validate';
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
  printResult<Result>({ question: 'validate', rows: names.filter((name) => parts.includes(name)).flatMap((name) => PARTS[name]()) }, asText);
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(error.message);
  process.exitCode = 125;
}
