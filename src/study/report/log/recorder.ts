// An observer that keeps a run's log for picture and trace, bounded in memory: when a part is full, it grows coarser.
import { formatPs } from '../../../base/units.js';
import type { MoveKind, Observer, SpanKind } from '../../../server/observe.js';
import type { MarkRecord, PageRecord, RunLog, SpanRecord, VcpuMoveRecord } from './log.js';
import { thinMoves, thinPages, thinSpans } from './thin.js';

export interface RecorderLimits {
  readonly spans: number;
  readonly pages: number;
  readonly moves: number;
  readonly marks: number;
}

const DEFAULT_LIMITS: RecorderLimits = { spans: 120_000, pages: 120_000, moves: 20_000, marks: 5_000 };

type Writable<T> = { -readonly [K in keyof T]: T[K] };
interface Holders { owner: number; copies: readonly number[] }

export class Recorder {
  /** Its ears; may be spread into an observer that does more. */
  readonly observer: Observer = {
    span: (vcpu, node, core, kind, fromPs, toPs) => this.span(vcpu, node, core, kind, fromPs, toPs),
    pageMoved: (page, kind, from, to, atPs, reason) => this.pageMoved(page, kind, from, to, atPs, reason),
    vcpuMoved: (vcpu, from, to, departPs, arrivePs, reason) =>
      this.vcpuMoved(vcpu, from, to, departPs, arrivePs, reason),
    mark: (vcpu, name, atPs) => this.mark(vcpu, name, atPs),
  };

  private readonly limits: RecorderLimits;
  private readonly sincePs: number;
  private readonly spans: Writable<SpanRecord>[][] = [];
  private spanCount = 0;
  private spanGrainPs = 0;
  private pages: PageRecord[] = [];
  private pageGrainPs = 0;
  /** Only pages that are a multiple of it are kept. */
  private pageStride = 1;
  private readonly holders = new Map<number, Holders>();
  private moves: VcpuMoveRecord[] = [];
  private moveGrainPs = 0;
  private readonly marks: MarkRecord[] = [];
  private lostMarks = 0;
  private endPs = 0;

  /** `sincePs`: when it begins to listen, if that is not the run's beginning. */
  constructor(limits: Partial<RecorderLimits> = {}, sincePs = 0) {
    this.sincePs = sincePs;
    this.limits = { ...DEFAULT_LIMITS, ...limits };
  }

  span(vcpu: number, node: number, core: number, kind: SpanKind, fromPs: number, toPs: number): void {
    if (toPs <= fromPs) return;
    if (toPs > this.endPs) this.endPs = toPs;
    while (this.spans.length <= vcpu) this.spans.push([]);
    const own = this.spans[vcpu]!;
    const last = own[own.length - 1];
    if (
      last &&
      last.toPs === fromPs &&
      last.kind === kind &&
      last.node === node &&
      last.core === core &&
      last.partsPs === null
    ) {
      last.toPs = toPs;
      return;
    }
    own.push({ node, core, kind, fromPs, toPs, merged: 1, partsPs: null });
    if (++this.spanCount > this.limits.spans) this.thinSpans();
  }

  pageMoved(page: number, kind: MoveKind, from: number, to: number, atPs: number, reason: string): void {
    if (atPs > this.endPs) this.endPs = atPs;
    if (page % this.pageStride !== 0) return;
    let before = this.holders.get(page);
    if (!before) {
      before = { owner: from, copies: [] };
      // What first is heard to leave a node has been there since the program was loaded.
      if (from >= 0)
        this.pages.push({ page, atPs: 0, kind: 'place', from: -1, to: from, ...before, reason: 'loaded', merged: 1 });
    }
    const after = holdersAfter(before, kind, from, to);
    if (after === before) return;
    this.holders.set(page, after);
    this.pages.push({ page, atPs, kind, from, to, owner: after.owner, copies: after.copies, reason, merged: 1 });
    if (this.pages.length > this.limits.pages) this.thinPages();
  }

  vcpuMoved(vcpu: number, from: number, to: number, departPs: number, arrivePs: number, reason: string): void {
    if (arrivePs > this.endPs) this.endPs = arrivePs;
    this.moves.push({ vcpu, from, to, departPs, arrivePs, reason });
    if (this.moves.length > this.limits.moves) this.thinMoves();
  }

  mark(vcpu: number, name: string, atPs: number): void {
    if (this.marks.length < this.limits.marks) this.marks.push({ vcpu, name, atPs });
    else this.lostMarks++;
  }

  log(): RunLog {
    // Evenly coarse to the end.
    if (this.spanGrainPs > 0)
      this.spans.forEach((own, vcpu) => {
        this.spans[vcpu] = thinSpans(own, this.spanGrainPs);
      });
    if (this.pageGrainPs > 0) this.pages = thinPages(this.pages, this.pageGrainPs);
    if (this.moveGrainPs > 0) this.moves = thinMoves(this.moves, this.moveGrainPs);
    const byTime = (a: { readonly atPs: number }, b: { readonly atPs: number }): number => a.atPs - b.atPs;
    return {
      spans: this.spans,
      pages: [...this.pages].sort(byTime),
      moves: [...this.moves].sort((a, b) => a.departPs - b.departPs),
      marks: [...this.marks].sort(byTime),
      endPs: this.endPs,
      notes: this.notes(),
    };
  }

  private notes(): string[] {
    const notes: string[] = [];
    if (this.sincePs > 0) notes.push(`what came before ${formatPs(this.sincePs)}, where the run was restored, is not shown`);
    if (this.spanGrainPs > 0)
      notes.push(`states of a vCPU shorter than ${formatPs(this.spanGrainPs)} are merged, with their shares of time`);
    if (this.pageGrainPs > 0) notes.push(`of changes to a page within ${formatPs(this.pageGrainPs)} the last is kept`);
    if (this.pageStride > 1) notes.push(`one page in ${this.pageStride} is kept`);
    if (this.moveGrainPs > 0) notes.push(`of moves of a vCPU within ${formatPs(this.moveGrainPs)} the first is kept`);
    if (this.lostMarks > 0) notes.push(`the last ${this.lostMarks} marks are left out`);
    return notes;
  }

  // Each part is first thinned by the grain it has, as what came since the last time is finer; only if more than half
  // remains does the grain grow, so that its size follows the length of the run.

  private thinSpans(): void {
    const thin = (): void => {
      this.spanCount = 0;
      this.spans.forEach((own, vcpu) => {
        this.spans[vcpu] = thinSpans(own, this.spanGrainPs);
        this.spanCount += this.spans[vcpu].length;
      });
    };
    if (this.spanGrainPs > 0) thin();
    while (this.spanCount > this.limits.spans / 2 && this.spanGrainPs <= this.endPs) {
      this.spanGrainPs = coarser(this.spanGrainPs, this.endPs, this.limits.spans);
      thin();
    }
  }

  private thinMoves(): void {
    if (this.moveGrainPs > 0) this.moves = thinMoves(this.moves, this.moveGrainPs);
    while (this.moves.length > this.limits.moves / 2 && this.moveGrainPs <= this.endPs) {
      this.moveGrainPs = coarser(this.moveGrainPs, this.endPs, this.limits.moves);
      this.moves = thinMoves(this.moves, this.moveGrainPs);
    }
  }

  private thinPages(): void {
    if (this.pageGrainPs > 0) this.pages = thinPages(this.pages, this.pageGrainPs);
    while (this.pages.length > this.limits.pages / 2) {
      // Once a grain is a hundredth of the run, fewer pages tell more than coarser times.
      if (this.pageGrainPs < this.endPs / 100) {
        this.pageGrainPs = coarser(this.pageGrainPs, this.endPs, this.limits.pages);
        this.pages = thinPages(this.pages, this.pageGrainPs);
      } else {
        this.pageStride *= 2;
        this.pages = this.pages.filter(({ page }) => page % this.pageStride === 0);
        for (const page of this.holders.keys()) if (page % this.pageStride !== 0) this.holders.delete(page);
      }
    }
  }
}

/** The next grain: twice the last, or at first what spreads `limit` records over the run so far. */
function coarser(grainPs: number, endPs: number, limit: number): number {
  return Math.max(grainPs * 2, Math.ceil(endPs / limit), 1);
}

/** The same object where nothing changed hands. */
function holdersAfter(before: Holders, kind: MoveKind, from: number, to: number): Holders {
  const { owner, copies } = before;
  switch (kind) {
    case 'place':
    case 'bring':
      return { owner: to, copies: [] };
    case 'own':
      return { owner: to, copies: [...new Set([...copies, owner])].filter((node) => node !== to).sort((a, b) => a - b) };
    case 'copy':
      return copies.includes(to) ? before : { owner, copies: [...copies, to].sort((a, b) => a - b) };
    case 'invalidate':
      return copies.includes(from) ? { owner, copies: copies.filter((node) => node !== from) } : before;
    case 'map':
    case 'remote':
    case 'send':
      return before;
  }
}
