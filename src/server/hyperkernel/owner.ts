// The owner serialises its page (SEMANTICS 12): requests come one after another, wait while the page is pinned or busy,
// and are sent on where this node is not the owner.
import type { OwnerDecision } from '../placement/seam.js';
import { becomeOwner, endPledge, finishOpen, firstFrame, wakeToucher } from './arrive.js';
import type { Effect } from './effects.js';
import { tell } from './invalidate.js';
import { older, type Grant, type Message, type PageRequest } from './messages.js';
import { homeOf, isOwner, learnOwner, mayStore, type NodeState, type PageState } from './state.js';

/** What a step may ask of its surroundings. */
export interface StepContext {
  /** A policy's answer as the owner of a requested page. */
  ownerDecision(request: PageRequest): OwnerDecision;
  /** Whether this node can take a page that another would like to send; a yes makes the step reserve a frame. */
  hasRoom(page: number): boolean;
}

export function receiveRequest(
  state: NodeState, s: PageState, request: PageRequest, effects: Effect[], context: StepContext,
): void {
  if (isForgotten(state, s, request)) {
    endPledge(s, request.serial, effects);
    return;
  }
  if (request.want === 'locate' && s.epoch > 0) {
    effects.push(located(state, s, request));
    return;
  }
  // Ownership is here or on its way here: the sender knows of a later epoch at this node than this node does.
  if (isOwner(s) || s.incoming || request.toEpoch > s.epoch) {
    s.queue.push(request);
    drain(state, s, effects, context);
    return;
  }
  const home = homeOf(s.page, state.nodes);
  if (s.epoch === 0 && home === state.node) {
    placeDormant(state, s, request, effects, context);
  } else if (home === state.node || (request.viaHome && s.epoch > 0)) {
    forward(s.owner, { ...request, toEpoch: s.epoch, viaHome: true }, effects);
  } else {
    // A stale hint: the home knows better. Successor chains could be as long as the page's history; so the first three
    // hops are hint, home, owner, and only transfers that overlap the request add to them.
    forward(home, { ...request, toEpoch: 0 }, effects);
  }
}

/** Serves what may be served now, oldest arrival first; sends the rest on when the page has gone. */
export function drain(state: NodeState, s: PageState, effects: Effect[], context: StepContext): void {
  if (s.queue.length > 0) forget(state, s, effects);
  while (s.queue.length > 0 && isOwner(s) && !s.busy && !s.incoming) {
    const next = s.queue.findIndex((request) => mayServe(s, request));
    if (next < 0) return;
    const [request] = s.queue.splice(next, 1);
    serve(state, s, request!, effects, context);
  }
  if (s.queue.length === 0 || isOwner(s) || s.incoming) return;
  const waiting = s.queue;
  s.queue = waiting.filter((request) => request.toEpoch > s.epoch);
  for (const request of waiting) {
    if (request.toEpoch > s.epoch) continue;
    // This node's own wish to be rid of copies became a wish for the page when the page was taken.
    const want = request.want === 'upgrade' ? 'bring' : request.want;
    forward(s.owner, { ...request, want, toEpoch: s.epoch, viaHome: true }, effects);
  }
}

/**
 * A request of this node's own that has come back, and that nobody here waits for any more: the page came for another vCPU of
 * the node, or unasked. It would follow the page from owner to owner, and in the end bring it here for nobody.
 */
function isForgotten(state: NodeState, s: PageState, { from, serial }: PageRequest): boolean {
  return from === state.node && s.open?.serial !== serial && s.services.every((service) => service.serial !== serial);
}

function forget(state: NodeState, s: PageState, effects: Effect[]): void {
  s.queue = s.queue.filter((request) => {
    if (!isForgotten(state, s, request)) return true;
    endPledge(s, request.serial, effects);
    return false;
  });
}

/** One of the acknowledgements that the busy request waits for. */
export function acknowledged(state: NodeState, s: PageState, effects: Effect[], context: StepContext): void {
  const busy = s.busy!;
  if (busy.untold.length > 0) busy.untold = end(state, s, busy.untold, busy.mode, effects);
  if (--busy.acksLeft > 0) return;
  s.busy = null;
  serve(state, s, busy.request, effects, context);
}

function mayServe(s: PageState, request: PageRequest): boolean {
  if (request.want === 'upgrade' || request.want === 'locate') return true;
  return s.pins.every((pin) => pin.attempted && older(request.age, pin.age));
}

function forward(to: number, request: PageRequest, effects: Effect[]): void {
  effects.push({ do: 'send', to, message: { ...request, hops: request.hops + 1 }, payload: 'none' });
}

function located(state: NodeState, s: PageState, request: PageRequest): Effect {
  const owner = isOwner(s) ? state.node : s.owner;
  return {
    do: 'send', to: request.from, payload: 'none',
    message: { kind: 'located', page: s.page, owner, epoch: s.epoch, serial: request.serial },
  };
}

/** The home decides the first touch: the first request wins, later ones find the page owned. */
function placeDormant(
  state: NodeState, s: PageState, request: PageRequest, effects: Effect[], context: StepContext,
): void {
  learnOwner(s, request.place, 1);
  if (request.place === request.from && request.from !== state.node) {
    const grant: Grant = {
      kind: 'grant', page: s.page, as: 'owner', owner: request.from, epoch: 1, acks: 0, holders: [], dormant: true,
      writable: mayStore(state, request.write), serial: request.serial, holds: 0, reason: request.placeReason,
    };
    effects.push({ do: 'send', to: request.from, message: grant, payload: 'none' });
  } else if (request.place !== state.node) {
    effects.push({ do: 'send', to: request.place, message: { kind: 'create', page: s.page, request }, payload: 'none' });
  } else {
    effects.push(firstFrame(s, request.place, request.from, request.placeReason));
    becomeOwner(state, s, effects, mayStore(state, request.write && request.from === state.node));
    if (request.from === state.node) wakeToucher(s, request.serial, effects);
    else receiveRequest(state, s, request, effects, context);
  }
}

function serve(state: NodeState, s: PageState, request: PageRequest, effects: Effect[], context: StepContext): void {
  // A request of this node's own that found the page here already, sent unasked: becoming owner answered it.
  if (request.from === state.node && request.want !== 'upgrade' && request.want !== 'service') {
    endPledge(s, request.serial, effects);
    return;
  }
  const negotiable = !request.insist && ['bring', 'copy', 'map', 'service'].includes(request.want);
  const answer = negotiable ? context.ownerDecision(request) : null;
  // Who asks for a service waits for an answer or the page; it did not ask to be sent here, or for a copy.
  if (answer?.action === 'refuse' && request.want !== 'service') {
    const message: Message = {
      kind: 'refused', page: s.page, owner: state.node, epoch: s.epoch, serial: request.serial, reason: answer.reason,
    };
    effects.push({ do: 'send', to: request.from, message, payload: 'none' });
    return;
  }
  const copies = answer?.action === 'copy' && !request.write && request.want !== 'service';
  const want = answer?.action === 'give' ? 'bring' : copies ? 'copy' : request.want;
  const given = answer?.action === 'give' ? { reason: answer.reason, ...(answer.note && { note: answer.note }) } : {};
  const granted = { ...request, ...given, want };
  switch (want) {
    case 'bring': give(state, s, granted, effects); break;
    case 'copy':
      if (state.protocol.readOwnership === 'move') lead(state, s, granted, effects);
      else copy(state, s, granted, effects);
      break;
    case 'map': map(state, s, granted, effects); break;
    case 'locate': effects.push(located(state, s, request)); break;
    case 'service':
      if (request.write && endOthers(state, s, granted, 'copies', effects)) return;
      effects.push({ do: 'serve', request, epoch: s.epoch });
      break;
    case 'upgrade':
      if (endOthers(state, s, granted, 'copies', effects)) return;
      effects.push({ do: 'grantRights', page: s.page, writable: true });
      finishOpen(s, effects);
      break;
  }
}

/** Ownership moves: copies acknowledge to the new owner, and in parallel with the page where they may; mappings end first. */
function give(state: NodeState, s: PageState, request: PageRequest, effects: Effect[]): void {
  if (endOthers(state, s, request, 'mappers', effects)) return;
  const others = s.copies.filter((node) => node !== request.from);
  const epoch = s.epoch + 1;
  effects.push({ do: 'shootDown', page: s.page, keepReadable: false });
  const serially = others.length > 0 && state.protocol.invalidation === 'serial';
  if (!serially) tell(state, others, { page: s.page, mode: 'drop', ackTo: request.from, owner: request.from, epoch }, effects);
  const grant: Grant = {
    kind: 'grant', page: s.page, as: 'owner', owner: request.from, epoch, acks: others.length, holders: serially ? others : [],
    dormant: false, writable: mayStore(state, request.write), serial: request.serial, holds: request.holds,
    reason: request.reason, ...(request.note && { note: request.note }),
  };
  effects.push({ do: 'send', to: request.from, message: grant, payload: 'page' }, { do: 'freeFrame', page: s.page });
  s.right = 'invalid';
  s.copies = [];
  s.pins = [];
  learnOwner(s, request.from, epoch);
}

/**
 * Ownership goes to the reader with the list of copies, and a copy stays here: a store may follow the load. (So in
 * US 11,175,927, and in GiantVM, where a read fault transfers ownership too.)
 */
function lead(state: NodeState, s: PageState, request: PageRequest, effects: Effect[]): void {
  if (endOthers(state, s, request, 'mappers', effects)) return;
  const holders = withNode(s.copies.filter((node) => node !== request.from), state.node);
  const epoch = s.epoch + 1;
  if (s.right === 'exclusive') effects.push({ do: 'shootDown', page: s.page, keepReadable: true });
  const grant: Grant = {
    kind: 'grant', page: s.page, as: 'owner', owner: request.from, epoch, acks: 0, holders, dormant: false, writable: false,
    serial: request.serial, holds: request.holds, reason: request.reason, ...(request.note && { note: request.note }),
  };
  effects.push({ do: 'send', to: request.from, message: grant, payload: 'page' });
  s.right = 'secondary';
  s.copies = [];
  learnOwner(s, request.from, epoch);
}

function copy(state: NodeState, s: PageState, request: PageRequest, effects: Effect[]): void {
  if (s.mapsWritable && endOthers(state, s, request, 'stores', effects)) return;
  if (s.right === 'exclusive') effects.push({ do: 'shootDown', page: s.page, keepReadable: true });
  s.right = 'primary';
  s.copies = withNode(s.copies, request.from);
  // A mapper that takes a copy stays on the list: until the copy arrives it still reaches this frame.
  const grant: Grant = {
    kind: 'grant', page: s.page, as: 'copy', owner: state.node, epoch: s.epoch, acks: 0, holders: [], dormant: false,
    writable: false, serial: request.serial, holds: request.holds, reason: request.reason,
  };
  effects.push({ do: 'send', to: request.from, message: grant, payload: 'page' });
}

function map(state: NodeState, s: PageState, request: PageRequest, effects: Effect[]): void {
  if (request.write && endOthers(state, s, request, 'copies', effects)) return;
  const writable = s.copies.length === 0;
  s.mappers = withNode(s.mappers, request.from);
  s.mapsWritable ||= writable;
  const grant: Grant = {
    kind: 'grant', page: s.page, as: 'map', owner: state.node, epoch: s.epoch, acks: 0, holders: [], dormant: false, writable,
    serial: request.serial, holds: request.holds, reason: request.reason,
  };
  effects.push({ do: 'send', to: request.from, message: grant, payload: 'mapping' });
}

/**
 * Sends invalidations for copies, mappings, or mappings' right to store, and makes the request wait for their
 * acknowledgements. False if there is nothing to end.
 */
function endOthers(
  state: NodeState, s: PageState, request: PageRequest, what: 'copies' | 'mappers' | 'stores', effects: Effect[],
): boolean {
  const nodes = what === 'copies' ? s.copies : s.mappers;
  if (what === 'copies') {
    s.copies = [];
    s.right = nodes.length === 0 ? 'exclusive' : s.right;
  } else {
    s.mapsWritable = false;
    if (what === 'mappers') s.mappers = [];
  }
  if (nodes.length === 0) return false;
  const mode = what === 'stores' ? 'readonly' : 'drop';
  s.busy = { request, mode, acksLeft: nodes.length, untold: end(state, s, nodes, mode, effects) };
  return true;
}

function end(
  state: NodeState, s: PageState, nodes: readonly number[], mode: 'drop' | 'readonly', effects: Effect[],
): readonly number[] {
  return tell(state, nodes, { page: s.page, mode, ackTo: state.node, owner: state.node, epoch: s.epoch }, effects);
}

function withNode(nodes: readonly number[], node: number): number[] {
  return nodes.includes(node) ? [...nodes] : [...nodes, node].sort((a, b) => a - b);
}
