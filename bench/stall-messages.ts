// Which messages each stall costs, for whoever watches a run. A message about a page belongs to the last stall on that page
// before it was sent, a vCPU that travels to its own last stall; so the count is exact where nothing overlaps, and where
// something does, the stall counts as contended.
import type { MessageNote, MoveKind, Observer, SpanKind, StallNote } from '../src/server/observe.js';

export interface StallMessages {
  readonly page: number;
  readonly want: string;
  readonly kind: StallNote['kind'];
  /** Nodes that held a copy or a mapping when the vCPU stalled, without its own. */
  readonly copies: number;
  /** All of them: the request and its forwardings, invalidations and acknowledgements, the answer, and the notice. */
  messages: number;
  /** Those of them that nobody waits for: the new owner tells the home. */
  notices: number;
  /** Another vCPU waited for the page, or a message about it was still on its way. */
  contended: boolean;
}

interface Page {
  last: StallMessages | null;
  /** vCPUs that wait for it. */
  readonly waiting: Set<number>;
  readonly holders: Set<number>;
  /** All messages about it have arrived by then. */
  quietPs: number;
}

export class StallCounter implements Observer {
  readonly stalls: StallMessages[] = [];
  private readonly pages = new Map<number, Page>();
  private readonly lastOf = new Map<number, StallMessages>();

  /** The guest's region begins: what was before it does not count. */
  mark(): void {
    this.stalls.length = 0;
  }

  stalled({ page, vcpu, node, kind, want, atPs }: StallNote): void {
    const state = this.page(page);
    const contended = state.waiting.size > 0 || atPs < state.quietPs;
    if (state.waiting.size > 0) state.last!.contended = true;
    const copies = [...state.holders].filter((holder) => holder !== node).length;
    state.last = { page, want, kind, copies, messages: 0, notices: 0, contended };
    this.stalls.push(state.last);
    state.waiting.add(vcpu);
    this.lastOf.set(vcpu, state.last);
  }

  sent({ page, vcpu, kind, from, to, arrivePs }: MessageNote): void {
    if (from === to) return;
    const stall = page < 0 ? this.lastOf.get(vcpu) : this.page(page).last;
    if (!stall) return;
    const state = this.page(stall.page);
    state.quietPs = Math.max(state.quietPs, arrivePs);
    stall.messages++;
    if (kind === 'notice') stall.notices++;
  }

  span(vcpu: number, _node: number, _core: number, part: SpanKind): void {
    const stall = this.lastOf.get(vcpu);
    if (stall && (part === 'pageWait' || part === 'remote' || part === 'migrating')) this.page(stall.page).waiting.delete(vcpu);
  }

  pageMoved(page: number, kind: MoveKind, from: number, to: number): void {
    const { holders } = this.page(page);
    if (kind === 'copy' || kind === 'map') holders.add(to);
    if (kind === 'invalidate') holders.delete(from);
    if (kind === 'bring' || kind === 'own') holders.delete(to);
    if (kind === 'own') holders.add(from);
  }

  private page(page: number): Page {
    let state = this.pages.get(page);
    if (!state) this.pages.set(page, state = { last: null, waiting: new Set(), holders: new Set(), quietPs: 0 });
    return state;
  }
}
