// How far a long campaign is, on standard error.
import { figure } from './summary.js';

/** Rate and time left, on a terminal in one line, elsewhere now and then. */
export class Progress {
  private readonly total: number;
  private readonly what: string;
  private readonly startedMs = Date.now();
  private saidMs = 0;
  private done = 0;
  private failed = 0;

  constructor(total: number, what: string) {
    this.total = total;
    this.what = what;
  }

  add(done: number, failed: number): void {
    this.done += done;
    this.failed += failed;
    const nowMs = Date.now();
    const last = this.done === this.total;
    if (!last && nowMs - this.saidMs < (process.stderr.isTTY ? 200 : 30_000)) return;
    this.saidMs = nowMs;
    const rate = this.done / Math.max(0.001, (nowMs - this.startedMs) / 1000);
    const minutesLeft = Math.ceil((this.total - this.done) / rate / 60);
    const text = `${figure(this.done)} of ${figure(this.total)} ${this.what}, ${figure(this.failed)} failed, ${rate.toFixed(0)} a second, `
      + `${minutesLeft} min left`;
    process.stderr.write(process.stderr.isTTY ? `\r${text}  ${last ? '\n' : ''}` : `${text}\n`);
  }
}
