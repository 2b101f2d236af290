// What happens in a step besides the step itself, as an observer of the server hears it.
import type { MessageNote, MoveKind, Observer, StallNote } from '../../../server/observe.js';

export type Happening =
  | { readonly what: 'stall'; readonly stall: StallNote }
  | { readonly what: 'sent'; readonly message: MessageNote }
  /** `from` is -1 for a dormant page. */
  | {
    readonly what: 'page'; readonly page: number; readonly kind: MoveKind; readonly from: number; readonly to: number;
    readonly atPs: number; readonly reason: string;
  }
  | {
    readonly what: 'vcpu'; readonly vcpu: number; readonly from: number; readonly to: number; readonly departPs: number;
    readonly arrivePs: number; readonly reason: string;
  }
  | { readonly what: 'mark'; readonly vcpu: number; readonly name: string; readonly atPs: number }
  | { readonly what: 'output'; readonly text: string };

/** Collects what happens until it is taken. */
export class HappeningLog {
  private list: Happening[] = [];

  readonly observer: Observer = {
    stalled: (stall) => this.list.push({ what: 'stall', stall }),
    sent: (message) => this.list.push({ what: 'sent', message }),
    pageMoved: (page, kind, from, to, atPs, reason) => this.list.push({ what: 'page', page, kind, from, to, atPs, reason }),
    vcpuMoved: (vcpu, from, to, departPs, arrivePs, reason) =>
      this.list.push({ what: 'vcpu', vcpu, from, to, departPs, arrivePs, reason }),
    mark: (vcpu, name, atPs) => this.list.push({ what: 'mark', vcpu, name, atPs }),
    output: (text) => this.list.push({ what: 'output', text }),
  };

  take(): readonly Happening[] {
    const taken = this.list;
    this.list = [];
    return taken;
  }
}
