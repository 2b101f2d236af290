// Standard output and error: colour only where a person looks, progress on standard error once a run is long.
import { SingleBar } from 'cli-progress';
import { formatPs } from '../../base/units.js';
import type { Observer } from '../../server/observe.js';
import { short } from '../../study/report/figures.js';

const PATIENCE_MS = 1_000;

/** Whether to colour what goes to standard output. NO_COLOR: https://no-color.org */
export function wantsColour(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
}

export function print(text: string): void {
  process.stdout.write(text);
}

export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function wallMs(): number {
  return performance.now();
}

/** A line on standard error that tells how far a run, or the `total` runs of a comparison, have come. */
export class Progress {
  private readonly startedMs = wallMs();
  private readonly total: number | undefined;
  private readonly wanted: boolean;
  private bar: SingleBar | undefined;
  private done = 0;
  private now = '';

  constructor(quiet: boolean, total?: number) {
    this.total = total;
    this.wanted = !quiet && process.stderr.isTTY === true && process.env.TERM !== 'dumb';
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

  /** Takes the line away, so that something else can be written. */
  clear(): void {
    this.bar?.stop();
    this.bar = undefined;
  }

  private show(): void {
    if (!this.wanted || wallMs() - this.startedMs < PATIENCE_MS) return;
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
