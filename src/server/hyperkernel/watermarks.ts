// How many frames a node keeps free. After the watermarks of Linux (mm/page_alloc.c, __setup_per_zone_wmarks): below `low`
// pages begin to leave, until there are `high`; the last `min` are for what cannot wait. There min grows with the square root
// of the memory, 4 sqrt(KiB), which is a 64th of 64 MiB; here it is a 64th of any node, at least one frame, and no more than
// 1,024, so that small nodes keep most of what they have.
export interface Watermarks {
  readonly min: number;
  readonly low: number;
  readonly high: number;
}

const FRACTION = 64;
const MOST = 1024;

export function watermarks(frames: number): Watermarks {
  const min = Math.min(MOST, Math.ceil(frames / FRACTION));
  return { min, low: 2 * min, high: 3 * min };
}
