// Where a vCPU's time went, by window and node. Windows are cut at a time that some vCPUs have passed already, as slices
// overrun: so each vCPU keeps its latest spans, and a cut takes back what lies beyond it. Cuts are made in order of time, and
// only when everything that begins before them has been done. Slices in a row are one span, for engines may run several at
// once. Plain data; for reports alone, no kernel looks at it.
import type { Accesses } from '../../guest/machine/accesses.js';
import { STACK_PARTS, type StackPart } from '../observe.js';

/** Picoseconds by part. */
export type PartTimes = Record<StackPart, number>;

/** A stretch of a vCPU's time: one part, or slices in a row with several, which only a cut asks for. */
interface TimeSpan {
  readonly node: number;
  readonly fromPs: number;
  readonly toPs: number;
  readonly part: StackPart | null;
  /** Slices: the vCPU's parts before and after them. */
  readonly slices: { readonly before: PartTimes; readonly after: PartTimes } | null;
}

/** What a vCPU spent in one window on one node. */
export interface TimeRow {
  readonly window: number;
  readonly node: number;
  readonly parts: PartTimes;
}

export interface TimeStack {
  /** The window that the vCPU's accounted time has reached. */
  window: number;
  /** Cuts made at times that its accounted time has yet to reach. */
  readonly cutsAheadPs: number[];
  readonly rows: TimeRow[];
  /** What of its parts is in `rows`. */
  readonly settled: PartTimes;
  /** Its latest spans: every one that ends after the current event, and perhaps some before. */
  readonly recent: TimeSpan[];
  /** Slices in a row that may go on: when they began, and the vCPU's parts then. */
  slices: { readonly fromPs: number; readonly partsBefore: PartTimes } | null;
}

/** What the functions below know of a vCPU. */
export interface Timed {
  node: number;
  /** Its time is accounted for up to here. */
  accountedPs: number;
  /** All of that, by part. */
  readonly parts: PartTimes;
  readonly time: TimeStack;
}

export function noTimes(): PartTimes {
  return Object.fromEntries(STACK_PARTS.map((part) => [part, 0])) as PartTimes;
}

export function newTimeStack(): TimeStack {
  return { window: 0, cutsAheadPs: [], rows: [], settled: noTimes(), recent: [], slices: null };
}

/** Books the vCPU's time since `accountedPs` under `part`, up to `untilPs`. */
export function bookPart(vcpu: Timed, part: StackPart, untilPs: number): void {
  const { cutsAheadPs } = vcpu.time;
  while (cutsAheadPs.length > 0 && cutsAheadPs[0]! <= untilPs) {
    bookWithinWindow(vcpu, part, cutsAheadPs.shift()!);
    nextWindow(vcpu);
  }
  bookWithinWindow(vcpu, part, untilPs);
}

function bookWithinWindow(vcpu: Timed, part: StackPart, untilPs: number): void {
  const fromPs = vcpu.accountedPs;
  if (untilPs <= fromPs) return;
  endSlices(vcpu);
  vcpu.parts[part] += untilPs - fromPs;
  vcpu.accountedPs = untilPs;
  vcpu.time.recent.push({ node: vcpu.node, fromPs, toPs: untilPs, part, slices: null });
}

/**
 * A slice is about to be added to the parts, the first in a row. `isNext`: nothing that begins before it is still to be done,
 * so no cut can reach what was before it.
 */
export function beginSlices({ accountedPs, parts, time }: Timed, isNext: boolean): void {
  if (isNext) time.recent.length = 0;
  time.slices = { fromPs: accountedPs, partsBefore: { ...parts } };
}

/** What a slice waited for lines and translations. */
export function addAccesses(parts: PartTimes, { localPs, parts: { controller, ...by } }: Accesses): void {
  const ownControllerPs = localPs - by.tlb - by.l2 - by.llc - by.near - by.local;
  parts.tlb += by.tlb;
  parts.l2 += by.l2;
  parts.llc += by.llc;
  parts.near += by.near;
  parts.local += by.local;
  parts.controller += ownControllerPs;
  parts.remote += by.remote;
  parts.far += by.far;
  parts.remoteController += controller - ownControllerPs;
  parts.link += by.link;
}

function endSlices({ accountedPs: toPs, node, parts, time }: Timed): void {
  if (!time.slices) return;
  const { fromPs, partsBefore } = time.slices;
  time.slices = null;
  if (toPs > fromPs) time.recent.push({ node, fromPs, toPs, part: null, slices: { before: partsBefore, after: { ...parts } } });
}

/** Ends the vCPU's window at `atPs`: now, or when its time gets there. */
export function cut(vcpu: Timed, atPs: number): void {
  if (vcpu.accountedPs < atPs) {
    vcpu.time.cutsAheadPs.push(atPs);
    return;
  }
  endSlices(vcpu);
  nextWindow(vcpu);
  const { recent, window } = vcpu.time;
  for (const span of recent) {
    if (span.toPs <= atPs) continue;
    const before = rowOf(vcpu, window - 1, span.node);
    const after = rowOf(vcpu, window, span.node);
    for (const [part, ps] of partsBeyond(span, atPs)) {
      before.parts[part] -= ps;
      after.parts[part] += ps;
    }
  }
}

/** The vCPU has left its node, or its window: what it spent there is complete. */
export function settle(vcpu: Timed): void {
  const { settled, window } = vcpu.time;
  const { parts } = rowOf(vcpu, window, vcpu.node);
  for (const part of STACK_PARTS) {
    parts[part] += vcpu.parts[part] - settled[part];
    settled[part] = vcpu.parts[part];
  }
}

function nextWindow(vcpu: Timed): void {
  settle(vcpu);
  vcpu.time.window++;
}

function rowOf({ time: { rows } }: Timed, window: number, node: number): TimeRow {
  for (let i = rows.length - 1; i >= 0 && rows[i]!.window >= window; i--) {
    if (rows[i]!.window === window && rows[i]!.node === node) return rows[i]!;
  }
  const row = { window, node, parts: noTimes() };
  rows.push(row);
  return row;
}

/**
 * What of the span lies after `atPs`. The parts are spread evenly over it: each keeps its share of the time that those before
 * it leave, rounded so that no part ever gets less as `atPs` goes on. BigInt, as products may pass 2^53.
 */
function partsBeyond({ fromPs, toPs, part: only, slices }: TimeSpan, atPs: number): [StackPart, number][] {
  let passedPs = Math.max(0, atPs - fromPs);
  let leftPs = toPs - fromPs;
  if (!slices) return [[only!, leftPs - passedPs]];
  return STACK_PARTS.filter((part) => slices.after[part] > slices.before[part]).map((part) => {
    const ownPs = slices.after[part] - slices.before[part];
    const othersPassedPs = Number((BigInt(passedPs) * BigInt(leftPs - ownPs)) / BigInt(leftPs));
    const beyondPs = ownPs - (passedPs - othersPassedPs);
    passedPs = othersPassedPs;
    leftPs -= ownPs;
    return [part, beyondPs];
  });
}
