// hyperkernel restore: a run goes on from a snapshot that it left in a file.
import { option, type Command, type Input } from '../command.js';
import { FILE_OPTIONS, SHARED_OPTIONS } from '../options.js';
import { SNAPSHOT_OPTION } from '../snapshot-option.js';

const { ideal, json, quiet, 'max-instructions': maxInstructions } = SHARED_OPTIONS;

export const restoreCommand: Command = {
  words: ['restore'],
  takes: '<file>',
  summary: 'Go on with a run from a snapshot that run --snapshot-at wrote',
  positionals: { file: 'Snapshot' },
  options: {
    policy: option('Where the file of its policy lies now, if it had one', { group: 'Placement:', defaultDescription: 'where it was' }),
    'max-instructions': { ...maxInstructions!, defaultDescription: 'as the run began' },
    ideal: ideal!, json: json!, quiet: quiet!,
    ...FILE_OPTIONS,
    ...SNAPSHOT_OPTION,
  },
  examples: [
    ['restore run.snap', 'prints what comes after the snapshot, and the summary of the whole run'],
    ['restore run.snap --picture end.html', 'a picture from the snapshot on'],
    ['restore run.snap --json', 'the report that the run would have given'],
  ],
  run,
};

async function run(input: Input): Promise<number> {
  const { buildLimit } = await import('../../config/scenario.js');
  const { play } = await import('../play.js');
  const { readSnapshot } = await import('../snapshot-files.js');
  const { resumeRun } = await import('../../../study/experiment/run.js');
  const limit = input.text('max-instructions');
  const { header, snapshot } = await readSnapshot(input.text('file')!, input.text('policy'));
  const { scenario, state } = snapshot;
  const resumed = limit === undefined ? snapshot : { ...snapshot, scenario: { ...scenario, maxInstructions: buildLimit(limit) } };
  return play(input, {
    program: header.program, policyFile: header.policyFile, sincePs: state.queue.entries[0]?.timePs ?? 0,
    start: (settings) => resumeRun(resumed, settings),
  });
}
