// What the nodes of one server share because it is hardware or the simulator's own: arena, memory system, fabric,
// clock, engine. Kernels share nothing else; they talk in messages.
import type { Arena } from '../../guest/machine/arena.js';
import type { Engine } from '../../guest/machine/engine.js';
import type { MemorySystem } from '../../guest/machine/memory.js';
import type { Fabric } from '../fabric/fabric.js';
import type { Load } from '../fabric/load.js';
import type { Core } from './scheduler.js';
import type { Envelope } from './messages.js';
import type { Vcpu } from './vcpu.js';
import type { Observer } from '../observe.js';
import type { NodeSpec, Scenario } from '../spec.js';

export interface Hardware {
  readonly scenario: Scenario;
  readonly nodes: readonly NodeSpec[];
  readonly arena: Arena;
  readonly memory: MemorySystem;
  readonly fabric: Fabric;
  readonly load: Load;
  readonly engine: Engine;
  /** Records by vCPU id; a kernel looks only at those on its node, and at the one that a message brings. */
  readonly vcpus: readonly Vcpu[];
  readonly observer: Observer | undefined;
  queueSlice(core: Core): void;
  deliver(atPs: number, envelope: Envelope): void;
  /** The node looks again at what waits for a frame. */
  retryRoom(node: number, atPs: number): void;
  /** A kernel has changed what it holds of the page: for those who check the rules. */
  changed(page: number): void;
}
