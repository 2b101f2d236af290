// One run, from an assembled image to its report.
import type { Image } from '../../guest/asm/image.js';
import type { Isa } from '../../guest/lang/model.js';
import type { Observer } from '../../server/observe.js';
import type { Scenario } from '../../server/spec.js';
import type { RunReport } from '../report/report.js';

export interface RunRequest {
  readonly isa: Isa;
  readonly image: Image;
  /** Name of the program in the report. */
  readonly program: string;
  readonly scenario: Scenario;
  readonly observer?: Observer;
  /** Also run on one node with all cores and memory, for `idealNs`. */
  readonly ideal?: boolean;
  /** Check the coherence rules after every event; slow. */
  readonly check?: boolean;
  /** Wall clock in milliseconds, for `wallSeconds` and `mips` only. */
  readonly wallMs: () => number;
}

/** Runs to the end. Throws InputError for a scenario that cannot start; a failing server is `end: 'failed'`. */
export declare function runScenario(request: RunRequest): RunReport;
