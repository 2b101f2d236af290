// A vCPU goes to a page that is updated frequently, unless it is one of the busiest of its node; everything else comes.
// Modelled on published patents: the hot-page table in US 11,023,135, the rule with vCPU frequencies in US 12,236,095.
import { FadingCounts, type FadingState } from '../algorithms/fading-counts.js';
import { HotPageTable, type HotPageState } from '../algorithms/hot-page-table.js';
import { placeAtToucher, TOUCHER_REASONS } from '../algorithms/toucher.js';
import type { Decision, NodeView, Policy, PolicyModule, Stall } from '../seam.js';

export const policy: PolicyModule = {
  name: 'hot-page',
  summary: 'sends vCPUs to frequently updated pages, but for those that stall most; other pages come',
  source: 'modelled on published patents (US 11,023,135; 11,803,306; 12,236,095); sizes and thresholds are this project\'s',
  parameters: [
    { name: 'entries', default: 16, min: 1, max: 4096, meaning: 'pages in the hot-page table of a node' },
    { name: 'least', default: 4, min: 1, max: 1e6, meaning: 'write stalls of a page, faded, from which on it may be hot' },
    { name: 'window', default: 64, min: 1, max: 1e6, meaning: 'counts are halved after so many page moves of time' },
    { name: 'pages', default: 1024, min: 1, max: 1e6, meaning: 'pages whose write stalls a node counts' },
  ],
  reasons: [
    ...TOUCHER_REASONS,
    { slug: 'hot', meaning: 'the page is updated frequently, and the vCPU stalls no more than others here: it goes there' },
    { slug: 'busy-vcpu', meaning: 'the page is updated frequently, but the vCPU stalls more than others here: the page comes' },
    { slug: 'read', meaning: 'the page is not hot; a copy will do for reading' },
    { slug: 'write', meaning: 'the page is not hot; it comes' },
  ],
  create: (options, view) => new HotPagePolicy(options, view),
};

/** vCPUs whose stalls a node counts. */
const VCPUS = 4096;

interface State {
  readonly table: HotPageState;
  readonly stalls: FadingState;
}

/**
 * Sees this node's stalls. Stores to a page held here never stall, and stores of other nodes stall there: so a page is hot
 * by this node's own write stalls, and a vCPU frequent by its stalls rather than by all its accesses. On a load/store
 * fabric it never maps, so that the same holds.
 */
class HotPagePolicy implements Policy {
  private readonly table: HotPageTable;
  private readonly stalls: FadingCounts;

  constructor(options: Readonly<Record<string, number>>, view: NodeView) {
    const windowPs = options['window']! * view.cost('bring');
    this.table = new HotPageTable(Math.floor(options['entries']!), options['least']!, Math.floor(options['pages']!), windowPs);
    this.stalls = new FadingCounts(VCPUS, windowPs);
  }

  onStall({ dormant, page, kind, vcpu, nowPs }: Stall, view: NodeView): Decision {
    if (dormant) return placeAtToucher(view);
    const write = kind !== 'read';
    this.table.stalled(page, write, nowPs);
    this.stalls.add(vcpu, nowPs);
    if (!this.table.has(page)) return write ? { action: 'bring', reason: 'write' } : { action: 'copy', reason: 'read' };
    return this.frequent(vcpu) ? { action: 'bring', reason: 'busy-vcpu' } : { action: 'send', reason: 'hot' };
  }

  getState(): State {
    return { table: this.table.toState(), stalls: this.stalls.toState() };
  }

  setState(state: unknown): void {
    const { table, stalls } = state as State;
    this.table.restore(table);
    this.stalls.restore(stalls);
  }

  /** It stalls more than the vCPUs seen here do on average. */
  private frequent(vcpu: number): boolean {
    const all = this.stalls.all();
    const sum = all.reduce((total, [, count]) => total + count, 0);
    return this.stalls.of(vcpu) * all.length > sum;
  }
}
