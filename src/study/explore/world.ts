// A small world in which the coherence protocol runs alone: nodes with their protocol state, messages in flight, vCPUs
// with a few accesses to make. Version numbers stand in for the bytes of pages, and for the registers of vCPUs. Every
// choice (which message is delivered next, which vCPU runs, what the policy answers) is made by a function handed in.
import type { Age, Message } from '../../server/hyperkernel/messages.js';
import type { step } from '../../server/hyperkernel/protocol.js';
import { newNodeState, pageState, type NodeState, type PageState } from '../../server/hyperkernel/state.js';
import { DEFAULT_PROTOCOL, type ProtocolSpec } from '../../server/spec.js';

export interface Access {
  readonly page: number;
  readonly kind: 'read' | 'write' | 'rmw';
}

/** One access, or two that must both be possible at once, as of an instruction that loads here and stores there. */
export type Instruction = readonly Access[];

export const read = (page: number): Instruction => [{ page, kind: 'read' }];
export const write = (page: number): Instruction => [{ page, kind: 'write' }];
export const rmw = (page: number): Instruction => [{ page, kind: 'rmw' }];
/** Loads from one page and stores to another. */
export const move = (from: number, to: number): Instruction => [{ page: from, kind: 'read' }, { page: to, kind: 'write' }];

export type PolicyAction = 'bring' | 'copy' | 'send' | 'swap' | 'meet' | 'remote';
export type OwnerAction = 'serve' | 'give' | 'copy' | 'refuse';
/** What kernels do of their own accord: end a copy, offer an owned page to another node, send a vCPU between instructions. */
export type Whim = 'drop' | 'evict' | 'move';

export interface WorldShape {
  readonly nodes: number;
  readonly pages: number;
  /** What each vCPU does. */
  readonly programs: readonly (readonly Instruction[])[];
  /** The node that each vCPU starts on; vCPU i on node i modulo nodes if not given. */
  readonly starts?: readonly number[];
  /** A load/store fabric: `remote` maps the page instead of having the access performed by message. */
  readonly loadStore: boolean;
  /** DEFAULT_PROTOCOL if none is named. */
  readonly protocol?: ProtocolSpec;
  /** Answers of policies that are tried; all by default. */
  readonly actions?: readonly PolicyAction[];
  readonly ownerActions?: readonly OwnerAction[];
  /** How many whims there are at most on one way through the world, and of which kinds. */
  readonly whims?: { readonly most: number; readonly kinds: readonly Whim[] };
  /** So many stalls of one instruction leave the policy its choice; STALLS_BEFORE_INSISTING of the kernel by default. */
  readonly insistAfter?: number;
  /** Hold requests to the bound on their hops (SEMANTICS 12); it takes more states to tell them apart. */
  readonly countHops?: boolean;
  /** Tries every order, even of events that may go first without a loss (`eventsOf`). */
  readonly everyOrder?: boolean;
  /** For planted faults: the protocol's step with something done to it. */
  readonly step?: typeof step;
  /** For planted faults: what is put into channels instead of a message; an empty list loses it. */
  readonly tamper?: (flight: Addressed) => readonly Addressed[];
}

export interface Flight {
  readonly message: Message;
  /** Of the page or the registers that travel along; -1 if neither does. */
  readonly version: number;
}

export interface Addressed extends Flight {
  readonly from: number;
  readonly to: number;
}

export interface WorldVcpu {
  readonly id: number;
  node: number;
  state: 'run' | 'wait' | 'move' | 'done';
  /** Instructions done. */
  done: number;
  /** What its registers say it has done: they are saved into messages and restored from them. */
  registers: number;
  /** Accesses of the current instruction that a remote owner has performed and answered. */
  served: number;
  /** A remote owner has performed the access that it waits for. */
  performed: boolean;
  age: Age | null;
  sent: boolean;
  stalls: number;
  stalledPage: number;
  pinned: readonly number[];
}

/** What a node's cores may do with a page, and whose frame they reach. */
export interface Right {
  readonly writable: boolean;
  readonly home: number;
}

/** Lists are replaced, not changed, so that worlds share what they have in common; `fork` copies the outermost alone. */
export interface World {
  readonly nodes: NodeState[];
  /** By node and page: the version that the node's frame holds; -1 without a frame. */
  readonly frames: (readonly number[])[];
  /** By node and page, where versions decide what travels: the version that is kept without a frame, and the one that is pledged; or -1. */
  readonly twins: (readonly number[])[];
  readonly pledged: (readonly number[])[];
  readonly rights: (readonly (Right | null)[])[];
  /** By node: frames kept for pages that may come unasked. */
  readonly reserved: number[];
  /** By from * nodes + to: what is under way, in order. */
  readonly channels: (readonly Flight[])[];
  /** By page: the version that the last write made. */
  readonly latest: number[];
  /** By page: how often ownership has left a node so far. */
  readonly transfers: number[];
  readonly vcpus: WorldVcpu[];
  /** First stalls so far: the clock that ages are told by. */
  clock: number;
  whimsLeft: number;
}

/** Chooses one of n. */
export type Choose = (n: number) => number;

const each = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));

export function newWorld({ nodes, pages, programs, starts, whims, protocol = DEFAULT_PROTOCOL }: WorldShape): World {
  const world: World = {
    nodes: each(nodes, (node) => newNodeState(node, nodes, protocol)),
    frames: each(nodes, () => each(pages, () => -1)),
    twins: each(nodes, () => each(pages, () => -1)),
    pledged: each(nodes, () => each(pages, () => -1)),
    rights: each(nodes, () => each(pages, () => null)),
    reserved: each(nodes, () => 0),
    channels: each(nodes * nodes, () => []),
    latest: each(pages, () => 0),
    transfers: each(pages, () => 0),
    vcpus: programs.map((_, id) => ({
      id, node: starts?.[id] ?? id % nodes, state: 'run', done: 0, registers: 0, served: 0, performed: false, age: null, sent: false,
      stalls: 0, stalledPage: -1, pinned: [],
    })),
    clock: 0,
    whimsLeft: whims?.most ?? 0,
  };
  for (const node of world.nodes) for (let page = 0; page < pages; page++) pageState(node, page);
  return world;
}

export function fork(world: World): World {
  return {
    nodes: [...world.nodes], frames: [...world.frames], twins: [...world.twins], pledged: [...world.pledged], rights: [...world.rights], reserved: [...world.reserved],
    channels: [...world.channels], latest: [...world.latest], transfers: [...world.transfers], vcpus: [...world.vcpus],
    clock: world.clock, whimsLeft: world.whimsLeft,
  };
}

/** The node with a page record of its own to be changed in place by a step; it shares the other pages' records. */
export function forkPage(node: NodeState, page: number): NodeState {
  const forked = new Map(node.pages);
  const record = node.pages.get(page);
  if (record) forked.set(page, forkRecord(record));
  return { ...node, pages: forked };
}

/** Requests, open requests, services, offers and held invalidations are never changed in place, so they may be shared. */
function forkRecord(s: PageState): PageState {
  return {
    ...s, incoming: s.incoming && { ...s.incoming }, busy: s.busy && { ...s.busy }, services: [...s.services], waiters: [...s.waiters],
    queue: [...s.queue], pins: s.pins.map((pin) => ({ ...pin })), heldInvalidations: [...s.heldInvalidations],
  };
}

export function underWay(world: World): number {
  let count = 0;
  for (const channel of world.channels) count += channel.length;
  return count;
}

export function finished(world: World): boolean {
  return world.vcpus.every((vcpu) => vcpu.state === 'done');
}
