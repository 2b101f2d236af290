// Coarser versions of a log's records, so that a long run is recorded from its beginning to its end in bounded memory.
import type { PageRecord, SpanRecord, VcpuMoveRecord } from './log.js';
import { SPAN_KINDS } from './log.js';

/** Merges neighbouring spans of one vCPU that are shorter than `grainPs` into spans of about that length. */
export function thinSpans(spans: readonly SpanRecord[], grainPs: number): SpanRecord[] {
  const result: SpanRecord[] = [];
  let group: SpanRecord[] = [];
  const flush = (): void => {
    if (group.length > 0) result.push(mergeSpans(group));
    group = [];
  };
  for (const span of spans) {
    const last = group[group.length - 1];
    if (last && span.fromPs !== last.toPs) flush();
    if (span.toPs - span.fromPs >= grainPs) {
      flush();
      result.push(span);
      continue;
    }
    group.push(span);
    if (span.toPs - group[0]!.fromPs >= grainPs) flush();
  }
  flush();
  return result;
}

function mergeSpans(group: readonly SpanRecord[]): SpanRecord {
  const first = group[0]!;
  if (group.length === 1) return first;
  const partsPs = SPAN_KINDS.map(() => 0);
  const byPlace = new Map<string, { span: SpanRecord; ps: number }>();
  let merged = 0;
  for (const span of group) {
    const ps = span.toPs - span.fromPs;
    SPAN_KINDS.forEach((kind, i) => { partsPs[i]! += span.partsPs ? span.partsPs[i]! : span.kind === kind ? ps : 0; });
    merged += span.merged;
    const key = `${span.node}/${span.core}`;
    const place = byPlace.get(key);
    if (place) place.ps += ps;
    else byPlace.set(key, { span, ps });
  }
  const { node, core } = [...byPlace.values()].reduce((best, place) => (place.ps > best.ps ? place : best)).span;
  const kind = SPAN_KINDS[partsPs.indexOf(Math.max(...partsPs))]!;
  return { node, core, kind, fromPs: first.fromPs, toPs: group[group.length - 1]!.toPs, merged, partsPs };
}

/** Of the changes of a page within one grain keeps the last, which holds the state at the end of it. */
export function thinPages(records: readonly PageRecord[], grainPs: number): PageRecord[] {
  const kept: (PageRecord | null)[] = [];
  const latest = new Map<number, { grain: number; at: number }>();
  for (const record of records) {
    const grain = Math.floor(record.atPs / grainPs);
    const previous = latest.get(record.page);
    let merged = record.merged;
    if (previous?.grain === grain) {
      merged += kept[previous.at]!.merged;
      kept[previous.at] = null;
    }
    latest.set(record.page, { grain, at: kept.length });
    kept.push(merged === record.merged ? record : { ...record, merged });
  }
  return kept.filter((record) => record !== null);
}

/** Of the moves of a vCPU that depart within one grain keeps the first. */
export function thinMoves(moves: readonly VcpuMoveRecord[], grainPs: number): VcpuMoveRecord[] {
  const latest = new Map<number, number>();
  return moves.filter((move) => {
    const grain = Math.floor(move.departPs / grainPs);
    if (latest.get(move.vcpu) === grain) return false;
    latest.set(move.vcpu, grain);
    return true;
  });
}
