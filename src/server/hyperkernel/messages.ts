// What hyperkernels say to one another. Plain data; bytes of pages and vCPUs travel as arena slots that the shell owns.
import type { Expr } from '../../guest/lang/ir.js';
import type { AccessKind, PageNote } from '../placement/seam.js';

/** Time of the first stall of the instruction, then vCPU id: the lower, the older (SEMANTICS 19). */
export type Age = readonly [firstStallPs: number, vcpu: number];

export function older(a: Age, b: Age): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}

/** One access to be performed by the page's owner. */
export interface ServiceAccess {
  readonly kind: AccessKind;
  readonly address: number;
  readonly bytes: number;
  readonly value?: bigint;
  readonly update?: { readonly slot: number; readonly f: Expr };
}

/**
 * bring: ownership, no copy stays. copy: read-only. map: over a load/store fabric. service: this one access.
 * locate: where the owner is, so that the vCPU can be sent. upgrade: the owner's own node wants its copies gone.
 */
export type Want = 'bring' | 'copy' | 'map' | 'service' | 'locate' | 'upgrade';

export interface PageRequest {
  readonly kind: 'request';
  readonly page: number;
  readonly from: number;
  readonly vcpu: number;
  /** Of the requesting node for this page, from 1 on. */
  readonly serial: number;
  readonly age: Age;
  readonly want: Want;
  readonly write: boolean;
  /** The owner may not refuse or change it. */
  readonly insist: boolean;
  /** Who gets the page if it is dormant, and why. */
  readonly place: number;
  readonly placeReason: string;
  readonly reason: string;
  readonly service: ServiceAccess | null;
  /** The version of the page that the requesting node keeps until it has the answer; 0, that of zeros, if it keeps none. */
  readonly holds: number;
  /** What the owner's policy sends along with the page it gives; set by the owner alone. */
  readonly note?: PageNote;
  /** The ownership epoch that the receiver is believed to have; 0 where nothing is believed. */
  readonly toEpoch: number;
  /** The home has forwarded it: from here on it follows successors. */
  readonly viaHome: boolean;
  readonly hops: number;
}

/** The serial number of a page that comes because its owner offered it. */
export const UNASKED = 0;

export type Grant = Extract<Message, { kind: 'grant' }>;

export type Message =
  | PageRequest
  /**
   * The page, a copy of it, or a mapping. `acks` copies acknowledge their end to the receiver, who tells the `holders`
   * among them; if there are none to acknowledge, the holders keep their copies.
   */
  | {
    readonly kind: 'grant'; readonly page: number; readonly as: 'owner' | 'copy' | 'map'; readonly owner: number;
    readonly epoch: number; readonly acks: number; readonly holders: readonly number[]; readonly dormant: boolean;
    readonly serial: number; readonly writable: boolean; readonly holds: number; readonly reason: string; readonly note?: PageNote;
  }
  /** The home tells a node to make a dormant page and serve its first request. */
  | { readonly kind: 'create'; readonly page: number; readonly request: PageRequest }
  /** End a copy or mapping (`drop`), or a mapping's right to store (`readonly`), and acknowledge. */
  | {
    readonly kind: 'invalidate'; readonly page: number; readonly mode: 'drop' | 'readonly'; readonly ackTo: number;
    readonly owner: number; readonly epoch: number;
  }
  | { readonly kind: 'ack'; readonly page: number; readonly from: number; readonly epoch: number }
  /** To the home: who owns the page now. */
  | { readonly kind: 'notice'; readonly page: number; readonly owner: number; readonly epoch: number }
  | { readonly kind: 'located'; readonly page: number; readonly owner: number; readonly epoch: number; readonly serial: number }
  | {
    readonly kind: 'refused'; readonly page: number; readonly owner: number; readonly epoch: number; readonly serial: number;
    readonly reason: string;
  }
  /** The value that a served access yields; and whom to ask directly the next time. */
  | {
    readonly kind: 'answer'; readonly page: number; readonly vcpu: number; readonly serial: number; readonly value: bigint;
    readonly owner: number; readonly epoch: number;
  }
  /** May this node send you its page? Then `accept` or `decline`; and after `accept` the page, or `withdraw`. */
  | { readonly kind: 'offer'; readonly page: number; readonly from: number }
  | { readonly kind: 'accept' | 'decline' | 'withdraw'; readonly page: number }
  /** A vCPU: its record and registers are in flight with the shell. `swap` asks for one in return. */
  | { readonly kind: 'vcpu'; readonly vcpu: number; readonly from: number; readonly swap: boolean; readonly reason: string };

/** About load alone: may this node have a vCPU of yours? Or nothing but what every envelope tells. */
export type LoadMessage = { readonly kind: 'ask' | 'load'; readonly from: number };

/** What a request wants, or what a grant gives; '' elsewhere. */
export function detailOf(message: Message | LoadMessage): string {
  return message.kind === 'request' ? message.want : message.kind === 'grant' ? message.as : '';
}

/** A message between two nodes, with what the shell carries for it. */
export interface Envelope {
  readonly from: number;
  readonly to: number;
  readonly message: Message | LoadMessage;
  /** Arena slot of the page's bytes, of what differs, or of the frame that is mapped; offset of a vCPU's context; or -1. */
  readonly payload: number;
  /** The page that travels is all zeros: its bytes stay behind. */
  readonly zeros: boolean;
  /** Length of what differs from the version that the receiver holds; 0 if nothing does, -1 if it is not told so. */
  readonly patchBytes: number;
  /** Of the page that travels; 0 where versions are not counted. */
  readonly version: number;
  /** Ready and running vCPUs on the sender when it sent: a hint for the receiver's policy. */
  readonly load: number;
  /** Free frames on the sender when it sent: a hint like `load`. */
  readonly freeFrames: number;
}
