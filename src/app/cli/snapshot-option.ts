// --snapshot-at TIME FILE: snapshots on the way of a run.
import type { Options } from 'yargs';
import { fail } from '../../base/diagnostics.js';
import { formatBytes, formatPs, parsePs } from '../../base/units.js';
import type { SnapshotRequest } from '../../study/experiment/run.js';
import { short } from '../../study/report/figures.js';
import type { Input } from './command.js';
import { checkWritable } from './files.js';
import type { PolicyFile } from './policy-file.js';

const NAME = 'snapshot-at';

export const SNAPSHOT_OPTION: Readonly<Record<string, Options>> = {
  [NAME]: {
    type: 'string', nargs: 2, group: 'Output:', describe: 'TIME FILE: write a snapshot then, such as 1.5ms run.snap; restore goes on from it',
  },
};

export interface Snapshots {
  readonly requests: readonly SnapshotRequest[];
  /** After the run: the files that it did not come to, in words. */
  missed(): string[];
}

/** What the option asks for. `tell` hears of each file that was written. */
export async function openSnapshots(
  input: Input, program: string, policyFile: PolicyFile, tell: (text: string) => void,
): Promise<Snapshots> {
  const words = input.texts(NAME);
  const asked = Array.from({ length: words.length / 2 }, (_, i) => ({
    atPs: parsePs(words[2 * i]!, `--${NAME}`), file: words[2 * i + 1]!, time: words[2 * i]!,
  }));
  for (const { file } of asked) {
    if (asked.filter((other) => other.file === file).length > 1) fail(`--${NAME}: ${file} is named more than once`);
    checkWritable(`--${NAME}`, file);
  }
  if (asked.length === 0) return { requests: [], missed: () => [] };
  const { writeSnapshot } = await import('./snapshot-files.js');
  const written = new Set<string>();
  return {
    requests: asked.map(({ atPs, file }) => ({
      atPs,
      take: (snapshot) => {
        const bytes = writeSnapshot(file, snapshot, program, policyFile);
        written.add(file);
        const { queue, slices } = snapshot.state;
        tell(`${file}: ${formatPs(queue.entries[0]!.timePs)}, ${short(slices.instructions)} instructions, ${formatBytes(bytes)}`);
      },
    })),
    missed: () => asked.filter(({ file }) => !written.has(file)).map(({ file, time }) => `${file}: not written, the run ended before ${time}`),
  };
}
