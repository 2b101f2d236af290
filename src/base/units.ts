// Sizes, times, node sets and numbers as people write them, each with a checked range.
import { fail } from './diagnostics.js';

const SIZE_UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };
const TIME_UNITS_PS: Readonly<Record<string, number>> = { ps: 1, ns: 1e3, us: 1e6, ms: 1e9, s: 1e12 };

/** `64M`, `4096`, `2GiB` to bytes. */
export function parseBytes(text: string, what: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(text.trim());
  const bytes = match ? Number(match[1]) * SIZE_UNITS[match[2]!.toUpperCase()]! : NaN;
  if (!Number.isSafeInteger(bytes)) fail(`${what}: expected a size such as 4096, 64K, 64M or 2G, not "${text}"`);
  return bytes;
}

/** `1.5us`, `300ns` to picoseconds. */
export function parsePs(text: string, what: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ps|ns|us|ms|s)$/.exec(text.trim());
  const ps = match ? Math.round(Number(match[1]) * TIME_UNITS_PS[match[2]!]!) : NaN;
  if (!Number.isSafeInteger(ps)) fail(`${what}: expected a time with unit such as 300ns or 1.5us, not "${text}"`);
  return ps;
}

/** A whole number within [min, max]. */
export function parseInteger(text: string | number, what: string, min: number, max: number): number {
  const value = typeof text === 'number' ? text : /^(0x[0-9a-f]+|-?\d+)$/i.test(text.trim()) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    fail(`${what}: expected a whole number from ${min} to ${max}, not "${text}"`);
  }
  return value;
}

/** `0,2-3` as numactl writes node sets; `all` for every node below `count`. Sorted, without repeats. */
export function parseNodeSet(text: string, what: string, count: number): number[] {
  const bad = (): never => fail(`${what}: expected a node set such as 0,2-3 or all, below ${count}, not "${text}"`);
  if (text.trim() === 'all') return Array.from({ length: count }, (_, i) => i);
  const nodes = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part);
    if (!match) return bad();
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (first > last || last >= count) return bad();
    for (let node = first; node <= last; node++) nodes.add(node);
  }
  return [...nodes].sort((a, b) => a - b);
}

/** Bytes with the largest binary unit that keeps the number whole or short: `64M`, `1.5G`, `512`. */
export function formatBytes(bytes: number): string {
  for (const unit of ['T', 'G', 'M', 'K'] as const) {
    const scaled = bytes / SIZE_UNITS[unit]!;
    if (scaled >= 1) return `${Number.isInteger(scaled) ? scaled : scaled.toFixed(1)}${unit}`;
  }
  return String(bytes);
}

/** Picoseconds with a unit people read, to four digits: `12 ps`, `812.0 ns`, `7.800 us`, `3.214 ms`. */
export function formatPs(ps: number): string {
  if (ps < 1e3) return `${Math.round(ps)} ps`;
  for (const unit of ['ns', 'us', 'ms'] as const) {
    const text = (ps / TIME_UNITS_PS[unit]!).toPrecision(4);
    if (Number(text) < 1000) return `${text} ${unit}`;
  }
  const seconds = ps / 1e12;
  return `${seconds < 1000 ? seconds.toPrecision(4) : seconds.toFixed(0)} s`;
}
