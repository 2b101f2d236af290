// The first thing in which two worlds differ, in words; undefined if they are equal.
import { CYCLES_OFFSET, PC_OFFSET, RETIRED_OFFSET } from '../../src/guest/machine/context.js';
import { COUNTS, classCount, L1_ENTRY_BYTES, TLB_ENTRY_BYTES } from '../../src/guest/machine/core-block.js';
import type { Stop } from '../../src/guest/machine/engine.js';
import type { World } from './world.js';

export function stopDifference(a: Stop, b: Stop): string | undefined {
  const [left, right] = [a, b].map(asText);
  return left === right ? undefined : `stops: ${left} and ${right}`;
}

export function worldDifference(a: World, b: World): string | undefined {
  return vcpuDifference(a, b) ?? coreDifference(a, b) ?? llcDifference(a, b) ?? pageDifference(a, b);
}

function asText(value: unknown): string {
  const sorted = (_: string, each: unknown): unknown => {
    if (typeof each === 'bigint') return `0x${each.toString(16)}`;
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return each;
    return Object.fromEntries(Object.entries(each).filter(([, of]) => of !== undefined).sort(([x], [y]) => (x < y ? -1 : 1)));
  };
  return JSON.stringify(value, sorted);
}

function vcpuDifference(a: World, b: World): string | undefined {
  for (const [v, { context, answers }] of a.vcpus.entries()) {
    const other = b.vcpus[v]!;
    for (let i = 0; i < a.layout.bytes >> 3; i++) {
      const [x, y] = [a.arena.u64[(context >> 3) + i]!, b.arena.u64[(other.context >> 3) + i]!];
      if (x !== y) return `vCPU ${v}: ${cellName(a, 8 * i)} is 0x${x.toString(16)} and 0x${y.toString(16)}`;
    }
    if (asText(answers) !== asText(other.answers)) return `vCPU ${v}: answers are ${asText(answers)} and ${asText(other.answers)}`;
  }
  return undefined;
}

function cellName({ isa, layout }: World, offset: number): string {
  if (offset === PC_OFFSET) return 'pc';
  if (offset === CYCLES_OFFSET) return 'cycles';
  if (offset === RETIRED_OFFSET) return 'retired';
  for (const [file, { names, count }] of isa.files.entries()) {
    const index = (offset - layout.fileOffsets[file]!) >> 3;
    if (index >= 0 && index < count) return names[index]!;
  }
  return `byte ${offset} of its context`;
}

function coreDifference(a: World, b: World): string | undefined {
  const { coreBytes, cores } = a.arena.shape;
  const at = firstDifference(a.arena.u32, 0, b.arena.u32, 0, (coreBytes * cores) >> 2);
  if (at >= 0) {
    const offset = (4 * at) % coreBytes;
    const [x, y] = [a.arena.u32[at]!, b.arena.u32[at]!];
    return `core ${Math.floor((4 * at) / coreBytes)}: ${blockName(a, offset)} is 0x${x.toString(16)} and 0x${y.toString(16)}`;
  }
  const [left, right] = [a, b].map(({ memory }) => asText(memory.toState().misses.map((misses) => [...misses].sort(([x], [y]) => x - y))));
  return left === right ? undefined : `misses collected of pages: ${left} and ${right}`;
}

function llcDifference(a: World, b: World): string | undefined {
  for (const [node, { offset, sets, words }] of (a.memory.caches?.llc ?? []).entries()) {
    const other = b.memory.caches!.llc[node]!.offset >>> 2;
    const at = firstDifference(a.arena.u32, offset >>> 2, b.arena.u32, other, sets * words);
    if (at < 0) continue;
    const [x, y] = [a.arena.u32[(offset >>> 2) + at]!, b.arena.u32[other + at]!];
    return `LLC of node ${node}: set ${Math.floor(at / words)}, word ${at % words} is 0x${x.toString(16)} and 0x${y.toString(16)}`;
  }
  return undefined;
}

function blockName({ memory: { coreLayout, costs } }: World, offset: number): string {
  const within = (from: number, bytes: number): string => `${Math.floor((offset - from) / bytes)}, byte ${(offset - from) % bytes}`;
  if (offset < COUNTS) return `clock and streams at byte ${offset}`;
  if (offset < COUNTS + 4 * classCount(costs.nodes)) return `count ${within(COUNTS, 4)}`;
  if (offset >= coreLayout.l2) return `L2 set ${within(coreLayout.l2, 16)}`;
  return offset < coreLayout.tlb ? `L1 set ${within(coreLayout.l1, L1_ENTRY_BYTES)}` : `TLB entry ${within(coreLayout.tlb, TLB_ENTRY_BYTES)}`;
}

function pageDifference(a: World, b: World): string | undefined {
  const words = a.arena.shape.pageBytes >> 2;
  for (const page of a.pages.keys()) {
    for (const [node, table] of a.memory.tables.entries()) {
      const [x, y] = [table.get(page), b.memory.tables[node]!.get(page)];
      if (asText(x) !== asText(y)) return `node ${node}: page 0x${page.toString(16)} is ${asText(x)} and ${asText(y)}`;
      if (!x || !y) continue;
      const at = firstDifference(a.arena.u32, a.arena.slotOffset(x.slot) >> 2, b.arena.u32, b.arena.slotOffset(y.slot) >> 2, words);
      if (at >= 0) {
        const [p, q] = [a.arena.u32[(a.arena.slotOffset(x.slot) >> 2) + at]!, b.arena.u32[(b.arena.slotOffset(y.slot) >> 2) + at]!];
        return `node ${node}: memory at 0x${(page * a.arena.shape.pageBytes + 4 * at).toString(16)} is 0x${p.toString(16)} and 0x${q.toString(16)}`;
      }
    }
  }
  return undefined;
}

function firstDifference(a: Uint32Array, from: number, b: Uint32Array, to: number, count: number): number {
  for (let i = 0; i < count; i++) if (a[from + i] !== b[to + i]) return i;
  return -1;
}
