// In the page: what both charts use. Embedded by its text: it refers to nothing outside itself but types.

export interface Tools {
  /** Picoseconds with a unit. */
  time(ps: number): string;
  /** Index of the last of sorted[low..high) that is at most `value`; low - 1 if none is. */
  lastAtMost(sorted: ArrayLike<number>, value: number, low: number, high: number): number;
  /** 0xAABBGGRR of `#rrggbb`, mixed with white or black by `towards` (-1 black .. 1 white). */
  pixel(colour: string, towards?: number): number;
  css(name: string): string;
  /** Sizes the canvas to its box at the screen's resolution; device pixels per CSS pixel. */
  fit(canvas: HTMLCanvasElement, cssHeight: number): number;
  /** Vertical lines and labels at round times; returns nothing. */
  axis(
    context: CanvasRenderingContext2D,
    box: { left: number; right: number; top: number; bottom: number },
    fromPs: number,
    toPs: number,
    labels: boolean,
  ): void;
}

export function makeTools(): Tools {
  const time = (ps: number): string => {
    const units = ['ps', 'ns', 'us', 'ms', 's'];
    let unit = 0;
    let value = ps;
    while (Math.abs(value) >= 1000 && unit < 4) { value /= 1000; unit++; }
    return `${Number(value.toFixed(value < 10 ? 3 : value < 100 ? 2 : 1))} ${units[unit]!}`;
  };

  const lastAtMost = (sorted: ArrayLike<number>, value: number, low: number, high: number): number => {
    let a = low;
    let b = high;
    while (a < b) {
      const middle = (a + b) >> 1;
      if (sorted[middle]! <= value) a = middle + 1;
      else b = middle;
    }
    return a - 1;
  };

  const pixel = (colour: string, towards = 0): number => {
    const mix = (channel: number): number =>
      Math.round(towards < 0 ? channel * (1 + towards) : channel + (255 - channel) * towards);
    const rgb = parseInt(colour.slice(1), 16);
    return ((0xff << 24) | (mix(rgb & 255) << 16) | (mix((rgb >> 8) & 255) << 8) | mix(rgb >> 16)) >>> 0;
  };

  const css = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const fit = (canvas: HTMLCanvasElement, cssHeight: number): number => {
    const ratio = window.devicePixelRatio || 1;
    canvas.style.height = `${cssHeight}px`;
    canvas.width = Math.max(1, Math.round(canvas.clientWidth * ratio));
    canvas.height = Math.max(1, Math.round(cssHeight * ratio));
    return ratio;
  };

  const axis: Tools['axis'] = (context, box, fromPs, toPs, labels) => {
    const wanted = (toPs - fromPs) / Math.max(2, (box.right - box.left) / 110);
    const power = 10 ** Math.floor(Math.log10(Math.max(1, wanted)));
    const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= wanted) ?? 10 * power;
    context.font = '11px system-ui, sans-serif';
    context.textAlign = 'center';
    context.textBaseline = 'bottom';
    for (let t = Math.ceil(fromPs / step) * step; t <= toPs; t += step) {
      const x = box.left + ((t - fromPs) / (toPs - fromPs)) * (box.right - box.left);
      context.fillStyle = css('--grid');
      context.fillRect(Math.round(x), box.top, 1, box.bottom - box.top);
      if (!labels) continue;
      context.fillStyle = css('--muted');
      const text = t === 0 ? '0' : time(t);
      const half = context.measureText(text).width / 2;
      context.fillText(text, Math.min(Math.max(x, box.left + half), box.right - half), box.top - 4);
    }
  };

  return { time, lastAtMost, pixel, css, fit, axis };
}
