// Which messages each stall costs, for whoever watches a run. A message about a page belongs to the last stall on that page
// before it was sent, so the count is exact where nothing overlaps; where something does, the stall counts as contended.
import type { MessageNote, MoveKind, Observer, StallNote } from '../src/server/observe.js';

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
  private readonly waitsFor = new Map<number, number>();

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
    this.waitsFor.set(vcpu, page);
  }

  sent({ page, kind, from, to, arrivePs }: MessageNote): void {
    if (page < 0 || from === to) return;
    const state = this.page(page);
    state.quietPs = Math.max(state.quietPs, arrivePs);
    const stall = state.last;
    if (!stall) return;
    stall.messages++;
    if (kind === 'notice') stall.notices++;
  }

  span(vcpu: number, _node: number, _core: number, part: string): void {
    if (part !== 'pageWait' && part !== 'remote') return;
    const page = this.waitsFor.get(vcpu);
    if (page !== undefined) this.page(page).waiting.delete(vcpu);
    this.waitsFor.delete(vcpu);
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
