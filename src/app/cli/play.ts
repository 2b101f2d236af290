// What `run` and `restore` share: a run with its output, its progress, its files and its summary.
import { fail } from '../../base/diagnostics.js';
import type { Observer } from '../../server/observe.js';
import type { RunSettings } from '../../study/experiment/run.js';
import type { Server } from '../../server/server.js';
import type { RunReport } from '../../study/report/report.js';
import type { Spin } from '../debug/core/spin.js';
import type { Input } from './command.js';
import type { PolicyFile } from './policy-file.js';

export interface Play {
  readonly program: string;
  /** For snapshots: where the policy comes from, if not from the catalogue. */
  readonly policyFile: PolicyFile;
  /** Where a restored run goes on. */
  readonly sincePs?: number;
  /** Everything is checked by then. */
  readonly start: (settings: RunSettings) => RunReport;
}

/** Gives the exit status. */
export async function play(input: Input, { program, policyFile, sincePs, start }: Play): Promise<number> {
  const { openProgress } = await import('./progress.js');
  const { note, print, screenWidth, wallMs, wantsColour } = await import('./screen.js');
  const { openResultFiles } = await import('./result-files.js');
  const { openSnapshots } = await import('./snapshot-option.js');
  const stack = input.flag('stack');
  if (stack && input.flag('quiet')) fail('--stack draws and --quiet prints nothing: give one of them');
  const files = await openResultFiles({ out: input.text('out'), trace: input.text('trace'), picture: input.text('picture') }, sincePs);
  const json = input.flag('json');
  const quiet = input.flag('quiet');
  const progress = await openProgress(quiet);
  const snapshots = await openSnapshots(input, program, policyFile, (text) => {
    if (quiet) return;
    progress.clear();
    note(text);
  });
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
  const { findSpin } = await import('../debug/core/spin-search.js');
  let spin: Spin | undefined;
  const atEnd = (server: Server): void => {
    if (server.ending!.end === 'limit') spin = findSpin(server);
  };
  const report = start({ program, observer, ideal: input.flag('ideal'), snapshots: snapshots.requests, atEnd, wallMs });
  progress.clear();

  files.write(report);
  for (const missed of snapshots.missed()) note(missed);
  if (json) {
    print(`${JSON.stringify(report, null, 2)}\n`);
  } else if (!quiet) {
    const { policyWords } = await import('./policy-words.js');
    const { summaryText } = await import('../../study/report/summary.js');
    const parting = report.output === '' ? '' : report.output.endsWith('\n') ? '\n' : '\n\n';
    print(parting + summaryText(report, { colour: wantsColour(), wall: true }, policyWords(report)));
    if (stack) {
      const { stackText } = await import('../../study/report/stack-text.js');
      print(`\n${stackText(report, { colour: wantsColour(), width: screenWidth() })}`);
    }
  }
  const status = await statusOf(report, json || quiet);
  if (spin) {
    const { spinLines } = await import('../debug/text/stop.js');
    note([...spinLines(spin), `  hyperkernel debug ${program} shows how it came to that`].join('\n'));
  }
  return status;
}

/** The guest's exit code, or 124 at a limit (as timeout), 126 if the simulated server failed. */
async function statusOf(report: RunReport, sayWhy: boolean): Promise<number> {
  if (sayWhy && (report.end !== 'exit' || report.message !== null)) {
    const { note } = await import('./screen.js');
    const { endText } = await import('../../study/report/summary.js');
    note(`${report.program}: ${endText(report)}`);
  }
  return report.end === 'exit' ? report.exitCode & 0xff : report.end === 'limit' ? 124 : 126;
}
