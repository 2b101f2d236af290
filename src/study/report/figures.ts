// Figures as people read them: grouped digits, short forms, per cent.
import { formatPs } from '../../base/units.js';

/** `1,234,567`. */
export function grouped(value: number): string {
  const [whole, fraction] = String(Math.abs(value)).split('.');
  const digits = whole!.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${value < 0 ? '-' : ''}${digits}${fraction ? `.${fraction}` : ''}`;
}

/** At most six characters: `0`, `1,234`, `56.8k`, `1.23M`. */
export function short(value: number): string {
  if (value < 10_000) return grouped(Math.round(value));
  for (const [unit, scale] of [['k', 1e3], ['M', 1e6], ['G', 1e9], ['T', 1e12]] as const) {
    const scaled = value / scale;
    if (scaled < 999.5 || unit === 'T') return `${scaled.toFixed(scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0)}${unit}`;
  }
  return String(value);
}

/** `3.214 ms`. */
export function formatNs(ns: number): string {
  return formatPs(ns * 1e3);
}

/** `47 %`; `<1 %` for what is there but rounds to nothing, `-` for nothing. */
export function percent(part: number, whole: number): string {
  if (part <= 0 || whole <= 0) return '-';
  const value = Math.round((100 * part) / whole);
  return value === 0 ? '<1 %' : `${value} %`;
}

/** `1 page`, `2 pages`. */
export function plural(n: number, noun: string, nouns = `${noun}s`): string {
  return `${grouped(n)} ${n === 1 ? noun : nouns}`;
}
