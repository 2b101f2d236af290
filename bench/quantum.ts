// What does the default quantum cost in truth? Simulated time at the default quantum against the same run with slices of one
// instruction, by program, machine preset and policy, as medians over seeds; and the pairs of policies whose order the quantum
// turns round although their times differ by more than `--margin` percent. Rows beyond that margin are measured again with more
// seeds. A quarter of an hour for all; options narrow it:
//     node dist/bench/quantum.js --programs locks --machines numa-2s,sds-efa --policies cost --seeds 1,2,3 --json
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { builtinIsa } from '../isa/index.js';
import { assembleProgram } from '../src/app/cli/program.js';
import { fail, InputError, type Diagnostic } from '../src/base/diagnostics.js';
import { machineNames, machinePreset } from '../src/server/fabric/presets.js';
import { allGuestCores } from '../src/server/nodes.js';
import type { SliceMode } from '../src/server/spec.js';
import { left, right, tableLines } from '../src/study/report/table.js';
import { runScenario } from '../src/study/experiment/run.js';
import { median, printResult, programsIn, ROOT } from './measure.js';
import { benchOptions, count, list, someOf } from './options.js';

const FOLDER = join(ROOT, 'programs', 'tiny');

const options = benchOptions(import.meta.url, {
  programs: list(['falseshare', 'locks', 'pingpong'], 'programs of programs/tiny, or all'),
  machines: someOf(machineNames(), 'presets'),
  policies: list(['first-touch', 'interleave', 'page', 'vcpu', 'cost'], 'policies'),
  seeds: list(['1', '2', '3', '4', '5'], 'seeds'),
  margin: count(10, 'percent by which policies must differ for their order to count'),
  again: count(15, 'seeds, from 1 on, with which rows beyond that margin are measured again'),
  define: list([], 'values of symbols, as N=64'),
  workers: count(2, 'threads that run'),
});

interface Job {
  readonly machine: string;
  readonly program: string;
  readonly policy: string;
  readonly seeds: readonly number[];
}

interface Row extends Job {
  /** Medians over seeds. */
  readonly instructionNs: number;
  readonly loopNs: number;
  /** loopNs / instructionNs - 1 */
  readonly error: number;
  /** Of the times in instruction mode: how far they lie apart from seed to seed, in parts of the median. */
  readonly spread: number;
}

interface RankChange extends Pick<Job, 'machine' | 'program'> {
  /** In instruction mode. */
  readonly faster: string;
  readonly slower: string;
  /** Time of `slower` over that of `faster`. */
  readonly instructionRatio: number;
  readonly loopRatio: number;
}

type Answer = Row | { readonly faults: readonly Diagnostic[] };

interface Result {
  readonly question: 'quantum';
  readonly seeds: readonly number[];
  readonly margin: number;
  readonly rows: readonly Row[];
  /** Those beyond the margin, with more seeds. */
  readonly again: readonly Row[];
  readonly rankChanges: readonly RankChange[];
}

/** Far above what any program takes at its default size. */
const MAX_INSTRUCTIONS = 1e9;

const seeds = options.seeds.map((text) =>
  (/^[1-9]\d{0,5}$/.test(text) ? Number(text) : fail(`--seeds: expected numbers from 1 to 999999, not "${text}"`)));

function measure({ machine: name, program, policy, seeds: over }: Job): Row {
  const isa = builtinIsa('tiny');
  const machine = machinePreset(name);
  const { image } = assembleProgram(join(FOLDER, `${program}.s`), isa, options.define);
  const times = (sliceMode: SliceMode) => over.map((seed) => {
    const { simulatedNs, end, exitCode, message } = runScenario({
      isa, image, program, wallMs: () => 0,
      scenario: {
        machine, vcpus: allGuestCores(machine), policy, policyOptions: {}, seed, sliceMode, maxInstructions: MAX_INSTRUCTIONS,
        timeScale: 1, startSkewPs: 1_000_000,
      },
    });
    return end === 'exit' && exitCode === 0 ? simulatedNs
      : fail(`${program} on ${name} under ${policy}, seed ${seed}, mode ${sliceMode}: ${message ?? end}`);
  });
  const exact = times('instruction');
  const instructionNs = median(exact);
  const loopNs = median(times('loop'));
  return {
    machine: name, program, policy, seeds: over, instructionNs, loopNs, error: loopNs / instructionNs - 1,
    spread: (Math.max(...exact) - Math.min(...exact)) / instructionNs,
  };
}

/** Each thread takes the next job as it is done with one; the rows come in the order of the jobs. */
async function measureAll(jobs: readonly Job[]): Promise<Row[]> {
  const rows: Row[] = [];
  let next = 0;
  const work = () => new Promise<void>((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { argv: process.argv.slice(2), workerData: 'runs' });
    let job = 0;
    const give = () => {
      job = next++;
      if (job < jobs.length) worker.postMessage(jobs[job]);
      else void worker.terminate().then(() => resolve());
    };
    worker.on('message', (answer: Answer) => {
      if ('faults' in answer) reject(new InputError(answer.faults));
      else {
        rows[job] = answer;
        give();
      }
    });
    worker.on('error', reject);
    give();
  });
  await Promise.all(Array.from({ length: Math.min(options.workers, jobs.length) }, work));
  return rows;
}

function rankChanges(rows: readonly Row[]): RankChange[] {
  const changes: RankChange[] = [];
  for (const a of rows) {
    for (const b of rows) {
      if (a.machine !== b.machine || a.program !== b.program) continue;
      const instructionRatio = b.instructionNs / a.instructionNs;
      const loopRatio = b.loopNs / a.loopNs;
      if (instructionRatio <= 1 + options.margin / 100 || loopRatio >= 1) continue;
      changes.push({ machine: a.machine, program: a.program, faster: a.policy, slower: b.policy, instructionRatio, loopRatio });
    }
  }
  return changes;
}

const isBeyond = ({ error }: Row): boolean => Math.abs(error) > options.margin / 100;

const percent = (part: number) => `${part < 0 ? '-' : '+'}${Math.abs(100 * part).toFixed(1)}`;

function asText({ rows, again, rankChanges: changes, margin }: Result): string {
  const { policies } = options;
  const places = rows.filter(({ policy }) => policy === policies[0]);
  const cells = places.map(({ machine, program }) => {
    const here = rows.filter((row) => row.machine === machine && row.program === program);
    const widest = Math.max(...here.map(({ spread }) => spread));
    return [machine, program, `${(100 * widest).toFixed(0)}`, ...here.map(({ error }) => percent(error))];
  });
  const beyond = rows.filter(isBeyond).length;
  const asked = again.map((row) => [row.machine, row.program, row.policy, `${(100 * row.spread).toFixed(0)}`, percent(row.error)]);
  const lines = changes.map((each) => [each.machine, each.program, `${each.faster} before ${each.slower}`,
    `${percent(each.instructionRatio - 1)} %`, `${percent(each.loopRatio - 1)} %`]);
  return [
    `quantum: percent by which the simulated time at the default quantum differs from that in instruction mode;`,
    `medians over seeds ${seeds.join(' ')}; spread: of the times in instruction mode over the seeds, the widest of the policies`,
    ...tableLines([left('machine'), left('program'), right('spread'), ...policies.map(right)], cells), '',
    `${beyond} of ${rows.length} beyond ${margin} %; policies that differ by more and change their order: ${changes.length || 'none'}`,
    ...(lines.length > 0 ? tableLines([left('machine'), left('program'), left('policies'), right('by'), right('here')], lines) : []),
    ...(asked.length > 0 ? [
      `those beyond, again over ${options.again} seeds: ${again.filter(isBeyond).length} of ${asked.length} beyond ${margin} %`,
      ...tableLines([left('machine'), left('program'), left('policy'), right('spread'), right('error')], asked)] : []),
  ].join('\n');
}

async function main(): Promise<void> {
  const known = programsIn(FOLDER);
  const programs = options.programs.join() === 'all' ? known : options.programs;
  const jobs = options.machines.flatMap((machine) =>
    programs.flatMap((program) => options.policies.map((policy) => ({ machine, program, policy, seeds }))));
  const rows = await measureAll(jobs);
  // A median over few seeds is itself uncertain: what seems to be beyond is asked again.
  const more = Array.from({ length: options.again }, (_, i) => i + 1);
  const again = more.length > seeds.length
    ? await measureAll(rows.filter(isBeyond).map(({ machine, program, policy }) => ({ machine, program, policy, seeds: more }))) : [];
  printResult<Result>({ question: 'quantum', seeds, margin: options.margin, rows, again, rankChanges: rankChanges(rows) }, asText);
}

function answer(job: Job): Answer {
  try {
    return measure(job);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { faults: error.diagnostics };
  }
}

if (!isMainThread && workerData === 'runs') parentPort!.on('message', (job: Job) => parentPort!.postMessage(answer(job)));
else {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    console.error(error.message);
    process.exit(125);
  }
}
