// A line on standard error that tells how far a run, or the runs of a comparison, have come, once that takes long.
import { SingleBar } from 'cli-progress';
import { formatPs } from '../../base/units.js';
import type { Observer } from '../../server/observe.js';
import { short } from '../../study/report/figures.js';
import { wallMs } from './screen.js';

const PATIENCE_MS = 1_000;

export class ProgressLine {
  private readonly startedMs = wallMs();
  private readonly total: number | undefined;
  private bar: SingleBar | undefined;
  private done = 0;
  private now = '';

  constructor(total: number | undefined) {
    this.total = total;
  }

  readonly observer: Observer = {
    progress: (instructions, simulatedPs) => {
      this.now = `${short(instructions)} instructions, ${formatPs(simulatedPs)} simulated`;
      this.show();
    },
  };

  runDone(done: number): void {
    this.done = done;
    this.show();
  }

  clear(): void {
    this.bar?.stop();
    this.bar = undefined;
  }

  private show(): void {
    if (wallMs() - this.startedMs < PATIENCE_MS) return;
    if (!this.bar) {
      const format =
        this.total === undefined ? '{seconds} s  {now}' : '[{bar}] {value}/{total} runs  {seconds} s  {now}';
      this.bar = new SingleBar({
        format,
        stream: process.stderr,
        clearOnComplete: true,
        barsize: 24,
        linewrap: true,
        barCompleteChar: '=',
        barIncompleteChar: ' ',
      });
      this.bar.start(this.total ?? Number.MAX_SAFE_INTEGER, this.done, this.payload());
    }
    this.bar.update(this.done, this.payload());
  }

  private payload(): object {
    return { now: this.now, seconds: Math.floor((wallMs() - this.startedMs) / 1000) };
  }
}
