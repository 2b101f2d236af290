// What a protocol step wants done, as data, in order; the shell does it to the arena, the fabric and the scheduler.
import type { Message, PageRequest } from './messages.js';

export type PageMessage = Exclude<Message, { kind: 'vcpu' }>;

export type Effect =
  /** End the rights of this node's cores to the page, or only the right to store. */
  | { readonly do: 'shootDown'; readonly page: number; readonly keepReadable: boolean }
  /** page: a copy of this node's frame travels along; mapping: the frame's place does. */
  | { readonly do: 'send'; readonly to: number; readonly message: PageMessage; readonly payload: 'none' | 'page' | 'mapping' }
  | { readonly do: 'freeFrame'; readonly page: number }
  /** A frame is kept for a page that another node may send; released before that is installed, or as it will not come. */
  | { readonly do: 'reserveFrame' | 'releaseFrame'; readonly page: number }
  /** The bytes that this node has of the page in that version are kept, with or without a frame, until the pledge ends. */
  | { readonly do: 'pledge'; readonly page: number; readonly version: number }
  | { readonly do: 'endPledge'; readonly page: number }
  /** The bytes that came with the message are of no use. */
  | { readonly do: 'discard'; readonly page: number }
  /** The bytes that came with the message become this node's frame of the page. */
  | { readonly do: 'install'; readonly page: number }
  /** A frame of zeros for a page that node `toucher` touched first and the policy wanted on node `wanted`. */
  | { readonly do: 'zeroFrame'; readonly page: number; readonly wanted: number; readonly toucher: number; readonly reason: string }
  /** This node's cores may load from the page, and store if `writable`. */
  | { readonly do: 'grantRights'; readonly page: number; readonly writable: boolean }
  /** The frame that came with the message is mapped. */
  | { readonly do: 'mapRemote'; readonly page: number; readonly owner: number; readonly writable: boolean }
  /** Perform a remote node's access on this frame and answer it; `epoch` is of this ownership, which may end in the same step. */
  | { readonly do: 'serve'; readonly request: PageRequest; readonly epoch: number }
  | { readonly do: 'answer'; readonly vcpu: number; readonly value: bigint }
  /** The vCPU restarts its instruction; `pinned`: it runs next. */
  | { readonly do: 'wake'; readonly vcpu: number; readonly pinned: boolean }
  | { readonly do: 'sendVcpu'; readonly vcpu: number; readonly to: number; readonly reason: string }
  /** For the report: a page arrived here (own: while others keep copies), a copy ended here on another's word, or was dropped. */
  | {
    readonly do: 'note'; readonly what: 'bring' | 'own' | 'copy' | 'map' | 'invalidate' | 'drop'; readonly page: number;
    readonly reason: string;
  };
