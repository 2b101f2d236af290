// What happens in a step besides the step itself, as an observer of the server hears it.
import type { MessageNote, MoveKind, StallNote } from '../../../server/observe.js';

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
