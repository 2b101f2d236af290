// A vCPU's record beside its registers: where it is, what it waits for, where its time went. Plain data; it travels
// with the registers when the vCPU moves, and only the kernel of the node that holds it touches it.
import type { StallRecord } from '../../guest/machine/engine.js';
import type { Observer, SpanKind, StackPart } from '../observe.js';
import { bookPart, newTimeStack, noTimes, type PartTimes, type TimeStack } from './time-stack.js';

export interface Vcpu {
  readonly id: number;
  node: number;
  state: 'unstarted' | 'ready' | 'running' | 'waiting' | 'moving' | 'halted';
  /** Global number of the core it runs on, else -1. */
  core: number;
  /** Byte offset of its registers in the arena. */
  context: number;
  answers: readonly bigint[];
  /** Its time is accounted for up to here. */
  accountedPs: number;
  /** Core time it has had, as fairness counts it: from what others on its node had when it came among them. */
  virtualPs: number;
  longestCoreWaitPs: number;
  /** What it waits for, in state `waiting`. */
  waitPart: 'pageWait' | 'served';
  readonly parts: PartTimes;
  readonly time: TimeStack;
  /** The instruction that has stalled and not yet retired. */
  instruction: { readonly firstStallPs: number; stalls: number; sent: boolean } | null;
  /** The access that its open request is about. */
  stall: StallRecord | null;
  /** Pages that are pinned for its instruction. */
  pinned: number[];
  retired: number;
  stalls: number;
  moves: number;
  /** It has retired an instruction since it came to this node, or began here. */
  ranHere: boolean;
  /** Pages it stalled for since it came to this node, latest last, with how often; at most RECENT_PAGES. */
  readonly recent: Map<number, number>;
  /** How often in a row it stalled on pages of `owner`. */
  run: { owner: number; length: number };
}

export const RECENT_PAGES = 256;

export function newVcpu(id: number, node: number, context: number): Vcpu {
  return {
    id, node, state: 'unstarted', core: -1, context, answers: [], accountedPs: 0, virtualPs: 0,
    longestCoreWaitPs: 0, waitPart: 'pageWait',
    parts: noTimes(), time: newTimeStack(),
    instruction: null, stall: null, pinned: [], retired: 0, stalls: 0, moves: 0, ranHere: true, recent: new Map(),
    run: { owner: -1, length: 0 },
  };
}

/** How observers hear of the parts that are booked one at a time. */
const SPAN_KINDS = {
  served: 'remote', pageWait: 'pageWait', coreWait: 'coreWait', migrating: 'migrating', calls: 'handlers', handlers: 'handlers',
  unstarted: 'coreWait',
} as const satisfies Partial<Record<StackPart, SpanKind>>;

/** Books the vCPU's time since `accountedPs` under `part`, up to `untilPs`. */
export function account(vcpu: Vcpu, part: keyof typeof SPAN_KINDS, untilPs: number, observer: Observer | undefined): void {
  if (untilPs <= vcpu.accountedPs) return;
  observer?.span?.(vcpu.id, vcpu.node, vcpu.core, SPAN_KINDS[part], vcpu.accountedPs, untilPs);
  bookPart(vcpu, part, untilPs);
}

/** Remembers a stall for warmth and ping-pong; returns how often this vCPU stalled on the page here before. */
export function rememberStall(vcpu: Vcpu, page: number, owner: number): number {
  const before = vcpu.recent.get(page) ?? 0;
  vcpu.recent.delete(page);
  vcpu.recent.set(page, before + 1);
  if (vcpu.recent.size > RECENT_PAGES) vcpu.recent.delete(vcpu.recent.keys().next().value!);
  vcpu.run = vcpu.run.owner === owner ? { owner, length: vcpu.run.length + 1 } : { owner, length: 1 };
  return before;
}

/** Between instructions; and it has run since it came, so that vCPUs never go round without getting on. */
export function mayLeave(vcpu: Vcpu): boolean {
  return vcpu.instruction === null && vcpu.ranHere;
}
