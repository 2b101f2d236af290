// hyperkernel run: one program on one simulated server.
import type { Observer } from '../../../server/observe.js';
import type { RunReport } from '../../../study/report/report.js';
import type { Command, Input } from '../command.js';
import {
  completeShared, FILE_OPTIONS, machineOf, POLICY_OPTION, refuseArguments, scenarioOptions, SHARED_OPTIONS,
} from '../options.js';

export const runCommand: Command = {
  words: ['run'],
  takes: '<program>',
  summary: 'Run a guest program, print its output, then a summary',
  positionals: { program: 'Assembly source' },
  options: {
    ...POLICY_OPTION,
    ...SHARED_OPTIONS,
    ...FILE_OPTIONS,
  },
  examples: [
    ['run programs/tiny/hello.s', 'on four nodes of a software-defined server'],
    [
      'run programs/tiny/stencil.s --nodes 8 --policy page --ideal',
      'and on one node with everything, for the slowdown',
    ],
    ['run programs/tiny/stencil.s --define N=64 --picture run.html', 'a small one, and a picture of what moved'],
    ['run programs/tiny/gups.s --machine numa-4s --json', 'on a load/store fabric, as JSON'],
  ],
  complete: completeShared,
  run,
};

async function run(input: Input): Promise<number> {
  const { buildScenario } = await import('../../config/scenario.js');
  const { assembleProgram, resolveIsa } = await import('../program.js');
  const { openProgress } = await import('../progress.js');
  const { print, wallMs, wantsColour } = await import('../screen.js');
  const { loadPolicyFiles } = await import('../policy-file.js');
  const scenario = buildScenario(await machineOf(input), {
    ...scenarioOptions(input),
    policy: await loadPolicyFiles(input.text('policy')),
    policyOption: input.texts('policy-option'),
  });
  const isa = await resolveIsa(input.text('isa'));
  refuseArguments(input, isa.name);
  const { openResultFiles } = await import('../result-files.js');
  const files = await openResultFiles({ out: input.text('out'), trace: input.text('trace'), picture: input.text('picture') });
  const path = input.text('program')!;
  const { image } = assembleProgram(path, isa, input.texts('define'));

  const json = input.flag('json');
  const quiet = input.flag('quiet');
  const progress = await openProgress(quiet);
  const { runScenario } = await import('../../../study/experiment/run.js');
  const observer: Observer = {
    ...progress.observer,
    ...files.recorder?.observer,
    ...(!json && {
      output: (text: string) => {
        progress.clear();
        print(text);
      },
    }),
  };
  const report = runScenario({ isa, image, program: path, scenario, observer, ideal: input.flag('ideal'), wallMs });
  progress.clear();

  files.write(report);
  if (json) {
    print(`${JSON.stringify(report, null, 2)}\n`);
  } else if (!quiet) {
    const { policyWords } = await import('../policy-words.js');
    const { summaryText } = await import('../../../study/report/summary.js');
    const parting = report.output === '' ? '' : report.output.endsWith('\n') ? '\n' : '\n\n';
    print(parting + summaryText(report, { colour: wantsColour(), wall: true }, policyWords(report)));
  }
  return statusOf(report, json || quiet);
}

/** The guest's exit code, or 124 at a limit (as timeout), 126 if the simulated server failed. */
async function statusOf(report: RunReport, sayWhy: boolean): Promise<number> {
  if (sayWhy && (report.end !== 'exit' || report.message !== null)) {
    const { note } = await import('../screen.js');
    const { endText } = await import('../../../study/report/summary.js');
    note(`${report.program}: ${endText(report)}`);
  }
  return report.end === 'exit' ? report.exitCode & 0xff : report.end === 'limit' ? 124 : 126;
}
