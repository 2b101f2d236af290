// hyperkernel run: one program on one simulated server.
import type { Command, Input } from '../command.js';
import { completeShared, FILE_OPTIONS, POLICY_OPTION, SHARED_OPTIONS, STACK_OPTION } from '../options.js';
import { SNAPSHOT_OPTION } from '../snapshot-option.js';

export const runCommand: Command = {
  words: ['run'],
  takes: '<program>',
  summary: 'Run a guest program, print its output, then a summary',
  positionals: { program: 'Assembly source' },
  options: {
    ...POLICY_OPTION,
    ...SHARED_OPTIONS,
    ...STACK_OPTION,
    ...FILE_OPTIONS,
    ...SNAPSHOT_OPTION,
  },
  examples: [
    ['run programs/tiny/hello.s', 'on four nodes of a software-defined server'],
    [
      'run programs/tiny/stencil.s --nodes 8 --policy page --ideal',
      'and on one node with everything, for the slowdown',
    ],
    ['run programs/tiny/stencil.s --define N=64 --picture run.html', 'a small one, and a picture of what moved'],
    ['run programs/tiny/sort.s --stack', 'and draw where the time went, from mark to mark'],
    ['run programs/tiny/gups.s --machine numa-4s --json', 'on a load/store fabric, as JSON'],
    ['run programs/tiny/stencil.s --snapshot-at 1.5ms run.snap', 'and keep the run as it is then'],
  ],
  complete: completeShared,
  run,
};

async function run(input: Input): Promise<number> {
  const { guestRun } = await import('../guest-run.js');
  const { play } = await import('../play.js');
  const { runScenario } = await import('../../../study/experiment/run.js');
  const { scenario, isa, program, image, policyFile } = await guestRun(input);
  return play(input, {
    program, policyFile,
    start: (settings) => runScenario({ isa, image, scenario, ...settings }),
  });
}
