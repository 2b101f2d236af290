// A small world in which the coherence protocol runs alone: nodes with their protocol state, messages in flight, vCPUs
// with a few accesses to make. Version numbers stand in for the bytes of pages. Every choice (which message is delivered
// next, which vCPU runs, what the policy answers) is made by a function that is handed in.
import type { Age, Message } from '../../server/hyperkernel/messages.js';
import { newNodeState, type NodeState, type PageState } from '../../server/hyperkernel/state.js';

export interface Access {
  readonly page: number;
  readonly write: boolean;
}

/** One access, or two that must both be possible at once, as of an instruction that loads here and stores there. */
export type Instruction = readonly Access[];

export interface WorldShape {
  readonly nodes: number;
  readonly pages: number;
  /** What each vCPU does; vCPU i starts on node i modulo nodes. */
  readonly programs: readonly (readonly Instruction[])[];
  /** A load/store fabric: `remote` maps the page instead of having the access performed by message. */
  readonly loadStore: boolean;
  /** Answers of policies that are tried; all by default. */
  readonly actions?: readonly PolicyAction[];
  readonly ownerActions?: readonly OwnerAction[];
  /** For planted faults: what is put into which channel instead of a message; null loses it. */
  readonly tamper?: (flight: Addressed) => Addressed | null;
}

export type PolicyAction = 'bring' | 'copy' | 'send' | 'remote';
export type OwnerAction = 'serve' | 'give' | 'copy' | 'refuse';

export interface Addressed {
  readonly from: number;
  readonly to: number;
  readonly message: Message;
}

export interface Flight {
  readonly message: Message;
  /** Of the page that travels along; -1 if none does. */
  readonly version: number;
}

export interface WorldVcpu {
  readonly id: number;
  node: number;
  state: 'run' | 'wait' | 'move' | 'done';
  /** Instructions done. */
  done: number;
  /** Accesses of the current instruction that a remote owner has performed. */
  served: number;
  age: Age | null;
  sent: boolean;
  stalls: number;
  stalledPage: number;
  pinned: number[];
}

/** What a node's cores may do with a page, and whose frame they reach. */
export interface Right {
  readonly writable: boolean;
  readonly home: number;
}

export interface World {
  readonly nodes: NodeState[];
  /** By node and page: the version that the node's frame holds; -1 without a frame. */
  readonly frames: number[][];
  readonly rights: (Right | null)[][];
  /** By node: frames kept for pages that may come unasked. */
  readonly reserved: number[];
  /** By from * nodes + to: what is under way, in order. */
  readonly channels: Flight[][];
  /** By page: the version that the last write made. */
  readonly latest: number[];
  readonly vcpus: WorldVcpu[];
  /** First stalls so far: the clock that ages are told by. */
  clock: number;
}

/** Chooses one of n. */
export type Choose = (n: number) => number;

export function newWorld({ nodes, pages, programs }: WorldShape): World {
  const each = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));
  return {
    nodes: each(nodes, (node) => newNodeState(node, nodes)),
    frames: each(nodes, () => each(pages, () => -1)),
    rights: each(nodes, () => each(pages, () => null)),
    reserved: each(nodes, () => 0),
    channels: each(nodes * nodes, () => []),
    latest: each(pages, () => 0),
    vcpus: programs.map((_, id) => ({
      id, node: id % nodes, state: 'run', done: 0, served: 0, age: null, sent: false, stalls: 0, stalledPage: -1, pinned: [],
    })),
    clock: 0,
  };
}

export function cloneWorld(world: World): World {
  return {
    nodes: world.nodes.map(({ node, nodes, pages }) => ({
      node, nodes, pages: new Map([...pages].map(([page, state]) => [page, clonePage(state)])),
    })),
    frames: world.frames.map((frames) => [...frames]),
    rights: world.rights.map((rights) => [...rights]),
    reserved: [...world.reserved],
    channels: world.channels.map((channel) => [...channel]),
    latest: [...world.latest],
    vcpus: world.vcpus.map((vcpu) => ({ ...vcpu, pinned: [...vcpu.pinned] })),
    clock: world.clock,
  };
}

/** Requests, open requests and held invalidations are never changed in place, so they may be shared. */
function clonePage(s: PageState): PageState {
  return {
    ...s, copies: [...s.copies], mappers: [...s.mappers], incoming: s.incoming && { ...s.incoming }, busy: s.busy && { ...s.busy },
    services: [...s.services], waiters: [...s.waiters], queue: [...s.queue], pins: s.pins.map((pin) => ({ ...pin })),
    heldInvalidations: [...s.heldInvalidations],
  };
}

/** Everything of a state that can bear on what happens next, in a fixed order: equal texts are equal states. */
export function describeWorld(world: World): string {
  return JSON.stringify([
    world.nodes.map(({ pages }) => [...pages].sort(([a], [b]) => a - b)), world.frames, world.rights, world.reserved, world.channels,
    world.latest, world.vcpus,
  ], KEYS);
}

/** What JSON.stringify writes of objects, in this order; words for people and hop counts decide nothing. */
const KEYS = [
  'ackTo', 'acks', 'acksLeft', 'age', 'as', 'attempted', 'busy', 'copies', 'done', 'dormant', 'epoch', 'from', 'got', 'heldInvalidations',
  'home', 'incoming', 'insist', 'kind', 'mappers', 'mapsWritable', 'message', 'mode', 'need', 'node', 'offered', 'open', 'owner', 'page',
  'pinned', 'pins', 'place', 'queue', 'request', 'right', 'sent', 'serial', 'served', 'service', 'services', 'stalledPage', 'stalls',
  'state', 'swap', 'to', 'toEpoch', 'vcpu', 'version', 'viaHome', 'waiters', 'want', 'writable', 'write',
];
