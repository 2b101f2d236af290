// What one node remembers of pages it dealt with, learned from its own stalls and the requests it served: which pages
// ping-pong (a hot-page table after US 11,023,135), which are read and then written (migratory sharing: Stenstrom,
// Brorsson and Sandberg, ISCA 1993), how much a page is used while it is here. Bounded; plain data.
import type { Decision, OwnerRequest, Stall } from '../seam.js';

interface PageRecord {
  last: Decision['action'];
  /** Since when the page has been here; -1 while it is not known to have come. */
  herePs: number;
  /** How often in a row it came and was gone within the window; at most LOSS_LIMIT. */
  losses: number;
  /** Accesses served remotely since it was last here. */
  served: number;
  /** Line misses of a visit, averaged over visits; -1 before the first has ended. */
  usesPerVisit: number;
  copied: number;
  upgraded: number;
}

export interface PageHistoryState {
  /** Oldest first. */
  readonly pages: readonly (readonly [number, Readonly<PageRecord>])[];
  readonly copied: number;
  readonly upgraded: number;
}

/** Counts of a page, and of the node, are halved when they reach this, so that the past fades. */
const PAGE_COUNT_LIMIT = 16;
const NODE_COUNT_LIMIT = 32;
/** A read that brought the page hides whether a write followed; its estimate counts for less, so that a copy is tried again. */
const HIDDEN = 0.8;
const LOSS_LIMIT = 16;
/** How many copies of its own a page needs to outweigh what this node has seen on all pages. */
const PRIOR_COPIES = 2;

export class PageHistory {
  private readonly capacity: number;
  private readonly windowPs: number;
  private readonly retryAfter: number;
  private readonly pages = new Map<number, PageRecord>();
  private copied = 4;
  private upgraded = 1;

  /**
   * Remembers `capacity` pages. A page that is gone within `windowPs` of its arrival counts as lost; every `retryAfter`
   * accesses served remotely make up for one loss, so that the page is tried again, after ever longer pauses.
   */
  constructor(capacity: number, windowPs: number, retryAfter: number) {
    this.capacity = capacity;
    this.windowPs = windowPs;
    this.retryAfter = retryAfter;
  }

  /** How often in a row the page came here and was soon gone, less what was made up for. */
  losses(page: number): number {
    const record = this.pages.get(page);
    return record ? Math.max(0, record.losses - Math.floor(record.served / this.retryAfter)) : 0;
  }

  /** Line misses of one visit of the page, or undefined before one has ended. */
  usesPerVisit(page: number): number | undefined {
    const record = this.pages.get(page);
    return record && record.usesPerVisit >= 0 ? record.usesPerVisit : undefined;
  }

  /** How likely a read is followed by a write here, from 0 to 1. */
  writesAfterRead(page: number): number {
    const all = this.upgraded / this.copied;
    const record = this.pages.get(page);
    return record ? (record.upgraded + PRIOR_COPIES * all) / (record.copied + PRIOR_COPIES) : all;
  }

  /** Takes note of a stall, before it is decided. */
  stalled(stall: Stall): void {
    const record = this.record(stall.page);
    if (stall.holdsCopy) {
      if (record.last === 'copy') this.countUpgrade(record);
    } else if (record.herePs >= 0) {
      record.losses = stall.nowPs - record.herePs < this.windowPs ? Math.min(record.losses + 1, LOSS_LIMIT) : 0;
    }
    record.herePs = -1;
  }

  /** Takes note of what was decided about the stall just noted. */
  decided(page: number, action: Decision['action'], read: boolean): void {
    const record = this.record(page);
    record.last = action;
    if (action === 'remote') record.served++;
    if (!read || (action !== 'copy' && action !== 'bring')) return;
    const estimate = HIDDEN * this.writesAfterRead(page);
    record.copied++;
    this.copied++;
    if (action === 'bring') {
      record.upgraded += estimate;
      this.upgraded += estimate;
    }
    if (record.copied >= PAGE_COUNT_LIMIT) {
      record.copied /= 2;
      record.upgraded /= 2;
    }
    if (this.copied >= NODE_COUNT_LIMIT) {
      this.copied /= 2;
      this.upgraded /= 2;
    }
  }

  arrived(page: number, nowPs: number): void {
    const record = this.pages.get(page);
    if (!record || record.last === 'remote') return;
    record.herePs = nowPs;
    record.served = 0;
  }

  /** Takes note of a request for a page of this node. */
  requested({ page, want, localMisses }: OwnerRequest): void {
    if (want !== 'bring') return;
    const record = this.record(page);
    record.usesPerVisit = record.usesPerVisit < 0 ? localMisses : (record.usesPerVisit + localMisses) / 2;
  }

  toState(): PageHistoryState {
    const pages = [...this.pages].map(([page, record]) => [page, { ...record }] as const);
    return { pages, copied: this.copied, upgraded: this.upgraded };
  }

  restore(state: PageHistoryState): void {
    this.pages.clear();
    for (const [page, record] of state.pages) this.pages.set(page, { ...record });
    this.copied = state.copied;
    this.upgraded = state.upgraded;
  }

  private countUpgrade(record: PageRecord): void {
    record.upgraded = Math.min(record.upgraded + 1, record.copied);
    this.upgraded = Math.min(this.upgraded + 1, this.copied);
  }

  /** The page's record, made the youngest; the oldest is forgotten when there are too many. */
  private record(page: number): PageRecord {
    const known = this.pages.get(page);
    if (known) {
      this.pages.delete(page);
      this.pages.set(page, known);
      return known;
    }
    const fresh: PageRecord = {
      last: 'remote', herePs: -1, losses: 0, served: 0, usesPerVisit: -1, copied: 0, upgraded: 0,
    };
    this.pages.set(page, fresh);
    if (this.pages.size > this.capacity) this.pages.delete(this.pages.keys().next().value!);
    return fresh;
  }
}
