// A server's whole simulated state at the end of a slice, as plain data (SEMANTICS 27). Not in it: what follows from the
// spec, compiled code, and whatever an engine keeps to be fast.
import type { EventQueueState } from '../base/event-queue.js';
import type { Image } from '../guest/asm/image.js';
import type { Isa } from '../guest/lang/model.js';
import type { ArenaCopy } from '../guest/machine/arena.js';
import type { MemoryState } from '../guest/machine/memory.js';
import type { FabricState } from './fabric/fabric.js';
import type { LoadState } from './fabric/load.js';
import type { KernelState } from './hyperkernel/kernel.js';
import type { Envelope } from './hyperkernel/messages.js';
import type { Vcpu } from './hyperkernel/vcpu.js';
import type { SlicesState } from './slices.js';
import type { Scenario } from './spec.js';
import type { Mark, WindowsState } from './windows.js';

/** What the server does next. */
export type ServerEvent =
  | { readonly kind: 'slice'; readonly core: number }
  | { readonly kind: 'deliver'; readonly envelope: Envelope }
  | { readonly kind: 'start'; readonly vcpu: number }
  | { readonly kind: 'epoch'; readonly node: number }
  /** A period of the node's load balancer. */
  | { readonly kind: 'balance'; readonly node: number }
  /** The node has instructions that wait for frames. */
  | { readonly kind: 'room'; readonly node: number }
  /** The guest cuts its run: everything that begins before has been done. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'exit'; readonly code: number; readonly message: string | null };
/** What a step of the server can be. */
export type StepEvent = Exclude<ServerEvent, { kind: 'cut' }>;

export interface Ending {
  readonly end: 'exit' | 'limit' | 'failed';
  readonly exitCode: number;
  readonly message: string | null;
}

/** What concerns the server as a whole. */
export interface RunState {
  /** Events that have been begun: where in the run it stands. */
  position: number;
  output: string;
  readonly marks: Mark[];
  ending: Ending | null;
  /** Events queued that come round for ever: of nodes whose policy has epochs, and whose balancer has periods. */
  epochs: number;
  /** The slice that has begun and not ended: only between calls of `advance` that pause. */
  paused: Extract<ServerEvent, { kind: 'slice' }> | null;
}

export interface ServerState {
  readonly run: RunState;
  readonly slices: SlicesState;
  readonly windows: WindowsState;
  readonly queue: EventQueueState<ServerEvent>;
  readonly fabric: FabricState;
  readonly load: LoadState;
  readonly memory: MemoryState;
  readonly vcpus: readonly Vcpu[];
  readonly kernels: readonly KernelState[];
}

/** Immutable. Snapshots may share what is the same in both. */
export interface Snapshot {
  readonly isa: Isa;
  readonly image: Image;
  readonly scenario: Scenario;
  readonly state: ServerState;
  readonly arena: ArenaCopy;
}
