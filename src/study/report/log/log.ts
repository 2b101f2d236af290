// What happened in a run, as plain data: the picture and the trace are drawn from it.
import type { MoveKind, SpanKind } from '../../../server/observe.js';

export const SPAN_KINDS = [
  'running',
  'remote',
  'pageWait',
  'coreWait',
  'migrating',
  'handlers',
] as const satisfies readonly SpanKind[];

export const SPAN_TITLES: Readonly<Record<SpanKind, string>> = {
  running: 'running',
  remote: 'remote access',
  pageWait: 'waiting for a page',
  coreWait: 'waiting for a core',
  migrating: 'migrating',
  handlers: 'kernel and guest calls',
};

/** A vCPU on a node over [fromPs, toPs). */
export interface SpanRecord {
  readonly node: number;
  /** -1 where it occupied none. */
  readonly core: number;
  /** Of a merged span: the state that took most of its time, and where. */
  readonly kind: SpanKind;
  readonly fromPs: number;
  readonly toPs: number;
  /** How many spans it stands for. */
  readonly merged: number;
  /** Picoseconds by SPAN_KINDS; null where it was all `kind`. */
  readonly partsPs: readonly number[] | null;
}

/** Who holds a page from `atPs` on. */
export interface PageRecord {
  readonly page: number;
  readonly atPs: number;
  /** What brought it about. */
  readonly kind: MoveKind;
  readonly from: number;
  readonly to: number;
  /** -1: dormant. */
  readonly owner: number;
  /** Nodes with read-only copies, ascending. */
  readonly copies: readonly number[];
  readonly reason: string;
  /** How many changes it stands for: the last of them is shown. */
  readonly merged: number;
}

export interface VcpuMoveRecord {
  readonly vcpu: number;
  readonly from: number;
  readonly to: number;
  readonly departPs: number;
  readonly arrivePs: number;
  readonly reason: string;
}

export interface MarkRecord {
  readonly vcpu: number;
  readonly name: string;
  readonly atPs: number;
}

export interface RunLog {
  /** Index: vCPU. In order of time, without overlap. */
  readonly spans: readonly (readonly SpanRecord[])[];
  /** In order of time. */
  readonly pages: readonly PageRecord[];
  readonly moves: readonly VcpuMoveRecord[];
  readonly marks: readonly MarkRecord[];
  readonly endPs: number;
  /** What was left out to bound the log, in words; empty if nothing was. */
  readonly notes: readonly string[];
}
