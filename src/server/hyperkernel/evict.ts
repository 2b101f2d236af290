// Room for others: a copy is dropped silently, as directory protocols drop shared lines; an owned page goes to a node that
// has agreed to take it, so that no page that was not asked for lands on a full node. (Published software-defined server
// patents count eviction among the events that move pages, and name unsolicited requests to receive evicted memory:
// US 11,175,927; US 11,449,233.)
import type { Effect, PageMessage } from './effects.js';
import { UNASKED, type PageRequest } from './messages.js';
import { receiveRequest, type StepContext } from './owner.js';
import { isOwner, type NodeState, type PageState } from './state.js';

/** The reason why something leaves to make room. */
export const EVICT = 'evict';

/**
 * Ends a copy or a mapping that no instruction needs. Whoever keeps the list of copies is not told: an invalidation of a
 * copy that is gone is acknowledged like any other. While ownership is on its way here, the copy may already be the page.
 */
export function dropped(s: PageState, effects: Effect[]): void {
  if (s.pins.length > 0 || s.heldInvalidations.length > 0 || s.incoming) return;
  if (s.right !== 'secondary' && s.right !== 'mapped') return;
  effects.push({ do: 'shootDown', page: s.page, keepReadable: false });
  if (s.right === 'secondary') effects.push({ do: 'freeFrame', page: s.page });
  effects.push({ do: 'note', what: 'drop', page: s.page, reason: EVICT });
  s.right = 'invalid';
}

/** The message brings a page that left its node to make room. */
export function isEviction(message: PageMessage): boolean {
  return message.kind === 'grant' && message.serial === UNASKED && message.reason === EVICT;
}

/** The page is here, and nobody waits for it or is about to use it. */
export function mayEvict(s: PageState): boolean {
  return isOwner(s) && !s.busy && !s.incoming && !s.open && s.queue.length === 0 && s.pins.length === 0;
}

/** One offer is open at a time, and stays so until it is answered, even if the page has gone another way meanwhile. */
export function offer(state: NodeState, s: PageState, to: number, reason: string, effects: Effect[]): void {
  if (to === state.node || s.offered || !mayEvict(s)) return;
  s.offered = { to, reason };
  effects.push({ do: 'send', to, message: { kind: 'offer', page: s.page, from: state.node }, payload: 'none' });
}

/** A node would like to send a page here. The frame is reserved until the page or the withdrawal comes. */
export function offered(s: PageState, from: number, effects: Effect[], context: StepContext): void {
  const takes = !isOwner(s) && !s.incoming && context.hasRoom(s.page);
  if (takes) effects.push({ do: 'reserveFrame', page: s.page });
  effects.push({ do: 'send', to: from, message: { kind: takes ? 'accept' : 'decline', page: s.page }, payload: 'none' });
}

/** The page goes as it would on request, if it may still go. */
export function accepted(state: NodeState, s: PageState, effects: Effect[], context: StepContext): void {
  const { to, reason } = s.offered!;
  s.offered = null;
  if (!mayEvict(s)) {
    effects.push({ do: 'send', to, message: { kind: 'withdraw', page: s.page }, payload: 'none' });
    return;
  }
  const request: PageRequest = {
    kind: 'request', page: s.page, from: to, vcpu: -1, serial: UNASKED, age: [Infinity, -1], want: 'bring', write: true,
    insist: true, place: -1, placeReason: '', reason, service: null, holds: 0, toEpoch: s.epoch, viaHome: true, hops: 0,
  };
  receiveRequest(state, s, request, effects, context);
}
