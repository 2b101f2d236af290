// The same programs under several policies and seeds: every run, and a row for each program and policy over its seeds.
import type { Image } from '../../guest/asm/image.js';
import type { Isa } from '../../guest/lang/model.js';
import type { Observer } from '../../server/observe.js';
import type { Scenario } from '../../server/spec.js';
import type { RunReport } from '../report/report.js';
import { runScenario, type RunRequest } from './run.js';
import { interval } from './statistics.js';
import type { SummaryRow } from './summary.js';

export interface CompareRequest {
  readonly isa: Isa;
  readonly programs: readonly { readonly name: string; readonly image: Image }[];
  readonly policies: readonly { readonly name: string; readonly options: Readonly<Record<string, string>> }[];
  readonly seeds: readonly number[];
  readonly scenario: Omit<Scenario, 'policy' | 'policyOptions' | 'seed'>;
  /** Also run each program and seed on one node, for `slowdownVsIdeal`. */
  readonly ideal: boolean;
  readonly observer?: Observer;
  /** Wall clock in milliseconds, for `wallSeconds` and `mips` only. */
  readonly wallMs: () => number;
  /** Called after each run. */
  readonly onRun?: (report: RunReport, done: number, total: number) => void;
}

export interface Comparison {
  /** By program, then policy, then seed, each in the order asked for. */
  readonly runs: readonly RunReport[];
  /** By program, then policy. */
  readonly summary: readonly SummaryRow[];
}

/** Throws an InputError for a scenario that cannot start; a run that fails is one of the runs. */
export function compare(request: CompareRequest, run: (request: RunRequest) => RunReport = runScenario): Comparison {
  const { isa, programs, policies, seeds, scenario, observer, wallMs } = request;
  const runs: RunReport[] = [];
  const total = programs.length * policies.length * seeds.length;
  for (const { name: program, image } of programs) {
    // The ideal server has one node and so no policy: one run for each seed serves them all.
    const ideals = new Map<number, number | null>();
    for (const { name: policy, options: policyOptions } of policies) {
      for (const seed of seeds) {
        const known = ideals.get(seed);
        const report = run({
          isa, image, program, wallMs, ideal: request.ideal && known === undefined,
          scenario: { ...scenario, policy, policyOptions, seed }, ...(observer && { observer }),
        });
        if (known === undefined) ideals.set(seed, report.idealNs);
        runs.push(known === undefined ? report : { ...report, idealNs: known });
        request.onRun?.(runs[runs.length - 1]!, runs.length, total);
      }
    }
  }
  return { runs, summary: summarise(runs) };
}

/** A row for each program and policy, in the order of their first runs. */
export function summarise(runs: readonly RunReport[]): SummaryRow[] {
  const groups = new Map<string, RunReport[]>();
  for (const run of runs) {
    const key = JSON.stringify([run.program, run.policy]);
    (groups.get(key) ?? groups.set(key, []).get(key)!).push(run);
  }
  return [...groups.values()].map(summaryRow);
}

function summaryRow(runs: readonly RunReport[]): SummaryRow {
  const of = (value: (run: RunReport) => number) => interval(runs.map(value));
  const { program, policy } = runs[0]!;
  return {
    program, policy, n: runs.length,
    simulatedNs: of((run) => run.simulatedNs),
    slowdownVsIdeal: runs.some((run) => run.idealNs === null) ? null : of((run) => run.simulatedNs / run.idealNs!),
    stalls: of((run) => run.stalls),
    pagesMoved: of((run) => run.pagesMoved),
    pagesReplicated: of((run) => run.pagesReplicated),
    vcpusMoved: of((run) => run.vcpusMoved),
    remoteAccesses: of((run) => run.remoteAccesses),
    fabricBytes: of((run) => run.fabricBytes),
    localAccessRatio: of((run) => run.localAccessRatio),
  };
}
