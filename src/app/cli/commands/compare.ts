// hyperkernel compare: the same programs under several policies and seeds.
import type { Comparison } from '../../../study/experiment/compare.js';
import { option, type Command, type Input } from '../command.js';
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
    ...SHARED_OPTIONS,
  },
  examples: [
    ['compare programs/tiny/stencil.s', 'all policies, three seeds each'],
    [
      'compare programs/tiny/stencil.s --policies cost,page --seeds 10 --ideal',
      'two policies, with the slowdown against one node',
    ],
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
    const assembly = faults.collect(() => assembleProgram(name, isa, input.texts('define')));
    return assembly ? [{ name, image: assembly.image }] : [];
  });
  faults.raise();

  const { compare } = await import('../../../study/experiment/compare.js');
  const progress = await openProgress(input.flag('quiet'), programs.length * policies.length * seeds.length);
  const comparison = compare({
    isa, programs, policies, seeds, scenario, ideal: input.flag('ideal'), wallMs, observer: progress.observer,
    onRun: (_, done) => progress.runDone(done),
  });
  progress.clear();

  if (input.flag('json')) {
    print(`${JSON.stringify(comparison, null, 2)}\n`);
  } else {
    const { compareText } = await import('../../../study/experiment/compare-text.js');
    print(compareText(comparison, { colour: wantsColour() }));
  }
  return statusOf(comparison);
}

/** 126 if a simulated server failed, 124 if a run reached a limit, else the first exit code that is not 0. */
function statusOf({ runs }: Comparison): number {
  if (runs.some(({ end }) => end === 'failed')) return 126;
  if (runs.some(({ end }) => end === 'limit')) return 124;
  return (runs.find(({ exitCode }) => exitCode !== 0)?.exitCode ?? 0) & 0xff;
}
