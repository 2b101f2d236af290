// Words that the texts share: addresses, places, vCPUs, times.
import { formatPs } from '../../../base/units.js';
import { grouped } from '../../../study/report/figures.js';
import type { Place } from '../core/places.js';

export function hexOf(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

/** `0x22000 (now_serving)`. */
export function addressText(address: number, symbol: string | undefined): string {
  return symbol === undefined ? hexOf(address) : `${hexOf(address)} (${symbol})`;
}

/** `0x22000 <now_serving>`, as listings have it. */
export function labelledText(address: number, symbol: string | undefined): string {
  return symbol === undefined ? hexOf(address) : `${hexOf(address)} <${symbol}>`;
}

/** `programs/tiny/locks.s:41 (ticket_acquire.look)`. */
export function placeText({ address, symbol, source }: Place): string {
  return source === undefined ? addressText(address, symbol) : symbol === undefined ? source : `${source} (${symbol})`;
}

export function stepText(position: number): string {
  return `step ${grouped(position)}`;
}

/** `vCPU 3`, `vCPUs 0-2, 5`. */
export function vcpusText(vcpus: readonly number[]): string {
  return `${vcpus.length === 1 ? 'vCPU' : 'vCPUs'} ${setText(vcpus)}`;
}

/** `0-2,5`; `-` for none. */
export function setText(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const n of numbers) {
    const last = runs[runs.length - 1];
    if (last && last[1] === n - 1) last[1] = n;
    else runs.push([n, n]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',') || '-';
}

export function timeText(ps: number): string {
  return formatPs(ps);
}
