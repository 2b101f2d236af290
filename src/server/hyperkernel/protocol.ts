// The coherence protocol by page: (state, input) -> effects. A node's state is changed in place; nothing else is touched,
// so the same step serves the running server and an exhaustive exploration. Rules: SEMANTICS 11 to 20 of the design,
// told for readers in docs/protocol.md.
import { abandonOpen, becomeOwner, copyEnded, endPledge, firstFrame, granted } from './arrive.js';
import type { Effect } from './effects.js';
import { accepted, dropped, offer, offered } from './evict.js';
import { invalidated, releaseHeld } from './invalidate.js';
import { older, type Age, type Message, type PageRequest, type ServiceAccess, type Want } from './messages.js';
import { acknowledged, drain, receiveRequest, type StepContext } from './owner.js';
import { homeOf, isOwner, learnOwner, mayStore, pageState, type NodeState, type PageState } from './state.js';

export type Input =
  | Message
  /** A vCPU of this node stalled, and this is what shall be done about it. */
  | {
    readonly kind: 'stall'; readonly page: number; readonly vcpu: number; readonly age: Age; readonly write: boolean;
    readonly want: Want; readonly insist: boolean; readonly place: number; readonly placeReason: string;
    readonly reason: string; readonly service: ServiceAccess | null;
    /** The version that this node has of the page, in a copy or a twin; 0 if none. */
    readonly holds: number;
  }
  /** The vCPU has tried the instruction that the page was pinned for: it retired, or it stalled on something else. */
  | { readonly kind: 'attempted'; readonly page: number; readonly vcpu: number; readonly retired: boolean }
  /** A page of zeros that this node owns has got a frame for the vCPU's instruction, which nobody needed to be asked for. */
  | { readonly kind: 'touched'; readonly page: number; readonly vcpu: number; readonly age: Age }
  /** An owned page shall go to another node, for room here or on a policy's own wish; if that node agrees it does. */
  | { readonly kind: 'evict'; readonly page: number; readonly to: number; readonly reason: string }
  /** A copy or mapping shall end to make room. No effects mean that it stays, since an instruction is about to use it. */
  | { readonly kind: 'drop'; readonly page: number };

/** Messages whose effects the shell makes alone. */
export type ShellMessage = Extract<Message, { kind: 'vcpu' }>;

export function step(state: NodeState, input: Exclude<Input, ShellMessage>, context: StepContext): Effect[] {
  const effects: Effect[] = [];
  const s = pageState(state, input.page);
  switch (input.kind) {
    case 'stall': stalled(state, s, input, effects, context); break;
    case 'request': receiveRequest(state, s, input, effects, context); break;
    case 'create':
      learnOwner(s, state.node, 1);
      effects.push(firstFrame(s, state.node, input.request.from, input.request.placeReason));
      becomeOwner(state, s, effects, mayStore(state, false));
      receiveRequest(state, s, input.request, effects, context);
      break;
    case 'grant': granted(state, s, input, effects); drain(state, s, effects, context); break;
    case 'invalidate': invalidated(state, s, input, effects); break;
    case 'ack':
      if (s.busy && !s.incoming) acknowledged(state, s, effects, context);
      else copyEnded(state, s, input.epoch, effects);
      drain(state, s, effects, context);
      break;
    case 'notice': learnOwner(s, input.owner, input.epoch); break;
    case 'located': case 'refused':
      learnOwner(s, input.owner, input.epoch);
      endPledge(s, input.serial, effects);
      // The page may have been sent here unasked meanwhile: then nobody waits for this any more.
      if (s.open?.serial !== input.serial) break;
      effects.push({ do: 'sendVcpu', vcpu: s.open.vcpu, to: input.owner, reason: input.kind === 'refused' ? input.reason : s.open.reason });
      abandonOpen(s, s.open.vcpu, effects);
      break;
    case 'answer':
      learnOwner(s, input.owner, input.epoch);
      endPledge(s, input.serial, effects);
      effects.push({ do: 'answer', vcpu: input.vcpu, value: input.value });
      s.services = s.services.filter((service) => service.serial !== input.serial);
      break;
    case 'attempted': attempted(state, s, input.vcpu, input.retired, effects, context); break;
    case 'touched': s.pins.push({ vcpu: input.vcpu, age: input.age, attempted: false }); break;
    case 'evict': offer(state, s, input.to, input.reason, effects); break;
    case 'offer': offered(s, input.from, effects, context); break;
    case 'accept': accepted(state, s, effects, context); break;
    case 'decline': s.offered = null; break;
    case 'withdraw': effects.push({ do: 'releaseFrame', page: s.page }); break;
    case 'drop': dropped(s, effects); break;
  }
  return effects;
}

function stalled(
  state: NodeState, s: PageState, stall: Extract<Input, { kind: 'stall' }>, effects: Effect[], context: StepContext,
): void {
  const { kind: _, holds, ...wish } = stall;
  const { want, vcpu, age, reason } = stall;
  const waitsForOther = s.incoming !== null || (s.open !== null && !older(age, s.open.age));
  if (want !== 'service' || waitsForOther) s.waiters.push(vcpu);
  if (waitsForOther) return;
  const serial = ++s.serial;
  // An older vCPU asks again in its own name, or it would wait as long as the younger one must (SEMANTICS 19).
  if (want !== 'service') s.open = { serial, want, vcpu, age, reason };
  else s.services.push({ serial, vcpu, age });
  const pledges = holds > 0 && s.pledge === null && want !== 'upgrade' && want !== 'locate';
  if (pledges) {
    s.pledge = serial;
    effects.push({ do: 'pledge', page: s.page, version: holds });
  }
  const request: PageRequest = {
    kind: 'request', from: state.node, serial, toEpoch: s.epoch, viaHome: false, hops: 0, ...wish, holds: pledges ? holds : 0,
  };
  const target = s.epoch > 0 ? s.owner : homeOf(s.page, state.nodes);
  if (target === state.node) receiveRequest(state, s, request, effects, context);
  else effects.push({ do: 'send', to: target, message: { ...request, hops: 1 }, payload: 'none' });
}

function attempted(
  state: NodeState, s: PageState, vcpu: number, retired: boolean, effects: Effect[], context: StepContext,
): void {
  if (retired) s.pins = s.pins.filter((pin) => pin.vcpu !== vcpu);
  else for (const pin of s.pins) if (pin.vcpu === vcpu) pin.attempted = true;
  releaseHeld(state, s, effects);
  drain(state, s, effects, context);
}
