// hyperkernel compare: the same programs under several policies and seeds.
import type { CompareRequest, Comparison } from '../../../study/experiment/compare.js';
import { fail } from '../../../base/diagnostics.js';
import { flag, option, type Command, type Input } from '../command.js';
import {
  completeShared, machineOf, refuseArguments, scenarioOptions, SHARED_OPTIONS,
} from '../options.js';

export const compareCommand: Command = {
  words: ['compare'],
  takes: '<programs..>',
  summary: 'Run programs under several policies and seeds: a table with intervals',
  positionals: { programs: 'Assembly sources' },
  options: {
    policies: option('Policies, or .mjs files with one, parted by commas', { group: 'Placement:', defaultDescription: 'all' }),
    seeds: option('How many seeds from --seed on, or a list such as 1,5,7-9', {
      group: 'Run:',
      defaultDescription: '3',
    }),
    sensitivity: flag('Again with each assumed cost of the machine halved and doubled: does another policy win?', { group: 'Run:' }),
    ...SHARED_OPTIONS,
  },
  examples: [
    ['compare programs/tiny/stencil.s', 'all policies, three seeds each'],
    [
      'compare programs/tiny/stencil.s --policies cost,page --seeds 10 --ideal',
      'two policies, with the slowdown against one node',
    ],
    ['compare programs/tiny/stencil.s --policies cost,page --sensitivity', 'and whether what is assumed decides between the two'],
    ['compare programs/tiny/*.s --json', 'every run and every summary, as JSON'],
  ],
  complete: completeShared,
  run,
};

async function run(input: Input): Promise<number> {
  const { buildScenario, DEFAULT_SEED, parseSeeds, policiesFor } = await import('../../config/scenario.js');
  const { assembleProgram, resolveIsa } = await import('../program.js');
  const { openProgress } = await import('../progress.js');
  const { print, wallMs, wantsColour } = await import('../screen.js');
  const { Faults } = await import('../../../base/diagnostics.js');
  const { parseInteger } = await import('../../../base/units.js');
  const { loadPolicyFiles } = await import('../policy-file.js');
  const policies = policiesFor(await loadPolicyFiles(input.text('policies')), input.texts('policy-option'));
  const scenario = buildScenario(await machineOf(input), { ...scenarioOptions(input), policy: policies[0]!.name });
  const firstSeed = parseInteger(input.text('seed') ?? DEFAULT_SEED, '--seed', 0, Number.MAX_SAFE_INTEGER - 1000);
  const seeds = parseSeeds(input.text('seeds'), firstSeed);
  const isa = await resolveIsa(input.text('isa'));
  refuseArguments(input, isa.name);

  const faults = new Faults();
  const paths = [...new Set(input.texts('programs'))];
  const programs = paths.flatMap((name) => {
    const assembly = faults.collect(() => assembleProgram(name, isa, input.texts('define'), scenario.machine.pageBytes));
    return assembly ? [{ name, image: assembly.image }] : [];
  });
  faults.raise();

  const { compare } = await import('../../../study/experiment/compare.js');
  const { sensitivity, sensitivityRuns } = await import('../../../study/experiment/sensitivity.js');
  const again = input.flag('sensitivity') ? sensitivityRuns({ programs, policies, seeds, scenario }) : 0;
  if (input.flag('sensitivity')) {
    if (policies.length < 2) fail('--sensitivity tells whether another policy wins: expected two policies at least');
    if (again === 0) fail(`--sensitivity: nothing is assumed of ${scenario.machine.name}`, undefined, 'a machine file says in its sources what is');
  }
  const once = programs.length * policies.length * seeds.length;
  const progress = await openProgress(input.flag('quiet'), once + again);
  let done = 0;
  const request: CompareRequest = {
    isa, programs, policies, seeds, scenario, ideal: input.flag('ideal'), wallMs, observer: progress.observer,
    onRun: () => progress.runDone(++done),
  };
  const comparison = compare(request);
  const tried = again > 0 ? sensitivity(request, comparison) : undefined;
  progress.clear();

  if (input.flag('json')) {
    print(`${JSON.stringify({ ...comparison, ...(tried && { sensitivity: tried }) }, null, 2)}\n`);
  } else {
    const { compareText } = await import('../../../study/experiment/compare-text.js');
    print(compareText(comparison, { colour: wantsColour() }));
    if (tried) {
      const { sensitivityText } = await import('../../../study/experiment/sensitivity-text.js');
      print(`\n${sensitivityText(tried, { colour: wantsColour(), seeds: seeds.length })}`);
    }
  }
  return statusOf(comparison);
}

/** 126 if a simulated server failed, 124 if a run reached a limit, else the first exit code that is not 0. */
function statusOf({ runs }: Comparison): number {
  if (runs.some(({ end }) => end === 'failed')) return 126;
  if (runs.some(({ end }) => end === 'limit')) return 124;
  return (runs.find(({ exitCode }) => exitCode !== 0)?.exitCode ?? 0) & 0xff;
}
