// How good is each placement policy? Simulated time relative to the best policy, by program and machine, as the mean over
// seeds; for each policy the geometric mean and the worst of these ratios (Fleming and Wallace, "How not to lie with
// statistics", CACM 29(3), 1986, on the geometric mean of ratios). Some minutes for all; options narrow it:
//     node dist/bench/policies.js --programs gups,stencil --machines sds-efa --seeds 11,12 --nodes 8 --json
import { join } from 'node:path';
import { builtinIsa } from '../isa/index.js';
import { assembleProgram } from '../src/app/cli/program.js';
import { fail, InputError } from '../src/base/diagnostics.js';
import { machinePreset } from '../src/server/fabric/presets.js';
import { compare } from '../src/study/experiment/compare.js';
import { left, right, tableLines } from '../src/study/report/table.js';
import { printResult, programsIn, ROOT } from './measure.js';
import { benchOptions, count, list } from './options.js';

const options = benchOptions(import.meta.url, {
  programs: list([], 'programs of programs/tiny; all of them if not given'),
  machines: list(['sds-ethernet-25g', 'sds-efa', 'numa-4s'], 'presets'),
  policies: list(['first-touch', 'interleave', 'page', 'vcpu', 'cost'], 'policies'),
  seeds: list(['1', '2', '3'], 'seeds'),
  nodes: count(4, 'nodes of each machine'), vcpus: count(8, 'vCPUs'),
  define: list([], 'values of symbols, as N=64'),
});

interface Row {
  readonly machine: string;
  readonly program: string;
  /** The best policy's simulated time. */
  readonly bestNs: number;
  /** Simulated time over `bestNs`, by policy. */
  readonly relative: Readonly<Record<string, number>>;
}

interface Total {
  readonly policy: string;
  readonly geometricMean: number;
  readonly worst: number;
  /** Machine and program of the worst. */
  readonly worstOn: string;
}

interface Result {
  readonly question: 'policies';
  readonly nodes: number;
  readonly vcpus: number;
  readonly seeds: readonly number[];
  readonly rows: readonly Row[];
  readonly totals: readonly Total[];
}

/** Far above what any program takes at its default size. */
const MAX_INSTRUCTIONS = 1e9;

function measure(): Result {
  const { define, nodes, policies, vcpus } = options;
  const folder = join(ROOT, 'programs', 'tiny');
  const isa = builtinIsa('tiny');
  const programs = (options.programs.length > 0 ? options.programs : programsIn(folder)).map((name) =>
    ({ name, image: assembleProgram(join(folder, `${name}.s`), isa, define).image }));
  const seeds = options.seeds.map((text) => (/^[1-9]\d{0,5}$/.test(text) ? Number(text) : fail(`--seeds: expected numbers from 1 to 999999, not "${text}"`)));
  const rows: Row[] = [];
  for (const machine of options.machines) {
    for (const program of programs) {
      const { runs, summary } = compare({
        isa, programs: [program], policies: policies.map((name) => ({ name, options: {} })), seeds, ideal: false,
        wallMs: () => 0,
        scenario: {
          machine: { ...machinePreset(machine), nodes }, vcpus, sliceMode: 'loop', maxInstructions: MAX_INSTRUCTIONS,
          timeScale: 1, startSkewPs: 1_000_000,
        },
      });
      const broken = runs.find(({ end, exitCode }) => end !== 'exit' || exitCode !== 0);
      if (broken) {
        const { policy, seed, message, end } = broken;
        fail(`${program.name} on ${machine} under ${policy}, seed ${seed}: ${message ?? end}`);
      }
      const bestNs = Math.min(...summary.map(({ simulatedNs }) => simulatedNs.mean));
      const relative = Object.fromEntries(summary.map(({ policy, simulatedNs }) => [policy, simulatedNs.mean / bestNs]));
      rows.push({ machine, program: program.name, bestNs, relative });
    }
  }
  return { question: 'policies', nodes, vcpus, seeds, rows, totals: policies.map((policy) => total(policy, rows)) };
}

function total(policy: string, rows: readonly Row[]): Total {
  const ratios = rows.map(({ relative }) => relative[policy]!);
  const logs = ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0);
  const worst = Math.max(...ratios);
  const { machine, program } = rows[ratios.indexOf(worst)]!;
  return { policy, geometricMean: Math.exp(logs / ratios.length), worst, worstOn: `${machine} ${program}` };
}

function asText({ nodes, vcpus, seeds, rows, totals }: Result): string {
  const policies = totals.map(({ policy }) => policy);
  const cells = rows.map(({ machine, program, bestNs, relative }) =>
    [machine, program, `${(bestNs / 1000).toFixed(0)} us`, ...policies.map((policy) => relative[policy]!.toFixed(2))]);
  const sums = totals.map(({ policy, geometricMean, worst, worstOn }) =>
    [policy, geometricMean.toFixed(3), worst.toFixed(2), worstOn]);
  return [
    `policies: simulated time relative to the best; ${nodes} nodes, ${vcpus} vCPUs, seeds ${seeds.join(' ')}`,
    ...tableLines([left('machine'), left('program'), right('best'), ...policies.map(right)], cells), '',
    ...tableLines([left('policy'), right('geometric mean'), right('worst'), left('on')], sums),
  ].join('\n');
}

try {
  printResult(measure(), asText);
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(error.message);
  process.exitCode = 125;
}
