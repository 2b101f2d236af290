// Ends copies and mappings: who is told, in which order, and what the node that is told does.
// Parallel (the published software-defined server patents, US 11,175,927): the owner tells all at once, and they acknowledge
// to whoever waits for them. Serial (Ivy; GiantVM's kvm_dsm_invalidate in Linux-DSM, arch/x86/kvm/ivy.c): whoever waits for
// the acknowledgements tells one after another, so the wait grows with the number of copies.
import type { Effect } from './effects.js';
import type { Message } from './messages.js';
import { learnOwner, type NodeState, type PageState } from './state.js';

export type Invalidation = Extract<Message, { kind: 'invalidate' }>;

/** Tells the first of `nodes`, or all; returns those that are to be told later, as acknowledgements come in. */
export function tell(
  state: NodeState, nodes: readonly number[], invalidation: Omit<Invalidation, 'kind'>, effects: Effect[],
): readonly number[] {
  const now = nodes.length > 1 && state.protocol.invalidation === 'serial' ? nodes.slice(0, 1) : nodes;
  for (const to of now) effects.push({ do: 'send', to, message: { kind: 'invalidate', ...invalidation }, payload: 'none' });
  return nodes.slice(now.length);
}

export function invalidated(state: NodeState, s: PageState, message: Invalidation, effects: Effect[]): void {
  if (message.mode === 'readonly') {
    if (s.right === 'mapped') effects.push({ do: 'shootDown', page: s.page, keepReadable: true });
    acknowledge(state, s, message, effects);
    return;
  }
  if (s.right === 'secondary' && s.pins.some((pin) => !pin.attempted)) {
    s.heldInvalidations.push({ ackTo: message.ackTo, owner: message.owner, epoch: message.epoch });
    return;
  }
  endCopy(state, s, message, effects);
}

/** Those that waited for a pinned copy's attempt. */
export function releaseHeld(state: NodeState, s: PageState, effects: Effect[]): void {
  if (s.heldInvalidations.length === 0 || s.pins.some((pin) => !pin.attempted)) return;
  const held = s.heldInvalidations;
  s.heldInvalidations = [];
  for (const message of held) endCopy(state, s, message, effects);
}

function endCopy(
  state: NodeState, s: PageState, message: { readonly ackTo: number; readonly owner: number; readonly epoch: number },
  effects: Effect[],
): void {
  if (s.right === 'secondary' || s.right === 'mapped') {
    effects.push({ do: 'shootDown', page: s.page, keepReadable: false });
    if (s.right === 'secondary') effects.push({ do: 'freeFrame', page: s.page });
    effects.push({ do: 'note', what: 'invalidate', page: s.page, reason: 'write' });
    s.right = 'invalid';
    s.pins = [];
  }
  if (state.protocol.invalidation === 'serial') s.endedEpoch = message.epoch;
  learnOwner(s, message.owner, message.epoch);
  acknowledge(state, s, message, effects);
}

function acknowledge(
  state: NodeState, s: PageState, message: { readonly ackTo: number; readonly epoch: number }, effects: Effect[],
): void {
  effects.push({
    do: 'send', to: message.ackTo, payload: 'none',
    message: { kind: 'ack', page: s.page, from: state.node, epoch: message.epoch },
  });
}
