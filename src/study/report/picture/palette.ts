// Colours of the picture, for light and for dark pages.
import type { SpanKind, TimePart } from '../../../server/observe.js';

export type Theme = 'light' | 'dark';

export const STATE_COLOURS: Readonly<Record<Theme, Readonly<Record<SpanKind, string>>>> = {
  light: {
    running: '#2e9d6c',
    remote: '#e3a72f',
    pageWait: '#dc5a55',
    coreWait: '#b4bcc6',
    migrating: '#8b66d4',
    handlers: '#4d82d9',
  },
  dark: {
    running: '#37a877',
    remote: '#dca43a',
    pageWait: '#d9605b',
    coreWait: '#56606d',
    migrating: '#9a79e0',
    handlers: '#5a90e8',
  },
};

/** Compute and memory are both parts of running. */
export const PART_STATES: Readonly<Record<TimePart, { readonly state: SpanKind; readonly light: boolean }>> = {
  compute: { state: 'running', light: false },
  memory: { state: 'running', light: true },
  remote: { state: 'remote', light: false },
  pageWait: { state: 'pageWait', light: false },
  coreWait: { state: 'coreWait', light: false },
  migrating: { state: 'migrating', light: false },
  handlers: { state: 'handlers', light: false },
};

const FIRST_NODES: Readonly<Record<Theme, readonly string[]>> = {
  light: ['#4878a8', '#e8893a', '#5aa469', '#b3619a', '#45a5a8', '#d9b534', '#8d6e58', '#e58a98'],
  dark: ['#5b8fc4', '#e2914d', '#62ad72', '#bd74a8', '#4fb0b3', '#d3b544', '#a58670', '#dd8d9a'],
};

/** `count` colours; beyond the first eight by the golden angle. */
export function nodeColours(count: number, theme: Theme): string[] {
  const first = FIRST_NODES[theme];
  return Array.from({ length: count }, (_, node) => first[node]
    ?? hslToHex((node * 137.508) % 360, 0.45 + 0.15 * (node % 2), theme === 'light' ? 0.5 : 0.58));
}

/** CSS Color Module Level 4, section 7.1; `#rrggbb`. */
function hslToHex(hue: number, saturation: number, lightness: number): string {
  const channel = (n: number): string => {
    const k = (n + hue / 30) % 12;
    const value = lightness - saturation * Math.min(lightness, 1 - lightness) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(255 * value).toString(16).padStart(2, '0');
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}
