// What a hyperkernel knows of pages: its own truth, and hints about the rest. Plain data.
import type { ProtocolSpec } from '../spec.js';
import type { Age, PageRequest, Want } from './messages.js';

/**
 * invalid: nothing here. secondary: a read-only copy. primary: owner, copies exist. exclusive: owner, no copies.
 * mapped: a window onto the owner's frame (load/store fabrics). A dormant page has no owner anywhere and epoch 0 at its
 * home. (States after the published software-defined server patents, US 11,175,927.)
 */
export type PageRight = 'invalid' | 'secondary' | 'primary' | 'exclusive' | 'mapped';

export interface OpenRequest {
  /** Tells its answer from answers to earlier requests of this node for the page. */
  readonly serial: number;
  readonly want: Want;
  readonly vcpu: number;
  readonly age: Age;
  readonly reason: string;
}

/**
 * A page that came for a stalled instruction stays until that retires (SEMANTICS 18). Until it has had one attempt
 * nobody takes the page; after that an older request may (SEMANTICS 19).
 */
export interface Pin {
  readonly vcpu: number;
  readonly age: Age;
  attempted: boolean;
}

export interface PageState {
  readonly page: number;
  right: PageRight;
  /** The latest owner this node has heard of, and the number of that ownership: higher is later. 0: never heard. */
  owner: number;
  epoch: number;
  /** Owner only: nodes with copies, ascending. */
  copies: number[];
  /** Owner only: nodes with mappings, ascending, and whether any may store. */
  mappers: number[];
  mapsWritable: boolean;
  /** What this node has asked for and not yet got. */
  open: OpenRequest | null;
  /** Requests of this node for the page so far. */
  serial: number;
  /**
   * Ownership on its way: acknowledgements may overtake the page, so `need` is null until that is in. `serial` is that of
   * the request that it answers; `writable`, whether the page may be stored to at once; `holders` are the nodes with copies
   * that are yet to be told to end them or, where no acknowledgement is needed, that keep them.
   */
  incoming: {
    readonly epoch: number; need: number | null; got: number; serial: number; writable: boolean; holders: readonly number[];
  } | null;
  /** Owner only: a request that waits for copies or mappings to end; some are `untold` yet if they end one after another. */
  busy: { readonly request: PageRequest; readonly mode: 'drop' | 'readonly'; acksLeft: number; untold: readonly number[] } | null;
  /** The request under way that tells which version this node keeps; one at a time does. */
  pledge: number | null;
  /** A node that was asked to take the page, and has not answered. */
  offered: { readonly to: number; readonly reason: string } | null;
  /** Services that this node asked for: one may turn out to be the first touch of a page, or bring the page. */
  services: { readonly serial: number; readonly vcpu: number; readonly age: Age }[];
  /** vCPUs of this node that wait for the page. */
  waiters: number[];
  /** Requests of others, in order of arrival. */
  queue: PageRequest[];
  pins: Pin[];
  /** Invalidations that wait for a pinned copy's one attempt. */
  heldInvalidations: { readonly ackTo: number; readonly owner: number; readonly epoch: number }[];
  /**
   * Serial invalidation: the ownership for which this node last ended its copy. There the invalidation comes from another
   * node than the copy and may overtake it; a copy of an earlier ownership has ended before it came.
   */
  endedEpoch: number | null;
}

export interface NodeState {
  readonly node: number;
  readonly nodes: number;
  readonly protocol: ProtocolSpec;
  readonly pages: Map<number, PageState>;
}

export function newNodeState(node: number, nodes: number, protocol: ProtocolSpec): NodeState {
  return { node, nodes, protocol, pages: new Map() };
}

/** The page's record, made when first asked for. */
export function pageState(state: NodeState, page: number): PageState {
  let s = state.pages.get(page);
  if (!s) {
    s = {
      page, right: 'invalid', owner: -1, epoch: 0, copies: [], mappers: [], mapsWritable: false,
      open: null, serial: 0, incoming: null, busy: null, pledge: null, offered: null, services: [], waiters: [], queue: [],
      pins: [], heldInvalidations: [], endedEpoch: null,
    };
    state.pages.set(page, s);
  }
  return s;
}

/** The page's directory node: a multiplicative hash (Knuth's constant), so that neighbours spread. */
export function homeOf(page: number, nodes: number): number {
  return (Math.imul(page, 0x9e3779b1) >>> 8) % nodes;
}

/** Whether a node that gets the page for a load or a store may store at once: where versions count, the first store is seen. */
export function mayStore(state: NodeState, write: boolean): boolean {
  return write || state.protocol.transfer === 'whole';
}

export function isOwner(s: PageState): boolean {
  return s.right === 'primary' || s.right === 'exclusive';
}

/** Takes in where the owner is, unless this node knows later news. */
export function learnOwner(s: PageState, owner: number, epoch: number): void {
  if (epoch <= s.epoch) return;
  s.owner = owner;
  s.epoch = epoch;
}
