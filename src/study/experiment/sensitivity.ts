// How much a comparison rests on what is assumed: it is run again with each assumed cost of the machine halved and doubled in
// turn, and where another policy wins then, that is marked.
import { assumedCosts, withFactor, type AssumedCost } from '../../server/fabric/assumed.js';
import type { MachineSpec } from '../../server/spec.js';
import type { RunReport } from '../report/report.js';
import { compare, type CompareRequest } from './compare.js';
import { runScenario, type RunRequest } from './run.js';
import { overlap } from './statistics.js';
import type { Interval, SummaryRow } from './summary.js';

export const FACTORS = [0.5, 2] as const;

/** The comparison of a program with one cost changed. */
export interface SensitivityCell {
  readonly program: string;
  /** Name of the cost. */
  readonly cost: string;
  readonly factor: number;
  /** The policy of least mean time; null if none came to its end. */
  readonly winner: string | null;
  /** It is another than with the costs as assumed. */
  readonly changed: boolean;
  /** The 95 % intervals of the winner and of the former one do not reach each other: more than the chance of the seeds. */
  readonly toldApart: boolean;
  readonly simulatedNs: Readonly<Record<string, Interval>>;
}

export interface Sensitivity {
  readonly costs: readonly Pick<AssumedCost, 'name' | 'value' | 'source'>[];
  /** With the costs as assumed, by program in the order of the comparison. */
  readonly winners: readonly { readonly program: string; readonly winner: string | null }[];
  /** By cost, factor, then program. */
  readonly cells: readonly SensitivityCell[];
}

/** How many runs it takes. */
export function sensitivityRuns({ programs, policies, seeds, scenario }: Pick<CompareRequest, 'programs' | 'policies' | 'seeds' | 'scenario'>): number {
  return programs.length * policies.length * seeds.length * FACTORS.length * assumedCosts(scenario.machine).length;
}

/** `summary` and `runs` are those of the request with the costs as assumed. */
export function sensitivity(
  request: CompareRequest, { runs, summary }: { readonly runs: readonly RunReport[]; readonly summary: readonly SummaryRow[] },
  run: (request: RunRequest) => RunReport = runScenario,
): Sensitivity {
  const costs = assumedCosts(request.scenario.machine);
  const names = request.programs.map(({ name }) => name);
  const winners = names.map((program) => ({ program, winner: winnerOf(program, runs, summary) }));
  let done = 0;
  const total = sensitivityRuns(request);
  const cells = costs.flatMap((cost) => FACTORS.flatMap((factor) => {
    const machine: MachineSpec = withFactor(request.scenario.machine, cost, factor);
    const changed = compare({
      ...request, ideal: false, scenario: { ...request.scenario, machine },
      onRun: (report) => request.onRun?.(report, ++done, total),
    }, run);
    return winners.map(({ program, winner: former }): SensitivityCell => {
      const winner = winnerOf(program, changed.runs, changed.summary);
      const rows = changed.summary.filter((row) => row.program === program);
      const of = (policy: string | null): SummaryRow | undefined => rows.find((row) => row.policy === policy);
      const [now, before] = [of(winner), of(former)];
      return {
        program, cost: cost.name, factor, winner, changed: winner !== former,
        toldApart: winner !== former && now !== undefined && before !== undefined && now.n > 1 && !overlap(now.simulatedNs, before.simulatedNs),
        simulatedNs: Object.fromEntries(rows.map(({ policy, simulatedNs }) => [policy, simulatedNs])),
      };
    });
  }));
  return { costs: costs.map(({ name, value, source }) => ({ name, value, source })), winners, cells };
}

/** Of the policies all whose runs came to their end, the fastest; the first of equals. */
function winnerOf(program: string, runs: readonly RunReport[], summary: readonly SummaryRow[]): string | null {
  const failed = new Set(runs.filter((each) => each.program === program && each.end !== 'exit').map(({ policy }) => policy));
  const rows = summary.filter((row) => row.program === program && !failed.has(row.policy));
  return rows.reduce<SummaryRow | null>((best, row) => (best && best.simulatedNs.mean <= row.simulatedNs.mean ? best : row), null)?.policy ?? null;
}
