// Tables of what there is to see: vCPUs, registers, pages, messages, nodes.
import { hex, signed } from '../../../base/bits.js';
import { grouped } from '../../../study/report/figures.js';
import { left, right, tableLines } from '../../../study/report/table.js';
import type { PageRow } from '../core/guest-memory.js';
import type { MessageRow, NodeRow, RegisterRow, VcpuRow } from '../core/look.js';
import type { Places } from '../core/places.js';
import { messageText } from './story.js';
import { hexOf, placeText, setText, timeText } from './words.js';

const NO_INDENT = { indent: '' };

export function vcpuTable(rows: readonly VcpuRow[], current: number): string[] {
  return tableLines(
    [
      left(' '), right('vCPU'), right('node'), right('core'), left('state'), right('page'), right('instructions'),
      right('stalls'), right('moves'), left('at'),
    ],
    rows.map((row) => [
      row.vcpu === current ? '*' : '', String(row.vcpu), String(row.node), row.core < 0 ? '-' : String(row.core),
      row.stall?.remote ? 'remote' : row.state, row.stall ? hexOf(row.stall.page) : '-', grouped(row.instructions),
      grouped(row.stalls), grouped(row.moves),
      row.place.symbol === undefined ? hexOf(row.pc) : placeText(row.place),
    ]), NO_INDENT);
}

const REGISTERS_A_ROW = 2;

export function registerTable(rows: readonly RegisterRow[], places: Places): string[] {
  const cells = rows.map(({ name, value, width }) => {
    const symbol = value > 0n && value < 2n ** 52n ? places.symbol(Number(value)) : undefined;
    const number = signed(width, value);
    return [name, `0x${hex(value, width)}`, String(number), symbol ?? ''];
  });
  const half = Math.ceil(cells.length / REGISTERS_A_ROW);
  const columns = [left(''), left(''), right(''), left('')];
  const table = cells.slice(0, half).map((cell, i) => [...cell, ...(cells[half + i] ?? [])]);
  return tableLines([...columns, ...columns], table, NO_INDENT).slice(1);
}

export function pageTable(rows: readonly PageRow[], places: Places, pageBytes: number): string[] {
  return tableLines(
    [
      right('page'), left('state'), right('owner'), left('copies'), left('mappers'), right('home'), left('pinned for'),
      left('wait for it'), right('queued'), left('from'),
    ],
    rows.map((row) => [
      hexOf(row.page), row.state, row.owner < 0 ? '-' : `${row.state === 'moving' ? '>' : ''}${row.owner}`, setText(row.copies),
      setText(row.mappers), String(row.home), setText(row.pins), setText(row.waiters),
      row.queued === 0 ? '-' : String(row.queued), places.symbol(row.page * pageBytes) ?? '',
    ]), NO_INDENT);
}

export function messageTable(rows: readonly MessageRow[], nowPs: number): string[] {
  if (rows.length === 0) return ['no message is on its way'];
  return tableLines(
    [right('from'), right('to'), left('message'), right('page'), right('vCPU'), right('arrives at'), right('in')],
    rows.map(({ from, to, kind, detail, page, vcpu, arrivePs }) => [
      String(from), String(to), messageText(kind, detail), page < 0 ? '-' : hexOf(page), vcpu < 0 ? '-' : String(vcpu),
      timeText(arrivePs), timeText(Math.max(0, arrivePs - nowPs)),
    ]), NO_INDENT);
}

function coresText(cores: NodeRow['cores']): string {
  const busy = cores.filter(({ vcpu }) => vcpu >= 0)
    .map(({ core, vcpu, timePs }) => `${core}: vCPU ${vcpu} at ${timeText(timePs)}`);
  const idle = cores.length - busy.length;
  return [...busy, ...(idle > 0 ? [`${idle} idle`] : [])].join(', ');
}

export function nodeTable(rows: readonly NodeRow[]): string[] {
  return tableLines(
    [right('node'), left('cores'), left('wait for a core'), right('frames'), right('owned'), right('copies'), right('stalls')],
    rows.map(({ node, cores, ready, framesUsed, frames, owned, copies, stalls }) => [
      String(node), coresText(cores), setText(ready),
      `${grouped(framesUsed)} of ${grouped(frames)}`, grouped(owned), grouped(copies), grouped(stalls),
    ]), NO_INDENT);
}
