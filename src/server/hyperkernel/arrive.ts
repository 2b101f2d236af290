// A page, copy or mapping arrives at the node that asked for it: rights, pins, and who restarts.
import type { Effect } from './effects.js';
import { UNASKED, type Message } from './messages.js';
import { homeOf, learnOwner, type NodeState, type PageState } from './state.js';

export function granted(state: NodeState, s: PageState, grant: Extract<Message, { kind: 'grant' }>, effects: Effect[]): void {
  learnOwner(s, grant.owner, grant.epoch);
  if (grant.as === 'owner') {
    s.incoming ??= { epoch: grant.epoch, need: null, got: 0, serial: -1 };
    s.incoming.need = grant.acks;
    s.incoming.serial = grant.serial;
    if (grant.serial === UNASKED) effects.push({ do: 'releaseFrame', page: s.page });
    if (grant.dormant) effects.push(firstFrame(s, state.node, state.node, grant.reason));
    else effects.push({ do: 'install', page: s.page }, { do: 'note', what: 'bring', page: s.page, reason: grant.reason });
    if (s.incoming.got === s.incoming.need) becomeOwner(state, s, effects);
    return;
  }
  if (grant.as === 'copy') {
    s.right = 'secondary';
    effects.push({ do: 'install', page: s.page }, { do: 'grantRights', page: s.page, writable: false });
  } else {
    // The late answer to an earlier request may have brought a copy: the mapping takes its place.
    if (s.right === 'secondary') effects.push({ do: 'shootDown', page: s.page, keepReadable: false }, { do: 'freeFrame', page: s.page });
    s.right = 'mapped';
    effects.push({ do: 'mapRemote', page: s.page, owner: grant.owner, writable: grant.writable });
  }
  effects.push({ do: 'note', what: grant.as, page: s.page, reason: grant.reason });
  finishOpen(s, effects);
}

/** Page and all acknowledgements are in, or the page has just been made. */
export function becomeOwner(state: NodeState, s: PageState, effects: Effect[]): void {
  const serial = s.incoming?.serial;
  s.incoming = null;
  s.right = 'exclusive';
  s.copies = [];
  s.mappers = [];
  s.mapsWritable = false;
  effects.push({ do: 'grantRights', page: s.page, writable: true });
  const home = homeOf(s.page, state.nodes);
  if (home !== state.node && s.epoch > 1) {
    const message: Message = { kind: 'notice', page: s.page, owner: state.node, epoch: s.epoch };
    effects.push({ do: 'send', to: home, message, payload: 'none' });
  }
  finishOpen(s, effects);
  if (serial !== undefined) wakeToucher(s, serial, effects);
}

/** The page was made or given for a service that this node asked for: its vCPU performs the access itself. */
export function wakeToucher(s: PageState, serial: number, effects: Effect[]): void {
  const service = s.services.find((candidate) => candidate.serial === serial);
  if (!service) return;
  s.services = s.services.filter((other) => other !== service);
  s.pins.push({ vcpu: service.vcpu, age: service.age, attempted: false });
  effects.push({ do: 'wake', vcpu: service.vcpu, pinned: true });
}

/** The open request is answered: its vCPU runs next with the page pinned, the others that wait restart too. */
export function finishOpen(s: PageState, effects: Effect[]): void {
  const open = s.open;
  s.open = null;
  if (open && s.waiters.includes(open.vcpu)) {
    if (s.right !== 'mapped') s.pins.push({ vcpu: open.vcpu, age: open.age, attempted: false });
    s.waiters = s.waiters.filter((vcpu) => vcpu !== open.vcpu);
    effects.push({ do: 'wake', vcpu: open.vcpu, pinned: true });
  }
  wakeWaiters(s, effects);
}

/** The vCPU's open request ended without a page; the others that wait restart and ask anew. */
export function abandonOpen(s: PageState, vcpu: number, effects: Effect[]): void {
  s.open = null;
  s.waiters = s.waiters.filter((waiter) => waiter !== vcpu);
  wakeWaiters(s, effects);
}

function wakeWaiters(s: PageState, effects: Effect[]): void {
  for (const vcpu of s.waiters) effects.push({ do: 'wake', vcpu, pinned: false });
  s.waiters = [];
}

export function firstFrame(s: PageState, wanted: number, toucher: number, reason: string): Effect {
  return { do: 'zeroFrame', page: s.page, wanted, toucher, reason };
}
