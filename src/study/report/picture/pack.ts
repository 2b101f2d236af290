// The log in the form the page carries it: columns of numbers in base64, ordered as the page draws them.
import { SPAN_KINDS, SPAN_TITLES, type RunLog, type SpanRecord } from '../log/log.js';
import type { RunReport } from '../report.js';
import type { Words } from '../words.js';
import { layOutLanes, type Lanes, type Stay } from './lanes.js';
import { nodeColours, STATE_COLOURS, type Theme } from './palette.js';

/** Little-endian base64 of the column's elements. */
export type Column = string;

export interface PackedPicture {
  readonly endPs: number;
  /** Times are whole ticks. */
  readonly tickPs: number;
  readonly nodes: readonly { readonly first: number; readonly count: number }[];
  readonly lanes: number;
  readonly kinds: readonly string[];
  readonly colours: Readonly<Record<Theme, { readonly states: readonly string[]; readonly nodes: readonly string[] }>>;
  readonly reasons: readonly string[];
  readonly moveKinds: readonly string[];
  /** By lane (`laneStart` has one more entry than lanes), then by time; `shares` has a byte for each kind. */
  readonly spans: {
    readonly laneStart: Column;
    readonly vcpu: Column;
    readonly core: Column;
    readonly from: Column;
    readonly to: Column;
    readonly merged: Column;
    readonly shares: Column;
  };
  /** By page (`rowStart` has one more entry than `pages`), then by time. Node 255 is none. */
  readonly pages: {
    readonly page: Column;
    readonly rowStart: Column;
    readonly at: Column;
    readonly owner: Column;
    readonly copiesLow: Column;
    readonly copiesHigh: Column;
    readonly kind: Column;
    readonly from: Column;
    readonly reason: Column;
    readonly merged: Column;
  };
  readonly moves: {
    readonly vcpu: Column;
    readonly from: Column;
    readonly to: Column;
    readonly fromLane: Column;
    readonly toLane: Column;
    readonly depart: Column;
    readonly arrive: Column;
    readonly reason: Column;
  };
  readonly marks: readonly { readonly name: string; readonly vcpu: number; readonly at: number }[];
}

export function packPicture(report: RunReport, log: RunLog, { meaningOf }: Words): PackedPicture {
  const tickPs = Math.max(1, Math.ceil(log.endPs / 0xffffffff));
  const ticks = (ps: number): number => Math.round(ps / tickPs);
  const lanes = layOutLanes(log, report.machine.nodes);
  const interned = { reasons: new Interner(), moveKinds: new Interner() };
  const theme = (name: Theme) => ({
    states: SPAN_KINDS.map((kind) => STATE_COLOURS[name][kind]),
    nodes: nodeColours(report.machine.nodes, name),
  });
  const pages = packPages(log, ticks, interned);
  const moves = packMoves(log, lanes, ticks, interned.reasons);
  return {
    endPs: log.endPs,
    tickPs,
    nodes: lanes.nodes,
    lanes: lanes.count,
    kinds: SPAN_KINDS.map((kind) => SPAN_TITLES[kind]),
    colours: { light: theme('light'), dark: theme('dark') },
    reasons: interned.reasons.list.map((reason) =>
      [reason, meaningOf(reason)].filter((part) => part !== '').join(': '),
    ),
    moveKinds: interned.moveKinds.list,
    spans: packSpans(log, lanes, ticks),
    pages,
    moves,
    marks: log.marks.map(({ name, vcpu, atPs }) => ({ name, vcpu, at: ticks(atPs) })),
  };
}

class Interner {
  readonly list: string[] = [];
  private readonly index = new Map<string, number>();

  of(word: string): number {
    let index = this.index.get(word);
    if (index === undefined) {
      index = this.list.push(word) - 1;
      this.index.set(word, index);
    }
    return index;
  }
}

function packSpans(log: RunLog, lanes: Lanes, ticks: (ps: number) => number): PackedPicture['spans'] {
  const byLane: Stay[][] = Array.from({ length: lanes.count }, () => []);
  for (const stay of lanes.stays) byLane[stay.lane]!.push(stay);
  const ordered: { readonly vcpu: number; readonly span: SpanRecord }[] = [];
  const laneStart = [0];
  for (const stays of byLane) {
    for (const { vcpu, firstSpan, lastSpan } of stays) {
      for (let i = firstSpan; i <= lastSpan; i++) ordered.push({ vcpu, span: log.spans[vcpu]![i]! });
    }
    laneStart.push(ordered.length);
  }
  const shares = ordered.flatMap(({ span }) => SPAN_KINDS.map((kind, i) =>
    span.partsPs ? Math.round((255 * span.partsPs[i]!) / (span.toPs - span.fromPs)) : span.kind === kind ? 255 : 0));
  return {
    laneStart: u32(laneStart),
    vcpu: u16(ordered.map(({ vcpu }) => vcpu)),
    core: u8(ordered.map(({ span }) => (span.core < 0 ? 255 : span.core))),
    from: u32(ordered.map(({ span }) => ticks(span.fromPs))),
    to: u32(ordered.map(({ span }) => ticks(span.toPs))),
    merged: u32(ordered.map(({ span }) => span.merged)),
    shares: u8(shares),
  };
}

function packPages(
  log: RunLog,
  ticks: (ps: number) => number,
  words: { readonly reasons: Interner; readonly moveKinds: Interner },
): PackedPicture['pages'] {
  const records = [...log.pages].sort((a, b) => a.page - b.page || a.atPs - b.atPs);
  const page: number[] = [];
  const rowStart: number[] = [];
  records.forEach((record, i) => {
    if (i > 0 && records[i - 1]!.page === record.page) return;
    page.push(record.page);
    rowStart.push(i);
  });
  rowStart.push(records.length);
  const node = (n: number): number => (n < 0 ? 255 : n);
  const mask = (copies: readonly number[], base: number): number =>
    copies.reduce((bits, n) => (n >= base && n < base + 32 ? bits + 2 ** (n - base) : bits), 0);
  return {
    page: u32(page),
    rowStart: u32(rowStart),
    at: u32(records.map(({ atPs }) => ticks(atPs))),
    owner: u8(records.map(({ owner }) => node(owner))),
    copiesLow: u32(records.map(({ copies }) => mask(copies, 0))),
    copiesHigh: u32(records.map(({ copies }) => mask(copies, 32))),
    kind: u8(records.map(({ kind }) => words.moveKinds.of(kind))),
    from: u8(records.map(({ from }) => node(from))),
    reason: u16(records.map(({ reason }) => words.reasons.of(reason))),
    merged: u32(records.map(({ merged }) => merged)),
  };
}

/** Lane 65535: the vCPU has no stay there in the log. */
function packMoves(
  log: RunLog,
  lanes: Lanes,
  ticks: (ps: number) => number,
  reasons: Interner,
): PackedPicture['moves'] {
  const staysOf: Stay[][] = log.spans.map(() => []);
  for (const stay of lanes.stays) staysOf[stay.vcpu]!.push(stay);
  const moves = log.moves.map((move) => {
    const stays = staysOf[move.vcpu] ?? [];
    const departing = stays.findLast(({ node, fromPs }) => node === move.from && fromPs <= move.departPs);
    const arriving = stays.find(({ node, toPs }) => node === move.to && toPs >= move.arrivePs);
    return { ...move, fromLane: departing?.lane ?? 65535, toLane: arriving?.lane ?? 65535 };
  });
  return {
    vcpu: u16(moves.map(({ vcpu }) => vcpu)),
    from: u8(moves.map(({ from }) => from)),
    to: u8(moves.map(({ to }) => to)),
    fromLane: u16(moves.map(({ fromLane }) => fromLane)),
    toLane: u16(moves.map(({ toLane }) => toLane)),
    depart: u32(moves.map(({ departPs }) => ticks(departPs))),
    arrive: u32(moves.map(({ arrivePs }) => ticks(arrivePs))),
    reason: u16(moves.map(({ reason }) => reasons.of(reason))),
  };
}

function column(values: readonly number[], bytesEach: number): Column {
  const bytes = new Uint8Array(values.length * bytesEach);
  values.forEach((value, i) => {
    let rest = value;
    for (let b = 0; b < bytesEach; b++, rest = Math.floor(rest / 256)) bytes[i * bytesEach + b] = rest % 256;
  });
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}

const u8 = (values: readonly number[]): Column => column(values, 1);
const u16 = (values: readonly number[]): Column => column(values, 2);
const u32 = (values: readonly number[]): Column => column(values, 4);
