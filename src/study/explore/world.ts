// A small world in which the coherence protocol runs alone: pages, each with what all nodes know of it and the messages about
// it, and vCPUs with a few accesses to make. Version numbers stand in for the bytes of pages, and for the registers of vCPUs.
// Every choice (which message is delivered next, which vCPU runs, what the policy answers) is made by a function handed in.
import type { Age, Message, Want } from '../../server/hyperkernel/messages.js';
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
  /** Takes mirror images (`mirrors.ts`) for different states; by default where not all is known to have them. */
  readonly everyState?: boolean;
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

/** All that there is about one page: a step of the protocol changes nothing else, but for what it tells vCPUs. */
export interface PageWorld {
  readonly page: number;
  /** Each with the record of this page alone. */
  readonly nodes: NodeState[];
  /** By node: the version that its frame holds; -1 without a frame. */
  readonly frames: number[];
  /** By node, where versions decide what travels: the version that is kept without a frame, and the one that is pledged; or -1. */
  readonly twins: number[];
  readonly pledged: number[];
  readonly rights: (Right | null)[];
  /** By node: frames kept for the page, which may come unasked. */
  readonly reserved: number[];
  /** By channel, from * nodes + to: messages about the page under way, in order. */
  readonly channels: Flight[][];
  /** The version that the last write made. */
  latest: number;
  /** How often ownership has left a node so far. */
  transfers: number;
}

/** What others than the protocol ask about a page on one node. */
export interface NodeView {
  readonly right: Right | null;
  readonly owns: boolean;
  /** Whom the node believes to be the owner; -1 if it has heard of none. */
  readonly owner: number;
  /** A request of this node for the page is open. */
  readonly asks: boolean;
  readonly mayDrop: boolean;
  readonly mayEvict: boolean;
}

export interface PageView {
  readonly nodes: readonly NodeView[];
  /** Channels whose first message about the page may go before all else (`page.ts`); and those where it may once no whims are left. */
  readonly first: readonly number[];
  readonly firstWithoutWhims: readonly number[];
}

/** What happens to one page. */
export type PageEvent =
  /** The first message about it on the channel arrives. */
  | { readonly kind: 'deliver'; readonly channel: number }
  | {
    readonly kind: 'stall'; readonly node: number; readonly vcpu: number; readonly time: number; readonly access: Access['kind'];
    readonly want: Want; readonly insist: boolean;
  }
  | { readonly kind: 'attempted'; readonly node: number; readonly vcpu: number; readonly retired: boolean }
  /** A load or a store finds the frame of `node`. */
  | { readonly kind: 'access'; readonly node: number; readonly write: boolean; readonly vcpu: number }
  | { readonly kind: 'drop'; readonly node: number }
  | { readonly kind: 'evict'; readonly node: number; readonly to: number };

/** What a page has to do with others than itself, in order: it sent a message, or tells a vCPU something. */
export type Act =
  | { readonly do: 'post'; readonly channel: number }
  | { readonly do: 'wake'; readonly vcpu: number; readonly node: number; readonly pinned: boolean }
  | { readonly do: 'answer' | 'perform'; readonly vcpu: number; readonly node: number }
  | { readonly do: 'send'; readonly vcpu: number; readonly node: number; readonly to: number };

/** Chooses one of n. */
export type Choose = (n: number) => number;

/** Told of each choice that a policy makes. */
export type Tell = (choice: string) => void;

/**
 * What one event needs of a world, whether that is changed in place (`PlainWorld`) or put together from parts that are known
 * already (`KnownWorld`). Values in the lists are replaced, not changed.
 */
export interface World {
  vcpus: readonly WorldVcpu[];
  /** By channel: vCPUs under way, in order. */
  travellers: readonly (readonly Flight[])[];
  whimsLeft: number;
  /** First stalls so far: the clock that ages are told by. */
  clock: number;
  view(page: number): PageView;
  /** Changes the page. */
  act(page: number, event: PageEvent, choose: Choose, tell: Tell | undefined): readonly Act[];
  /** Channels that messages are on, in ascending order. */
  readonly busyChannels: readonly number[];
  /** Whose message is the first on a busy channel: a page's, or VCPU. */
  next(channel: number): number;
  post(channel: number, whose: number): void;
  take(channel: number): void;
  /** The first message about the page on the channel. */
  message(page: number, channel: number): Message;
}

/** In place of a page: the message brings a vCPU. */
export const VCPU = 255;

const each = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));

export function newPage({ nodes, protocol = DEFAULT_PROTOCOL }: WorldShape, page: number): PageWorld {
  const world: PageWorld = {
    page, nodes: each(nodes, (node) => newNodeState(node, nodes, protocol)), frames: each(nodes, () => -1),
    twins: each(nodes, () => -1), pledged: each(nodes, () => -1), rights: each(nodes, () => null), reserved: each(nodes, () => 0),
    channels: each(nodes ** 2, () => []), latest: 0, transfers: 0,
  };
  for (const node of world.nodes) pageState(node, page);
  return world;
}

export function newVcpus({ nodes, programs, starts }: WorldShape): WorldVcpu[] {
  return programs.map((_, id) => ({
    id, node: starts?.[id] ?? id % nodes, state: 'run', done: 0, registers: 0, served: 0, performed: false, age: null, sent: false,
    stalls: 0, stalledPage: -1, pinned: [],
  }));
}

export function recordOf({ nodes, page }: PageWorld, node: number): PageState {
  return nodes[node]!.pages.get(page)!;
}

export function finished({ vcpus }: { readonly vcpus: readonly WorldVcpu[] }): boolean {
  return vcpus.every(({ state }) => state === 'done');
}
