// A run as Chrome trace JSON, which Perfetto and chrome://tracing open: nodes are processes, vCPUs threads, migrations flows.
// Format: "Trace Event Format" (Chromium project). Times are whole nanoseconds, so that neighbouring slices stay neighbours.
import type { PageRecord, RunLog, SpanRecord } from './log/log.js';
import { SPAN_KINDS, SPAN_TITLES } from './log/log.js';
import type { RunReport } from './report.js';

type Args = Readonly<Record<string, unknown>>;

export type TraceEvent =
  | { readonly ph: 'M'; readonly name: string; readonly pid: number; readonly tid?: number; readonly args: Args }
  | {
      readonly ph: 'X';
      readonly name: string;
      readonly cat: string;
      readonly pid: number;
      readonly tid: number;
      readonly ts: number;
      readonly dur: number;
      readonly args?: Args;
    }
  | {
      readonly ph: 's';
      readonly id: number;
      readonly name: string;
      readonly cat: string;
      readonly pid: number;
      readonly tid: number;
      readonly ts: number;
      readonly args: Args;
    }
  | {
      readonly ph: 'f';
      readonly bp: 'e';
      readonly id: number;
      readonly name: string;
      readonly cat: string;
      readonly pid: number;
      readonly tid: number;
      readonly ts: number;
    }
  | {
      readonly ph: 'i';
      readonly s: 't';
      readonly name: string;
      readonly cat: string;
      readonly pid: number;
      readonly tid: number;
      readonly ts: number;
      readonly args: Args;
    };

export interface ChromeTrace {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: 'ns';
  readonly otherData: Readonly<Record<string, string>>;
}

/** Dense flows freeze the viewer (google/perfetto#7296). */
const MOST_FLOWS = 4_000;
const MOST_INSTANTS = 50_000;

// Perfetto gives process 0 and thread 0 a meaning of their own, and wants thread ids that differ between processes.
const pidOf = (node: number): number => node + 1;
const tidOf = (node: number, vcpu: number): number => pidOf(node) * 10_000 + 1 + vcpu;
const pagesTidOf = (node: number): number => pidOf(node) * 10_000;
const ns = (ps: number): number => Math.round(ps / 1e3);
const us = (nanoseconds: number): number => nanoseconds / 1e3;

interface Slice { readonly fromNs: number; readonly toNs: number }

export function chromeTrace(report: RunReport, log: RunLog): ChromeTrace {
  const notes = [...log.notes];
  const events: TraceEvent[] = [];
  const tracks = new Map<number, Slice[]>();

  log.spans.forEach((spans, vcpu) => {
    for (const span of spans) {
      const fromNs = ns(span.fromPs);
      const toNs = ns(span.toPs);
      if (toNs <= fromNs) continue;
      const tid = tidOf(span.node, vcpu);
      (tracks.get(tid) ?? tracks.set(tid, []).get(tid)!).push({ fromNs, toNs });
      const args = spanArgs(span);
      events.push({
        ph: 'X',
        name: SPAN_TITLES[span.kind],
        cat: 'vcpu',
        pid: pidOf(span.node),
        tid,
        ts: us(fromNs),
        dur: us(toNs - fromNs),
        ...(args && { args }),
      });
    }
  });

  flowEvents(log, tracks, events, notes);
  instantEvents(log, events, notes);
  events.sort((a, b) => ('ts' in a ? a.ts : 0) - ('ts' in b ? b.ts : 0) || rank(a) - rank(b));
  return {
    traceEvents: [...metadata(report, tracks, log), ...events],
    displayTimeUnit: 'ns',
    otherData: {
      program: report.program,
      policy: report.policy,
      machine: report.machine.name,
      seed: String(report.seed),
      note: notes.join('; '),
    },
  };
}

/** The trace as JSON text, an event a line. */
export function chromeTraceText(report: RunReport, log: RunLog): string {
  const { traceEvents, ...rest } = chromeTrace(report, log);
  const head = JSON.stringify(rest).slice(0, -1);
  return `${head},"traceEvents":[\n${traceEvents.map((event) => JSON.stringify(event)).join(',\n')}\n]}\n`;
}

/** A flow end binds to the slice that is open at its time: slices of an instant come first. */
function rank(event: TraceEvent): number {
  return event.ph === 'X' ? 0 : 1;
}

function spanArgs(span: SpanRecord): Args | undefined {
  const args: Record<string, unknown> = {};
  if (span.core >= 0) args.core = span.core;
  if (span.partsPs) {
    args.spans = span.merged;
    SPAN_KINDS.forEach((kind, i) => { if (span.partsPs![i]! > 0) args[`${kind} (ns)`] = ns(span.partsPs![i]!); });
  }
  return Object.keys(args).length > 0 ? args : undefined;
}

function flowEvents(
  log: RunLog,
  tracks: ReadonlyMap<number, readonly Slice[]>,
  events: TraceEvent[],
  notes: string[],
): void {
  let id = 0;
  let unbound = 0;
  for (const { vcpu, from, to, departPs, arrivePs, reason } of log.moves) {
    if (id >= MOST_FLOWS) break;
    const departing = sliceAtOrBefore(tracks.get(tidOf(from, vcpu)) ?? [], ns(departPs));
    const arriving = sliceAtOrAfter(tracks.get(tidOf(to, vcpu)) ?? [], ns(arrivePs));
    const leaveNs = departing ? Math.min(ns(departPs), departing.toNs - 1) : 0;
    const reachNs = arriving ? Math.max(ns(arrivePs), arriving.fromNs) : 0;
    if (!departing || !arriving || leaveNs > reachNs) {
      unbound++;
      continue;
    }
    id++;
    const flow = { id, name: 'migration', cat: 'migration' };
    events.push({
      ph: 's',
      ...flow,
      pid: pidOf(from),
      tid: tidOf(from, vcpu),
      ts: us(leaveNs),
      args: { vcpu, from, to, reason },
    });
    events.push({ ph: 'f', bp: 'e', ...flow, pid: pidOf(to), tid: tidOf(to, vcpu), ts: us(reachNs) });
  }
  const shown = id + unbound;
  if (shown < log.moves.length) notes.push(`flows of the first ${shown} of ${log.moves.length} migrations`);
  if (unbound > 0) notes.push(`${unbound} migrations without a state on both nodes have no flow`);
}

function sliceAtOrBefore(slices: readonly Slice[], atNs: number): Slice | undefined {
  const after = firstEndingAfter(slices, atNs);
  const slice = slices[after];
  return slice && slice.fromNs <= atNs ? slice : slices[after - 1];
}

function sliceAtOrAfter(slices: readonly Slice[], atNs: number): Slice | undefined {
  return slices[firstEndingAfter(slices, atNs)];
}

function firstEndingAfter(slices: readonly Slice[], atNs: number): number {
  let low = 0;
  let high = slices.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (slices[middle]!.toNs > atNs) high = middle;
    else low = middle + 1;
  }
  return low;
}

function instantEvents(log: RunLog, events: TraceEvent[], notes: string[]): void {
  const stride = Math.max(1, Math.ceil(log.pages.length / MOST_INSTANTS));
  if (stride > 1) notes.push(`one page event in ${stride} is shown`);
  log.pages.forEach((record, i) => {
    if (i % stride !== 0) return;
    const node = record.kind === 'invalidate' ? record.from : record.to;
    if (node < 0) return;
    events.push({
      ph: 'i',
      s: 't',
      name: `${record.kind} page ${record.page}`,
      cat: 'page',
      pid: pidOf(node),
      tid: pagesTidOf(node),
      ts: us(ns(record.atPs)),
      args: pageArgs(record),
    });
  });
  for (const { vcpu, name, atPs } of log.marks) {
    const node = nodeOfVcpuAt(log.spans[vcpu] ?? [], atPs);
    events.push({
      ph: 'i',
      s: 't',
      name,
      cat: 'mark',
      pid: pidOf(node),
      tid: tidOf(node, vcpu),
      ts: us(ns(atPs)),
      args: { vcpu },
    });
  }
}

function pageArgs(record: PageRecord): Args {
  const { page, from, owner, copies, reason, merged } = record;
  return { page, from, owner, ...(copies.length > 0 && { copies }), reason, ...(merged > 1 && { changes: merged }) };
}

function nodeOfVcpuAt(spans: readonly SpanRecord[], atPs: number): number {
  return (spans.find(({ toPs }) => toPs >= atPs) ?? spans[spans.length - 1])?.node ?? 0;
}

function metadata(report: RunReport, tracks: ReadonlyMap<number, unknown>, log: RunLog): TraceEvent[] {
  const events: TraceEvent[] = [];
  const meta = (name: string, pid: number, tid: number | undefined, args: Args): void => {
    events.push({ ph: 'M', name, pid, ...(tid !== undefined && { tid }), args });
  };
  for (let node = 0; node < report.machine.nodes; node++) {
    const pid = pidOf(node);
    meta('process_name', pid, undefined, { name: `node ${node}` });
    meta('process_sort_index', pid, undefined, { sort_index: node });
    for (let vcpu = 0; vcpu < log.spans.length; vcpu++) {
      if (!tracks.has(tidOf(node, vcpu))) continue;
      meta('thread_name', pid, tidOf(node, vcpu), { name: `vCPU ${vcpu}` });
      meta('thread_sort_index', pid, tidOf(node, vcpu), { sort_index: vcpu });
    }
    meta('thread_name', pid, pagesTidOf(node), { name: 'pages' });
    meta('thread_sort_index', pid, pagesTidOf(node), { sort_index: 10_000 });
  }
  return events;
}
