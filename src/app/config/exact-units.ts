// Times, sizes and bandwidths written so that they read back as the same number, unlike the rounded figures of reports.

const PER_SECOND: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** `25Gb/s` (bits) or `3.125GB/s` (bytes), decimal prefixes as networks use them, to bytes a second. */
export function parseBandwidth(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(b|B)\/s$/.exec(text.trim());
  if (!match) return undefined;
  const perSecond = Number(match[1]) * PER_SECOND[match[2]!]!;
  return match[3] === 'b' ? perSecond / 8 : perSecond;
}

/** Bits with the largest unit that reads back to the same number, else plain bytes. */
export function formatBandwidth(bytesPerSecond: number): string {
  for (const unit of ['T', 'G', 'M', 'K']) {
    const value = (bytesPerSecond * 8) / PER_SECOND[unit]!;
    if (value >= 1 && parseBandwidth(`${value}${unit}b/s`) === bytesPerSecond) return `${value}${unit}b/s`;
  }
  return `${bytesPerSecond}B/s`;
}

/** Picoseconds with the largest unit that keeps at least one whole: `80.8ns`, `1us`; never rounded. */
export function formatTime(ps: number): string {
  const digits = String(ps);
  const unit = Math.min(4, Math.floor((digits.length - 1) / 3));
  const places = 3 * unit;
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '');
  const whole = digits.slice(0, digits.length - places);
  return `${whole}${places > 0 && fraction ? `.${fraction}` : ''}${['ps', 'ns', 'us', 'ms', 's'][unit]!}`;
}

/** Bytes with the largest binary unit that divides them. */
export function formatSize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (unit < 4 && size > 0 && size % 1024 === 0) { size /= 1024; unit++; }
  return `${size}${['', 'K', 'M', 'G', 'T'][unit]!}`;
}
