// What to do about a stall: asks the policy, and sees to it that no advice can livelock the guest (SEMANTICS 17 to 21).
import type { StallRecord } from '../../guest/machine/engine.js';
import { guestCores } from '../nodes.js';
import type { StallNote } from '../observe.js';
import type { Decision, NodeView, Policy, Stall } from '../placement/seam.js';
import { ServerFailure } from './frames.js';
import type { Want } from './messages.js';
import type { NodeParts } from './node.js';
import type { Input } from './protocol.js';
import { homeOf, isOwner, pageState, type NodeState, type PageState } from './state.js';
import { rememberStall, type Vcpu } from './vcpu.js';

/** After so many stalls of one instruction the page is brought, whatever the policy says. */
export const STALLS_BEFORE_INSISTING = 4;

export type Outcome =
  | Extract<Input, { kind: 'stall' }>
  | { readonly kind: 'move'; readonly to: number; readonly swap: boolean; readonly reason: string };

export function stallInput(
  node: NodeParts, policy: Policy, view: NodeView, vcpu: Vcpu, record: StallRecord, nowPs: number,
): Outcome {
  const s = pageState(node.state, record.page);
  const write = record.kind === 'write' || record.kind === 'rmw';
  vcpu.instruction ??= { firstStallPs: nowPs, stalls: 0, sent: false };
  vcpu.instruction.stalls++;
  const owner = s.epoch > 0 && !isOwner(s) ? s.owner : -1;
  const repeats = rememberStall(vcpu, record.page, owner);
  const asked = (dormant: boolean, believed: number): Stall => ({
    vcpu: vcpu.id, page: record.page, kind: record.kind === 'fetch' ? 'read' : record.kind, nowPs, dormant, owner: believed,
    holdsCopy: s.right === 'secondary', repeats, run: vcpu.run.length,
  });
  // Of a page never heard of only the home knows whether it is dormant: so the policy says what to do in either case.
  const placed = s.epoch === 0 ? checked(policy.onStall(asked(true, -1), view), node, 'dormant') : null;
  const isHome = homeOf(s.page, node.state.nodes) === node.node;
  const decision = forced(s, vcpu, record, write)
    ?? whereCoresAre(checked(policy.onStall(asked(false, placed && isHome ? placed.node : owner), view), node, 'owned'), owner, node);
  const move = placed || s.open ? undefined : directMove(node, decision, owner);
  if (move) return move;
  return {
    kind: 'stall', page: record.page, vcpu: vcpu.id, age: [vcpu.instruction.firstStallPs, vcpu.id], write,
    want: wanted(node, s, decision, record, write), insist: insists(decision, vcpu), reason: decision.reason,
    place: placed?.node ?? -1, placeReason: placed?.reason ?? '', holds: isOwner(s) ? 0 : node.versions.held(record.page),
    service: record.kind === 'fetch' ? null : {
      kind: record.kind, address: record.address, bytes: record.bytes,
      ...(record.value === undefined ? {} : { value: record.value }),
      ...(record.update === undefined ? {} : { update: record.update }),
    },
  };
}

/** For observers. */
export function stallNote(state: NodeState, vcpu: number, record: StallRecord, outcome: Outcome, atPs: number): StallNote {
  const s = pageState(state, record.page);
  const { kind, page, address, bytes } = record;
  const { place, placeReason } = outcome.kind === 'move' ? { place: -1, placeReason: '' } : outcome;
  return {
    vcpu, node: state.node, page, kind, address, bytes, owner: isOwner(s) ? state.node : s.owner, reason: outcome.reason,
    want: outcome.kind === 'move' ? 'move' : outcome.want, to: outcome.kind === 'move' ? outcome.to : -1, place, placeReason, atPs,
  };
}

const INSISTS = 'progress';
const FETCH = 'fetch';

/** The owner may not refuse; nor code to a vCPU that was sent for this instruction, or that must stay with a pinned page. */
function insists(decision: Decision, vcpu: Vcpu): boolean {
  return decision.reason === INSISTS || (decision.reason === FETCH && (vcpu.instruction!.sent || vcpu.pinned.length > 0));
}

/** What the hyperkernel does without asking the policy. */
function forced(s: PageState, vcpu: Vcpu, record: StallRecord, write: boolean): Decision | undefined {
  if (isOwner(s)) return { action: 'bring', reason: 'upgrade' };
  if (record.kind === 'fetch') return { action: 'copy', reason: FETCH };
  const { sent, stalls } = vcpu.instruction!;
  // A vCPU with a page pinned for it stays: were it sent away, the page would have come for nothing.
  if (sent || stalls > STALLS_BEFORE_INSISTING || vcpu.pinned.length > 0) return { action: 'bring', reason: INSISTS };
  // What a guest call reads, and a page-crossing access, is never served remotely; a copy will do for reading.
  if (record.mustCome && !write) return { action: 'copy', reason: 'whole-access' };
  return undefined;
}

/** Where a vCPU would go to a node that runs none, the page comes. */
function whereCoresAre(decision: Decision, owner: number, node: NodeParts): Decision {
  const to = vcpuGoesTo(decision, owner);
  return to >= 0 && guestCores(node.hardware.nodes[to]!) === 0 ? { action: 'bring', reason: 'no-cores' } : decision;
}

/** The node that the decision sends the vCPU to, if that is known. */
function vcpuGoesTo(decision: Decision, owner: number): number {
  if (decision.action === 'meet') return decision.node;
  return decision.action === 'send' || decision.action === 'swap' ? owner : -1;
}

function directMove(node: NodeParts, decision: Decision, owner: number): Outcome | undefined {
  const to = vcpuGoesTo(decision, owner);
  if (to < 0 || to === node.node) return undefined;
  return { kind: 'move', to, swap: decision.action === 'swap', reason: decision.reason };
}

function wanted(node: NodeParts, s: PageState, decision: Decision, record: StallRecord, write: boolean): Want {
  if (isOwner(s)) return 'upgrade';
  switch (decision.action) {
    case 'copy': return write ? 'bring' : 'copy';
    case 'send': case 'swap': case 'meet': return 'locate';
    case 'remote':
      if (node.hardware.scenario.machine.fabric.kind === 'load-store') return 'map';
      return record.mustCome ? 'bring' : 'service';
    default: return 'bring';
  }
}

/** A policy that answers out of place has a fault of its own: the run fails and says so. */
export function checked(decision: Decision, node: NodeParts, page: 'dormant'): Extract<Decision, { action: 'place' }>;
export function checked(decision: Decision, node: NodeParts, page: 'owned'): Decision;
export function checked(decision: Decision, node: NodeParts, page: 'dormant' | 'owned'): Decision {
  const { policy, machine } = node.hardware.scenario;
  const to = decision.action === 'place' || decision.action === 'meet' ? decision.node : 0;
  if ((page === 'dormant') !== (decision.action === 'place')) {
    throw new ServerFailure(`policy "${policy}" answered ${decision.action} for a page that is ${page}`);
  }
  if (!Number.isInteger(to) || to < 0 || to >= machine.nodes) {
    throw new ServerFailure(`policy "${policy}" named node ${to}; there are nodes 0 to ${machine.nodes - 1}`);
  }
  return decision;
}
