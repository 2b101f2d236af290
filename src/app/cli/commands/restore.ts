// hyperkernel restore: a run goes on from a snapshot that it left in a file.
import type { Scenario } from '../../../server/spec.js';
import { option, type Command, type Input } from '../command.js';
import { completeShared, FILE_OPTIONS, SHARED_OPTIONS, STACK_OPTION } from '../options.js';
import { SNAPSHOT_OPTION } from '../snapshot-option.js';

const { engine, ideal, json, quiet, 'max-instructions': maxInstructions } = SHARED_OPTIONS;
const AS_IT_BEGAN = { defaultDescription: 'as the run began' };

export const restoreCommand: Command = {
  words: ['restore'],
  takes: '<file>',
  summary: 'Go on with a run from a snapshot that run --snapshot-at wrote',
  positionals: { file: 'Snapshot' },
  options: {
    policy: option('Where the file of its policy lies now, if it had one', { group: 'Placement:', defaultDescription: 'where it was' }),
    engine: { ...engine!, ...AS_IT_BEGAN },
    'max-instructions': { ...maxInstructions!, ...AS_IT_BEGAN },
    ideal: ideal!, json: json!, quiet: quiet!,
    ...STACK_OPTION,
    ...FILE_OPTIONS,
    ...SNAPSHOT_OPTION,
  },
  examples: [
    ['restore run.snap', 'prints what comes after the snapshot, and the summary of the whole run'],
    ['restore run.snap --picture end.html', 'a picture from the snapshot on'],
    ['restore run.snap --json', 'the report that the run would have given'],
  ],
  complete: completeShared,
  run,
};

async function run(input: Input): Promise<number> {
  const { buildEngine, buildLimit } = await import('../../config/scenario.js');
  const { play } = await import('../play.js');
  const { readSnapshot } = await import('../snapshot-files.js');
  const { resumeRun } = await import('../../../study/experiment/run.js');
  const [limit, engineName] = [input.text('max-instructions'), input.text('engine')];
  const changes: Partial<Scenario> = {
    ...(limit !== undefined && { maxInstructions: buildLimit(limit) }),
    ...(engineName !== undefined && { engine: buildEngine(engineName) }),
  };
  const { header, snapshot } = await readSnapshot(input.text('file')!, input.text('policy'));
  return play(input, {
    program: header.program, policyFile: header.policyFile, sincePs: snapshot.state.queue.entries[0]?.timePs ?? 0,
    start: (settings) => resumeRun({ ...snapshot, scenario: { ...snapshot.scenario, ...changes } }, settings),
  });
}
