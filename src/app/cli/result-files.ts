// What a run leaves in files: --out, --trace, --picture. Checked before the run, written whole after it.
import { join } from 'node:path';
import type { Recorder } from '../../study/report/log/recorder.js';
import type { RunReport } from '../../study/report/report.js';
import { checkDirectory, checkWritable, writeWhole } from './files.js';

export interface ResultPaths {
  /** A directory for all of them. */
  readonly out: string | undefined;
  readonly trace: string | undefined;
  readonly picture: string | undefined;
}

export interface ResultFiles {
  /** To be told what happens in the run; undefined where no file needs it. */
  readonly recorder: Recorder | undefined;
  readonly write: (report: RunReport) => void;
}

/** `sincePs`: where a run that was restored goes on. */
export async function openResultFiles({ out, trace, picture }: ResultPaths, sincePs = 0): Promise<ResultFiles> {
  if (out !== undefined) checkDirectory('--out', out);
  if (trace !== undefined) checkWritable('--trace', trace);
  if (picture !== undefined) checkWritable('--picture', picture);
  const traces = [trace, out && join(out, 'trace.json')].filter((path) => path !== undefined);
  const pictures = [picture, out && join(out, 'picture.html')].filter((path) => path !== undefined);
  if (traces.length + pictures.length === 0) return { recorder: undefined, write: () => {} };

  const [{ chromeTraceText }, { Recorder }, { pictureHtml }, { summaryText }, { policyWords }] = await Promise.all([
    import('../../study/report/chrome-trace.js'), import('../../study/report/log/recorder.js'),
    import('../../study/report/picture/picture.js'), import('../../study/report/summary.js'), import('./policy-words.js'),
  ]);
  const recorder = new Recorder({}, sincePs);
  const write = (report: RunReport): void => {
    const log = recorder.log();
    const words = policyWords(report);
    if (traces.length > 0) writeAll(traces, chromeTraceText(report, log));
    if (pictures.length > 0) writeAll(pictures, pictureHtml(report, log, words));
    if (out === undefined) return;
    writeWhole(join(out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
    writeWhole(join(out, 'summary.txt'), summaryText(report, { colour: false, wall: false }, words));
  };
  return { recorder, write };
}

function writeAll(paths: readonly string[], content: string): void {
  for (const path of paths) writeWhole(path, content);
}
