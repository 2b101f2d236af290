// Which pages are updated frequently, as far as one node's write stalls tell. Modelled on published patents (US 11,023,135;
// 11,803,306): a page enters a small table, in place of an entry, when its write stalls are more frequent than that
// entry's. The sizes are not published: they are this project's.
import { FadingCounts, type FadingState } from './fading-counts.js';

export interface HotPageState {
  readonly writeStalls: FadingState;
  readonly hot: readonly number[];
}

export class HotPageTable {
  private readonly entries: number;
  private readonly least: number;
  private readonly writeStalls: FadingCounts;
  private hot: number[] = [];

  /** `entries` pages at most, each with at least `least` write stalls in a window or so; `pages` are watched. */
  constructor(entries: number, least: number, pages: number, windowPs: number) {
    this.entries = entries;
    this.least = least;
    this.writeStalls = new FadingCounts(pages, windowPs);
  }

  has(page: number): boolean {
    return this.hot.includes(page);
  }

  /** Takes note of a stall; counts it if it is for a write. */
  stalled(page: number, write: boolean, nowPs: number): void {
    this.writeStalls.fade(nowPs);
    const frequency = write ? this.writeStalls.add(page, nowPs) : this.writeStalls.of(page);
    this.hot = this.hot.filter((entry) => this.writeStalls.of(entry) >= this.least);
    if (!write || frequency < this.least || this.has(page)) return;
    if (this.hot.length < this.entries) this.hot.push(page);
    else this.replace(page, frequency);
  }

  toState(): HotPageState {
    return { writeStalls: this.writeStalls.toState(), hot: [...this.hot] };
  }

  restore({ writeStalls, hot }: HotPageState): void {
    this.writeStalls.restore(writeStalls);
    this.hot = [...hot];
  }

  /** The least frequent entry, the oldest of equals, gives way to a page that is more frequent. */
  private replace(page: number, frequency: number): void {
    const frequencies = this.hot.map((entry) => this.writeStalls.of(entry));
    const least = Math.min(...frequencies);
    if (frequency > least) this.hot.splice(frequencies.indexOf(least), 1, page);
  }
}
