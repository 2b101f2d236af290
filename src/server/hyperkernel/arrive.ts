// A page, copy or mapping arrives at the node that asked for it: rights, pins, and who restarts.
import type { Effect } from './effects.js';
import { tell } from './invalidate.js';
import { UNASKED, type Grant, type Message, type PageRequest } from './messages.js';
import { homeOf, learnOwner, type NodeState, type PageState } from './state.js';

export function granted(state: NodeState, s: PageState, grant: Grant, effects: Effect[]): void {
  learnOwner(s, grant.owner, grant.epoch);
  if (grant.as === 'owner') ownershipGranted(state, s, grant, effects);
  else if (grant.as === 'copy' && grant.epoch < (s.endedEpoch ?? 0)) endedBeforeItCame(state, s, grant, effects);
  else {
    if (grant.as === 'copy') {
      s.right = 'secondary';
      effects.push({ do: 'install', page: s.page }, { do: 'grantRights', page: s.page, writable: false });
    } else {
      // The late answer to an earlier request may have brought a copy: the mapping takes its place.
      if (s.right === 'secondary') {
        effects.push({ do: 'shootDown', page: s.page, keepReadable: false }, { do: 'freeFrame', page: s.page });
      }
      s.right = 'mapped';
      effects.push({ do: 'mapRemote', page: s.page, owner: grant.owner, writable: grant.writable });
    }
    effects.push({ do: 'note', what: grant.as, page: s.page, reason: grant.reason });
    finishOpen(s, effects);
  }
  endPledge(s, grant.serial, effects);
}

/** The request that a version was kept for has been answered. */
export function endPledge(s: PageState, serial: number, effects: Effect[]): void {
  if (s.pledge !== serial) return;
  s.pledge = null;
  effects.push({ do: 'endPledge', page: s.page });
}

function ownershipGranted(state: NodeState, s: PageState, grant: Grant, effects: Effect[]): void {
  const { acks, serial } = grant;
  if (serial === UNASKED) effects.push({ do: 'releaseFrame', page: s.page });
  if (grant.dormant) effects.push(firstFrame(s, state.node, state.node, grant.reason));
  else {
    const what = acks === 0 && grant.holders.length > 0 ? 'own' : 'bring';
    effects.push({ do: 'install', page: s.page }, { do: 'note', what, page: s.page, reason: grant.reason });
  }
  const holders = acks > 0 ? tellHolders(state, s, grant.holders, grant.epoch, effects) : grant.holders;
  s.incoming = { epoch: grant.epoch, got: s.incoming?.got ?? 0, need: acks, serial, writable: grant.writable, holders };
  if (s.incoming.got === acks) becomeOwner(state, s, effects, grant.writable);
}

/** One of the copies that the page on its way here must wait for has ended. */
export function copyEnded(state: NodeState, s: PageState, epoch: number, effects: Effect[]): void {
  s.incoming ??= { epoch, need: null, got: 0, serial: -1, writable: false, holders: [] };
  s.incoming.got++;
  s.incoming.holders = tellHolders(state, s, s.incoming.holders, epoch, effects);
  if (s.incoming.got === s.incoming.need) becomeOwner(state, s, effects, s.incoming.writable);
}

function tellHolders(
  state: NodeState, s: PageState, holders: readonly number[], epoch: number, effects: Effect[],
): readonly number[] {
  return tell(state, holders, { page: s.page, mode: 'drop', ackTo: state.node, owner: state.node, epoch }, effects);
}

/** If the node still waits for this copy it asks again, for the page itself: nobody can end that before it has come. */
function endedBeforeItCame(state: NodeState, s: PageState, { serial }: Grant, effects: Effect[]): void {
  effects.push({ do: 'discard', page: s.page });
  if (s.open?.serial !== serial || s.incoming) return;
  s.open = { ...s.open, serial: ++s.serial, want: 'bring' };
  const { vcpu, age, reason } = s.open;
  const message: PageRequest = {
    kind: 'request', page: s.page, from: state.node, vcpu, serial: s.serial, age, want: 'bring', write: false, insist: true,
    place: -1, placeReason: '', reason, service: null, holds: 0, toEpoch: s.epoch, viaHome: false, hops: 1,
  };
  effects.push({ do: 'send', to: s.owner, message, payload: 'none' });
}

/** Page and all acknowledgements are in, or the page has just been made. */
export function becomeOwner(state: NodeState, s: PageState, effects: Effect[], writable: boolean): void {
  const serial = s.incoming?.serial;
  s.copies = [...(s.incoming?.holders ?? [])];
  s.incoming = null;
  s.right = s.copies.length > 0 ? 'primary' : 'exclusive';
  s.mappers = [];
  s.mapsWritable = false;
  effects.push({ do: 'grantRights', page: s.page, writable: writable && s.right === 'exclusive' });
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
