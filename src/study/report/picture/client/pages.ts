// In the page: the strip of pages over nodes. Embedded by its text: it refers to nothing outside itself but types.
import type { Hit, Model, View } from './model.js';
import type { Chart } from './timeline.js';
import type { Tools } from './tools.js';

/** A row is a page, or where there are too many the page of several that changed most; hatched where copies exist. */
export function makePages(canvas: HTMLCanvasElement, model: Model, tools: Tools): Chart {
  const left = 74;
  const top = 8;
  const { pages } = model;
  const count = pages.page.length;
  const perRow = Math.max(1, Math.ceil(count / 420));
  const rows = Math.ceil(count / perRow);
  const rowHeight = Math.max(1, Math.min(14, Math.floor(420 / Math.max(1, rows))));
  const height = top + rows * rowHeight + 8;
  const nodes = model.nodes.length;

  const pageOfRow = Array.from({ length: rows }, (_, row) => {
    let best = row * perRow;
    for (let p = best; p < Math.min(count, (row + 1) * perRow); p++) {
      if (pages.rowStart[p + 1]! - pages.rowStart[p]! > pages.rowStart[best + 1]! - pages.rowStart[best]!) best = p;
    }
    return best;
  });

  const paintRows = (context: CanvasRenderingContext2D, view: View, ratio: number, theme: 'light' | 'dark'): void => {
    const x0 = Math.round(left * ratio);
    const columns = canvas.width - x0;
    const lines = Math.max(1, Math.round((rowHeight - (rowHeight >= 4 ? 1 : 0)) * ratio));
    const image = context.createImageData(columns, lines);
    const pixels = new Uint32Array(image.data.buffer);
    const empty = tools.pixel(tools.css('--band'));
    const solid = model.colours[theme].nodes.map((colour) => tools.pixel(colour));
    const light = model.colours[theme].nodes.map((colour) => tools.pixel(colour, theme === 'light' ? 0.5 : -0.45));
    const perTick = columns / (view.to - view.from);
    const hatch = Math.max(3, Math.round(3 * ratio));
    // State 2n: node n alone; 2n + 1: node n with copies elsewhere.
    const shares = new Float32Array(2 * nodes);
    for (let row = 0; row < rows; row++) {
      const page = pageOfRow[row]!;
      const yOffset = Math.round((top + row * rowHeight) * ratio);
      pixels.fill(empty);
      const flush = (column: number): void => {
        let y = lines;
        let sum = 0;
        for (let s = 0; s < 2 * nodes; s++) {
          if (shares[s]! <= 0.002) continue;
          sum += shares[s]!;
          const upTo = Math.max(0, Math.round(lines * (1 - sum)));
          while (y > upTo) {
            y--;
            const striped = (s & 1) === 1 && (lines < 4 || (column + y + yOffset) % (2 * hatch) < hatch);
            pixels[y * columns + column] = striped ? light[s >> 1]! : solid[s >> 1]!;
          }
          shares[s] = 0;
        }
      };
      const end = pages.rowStart[page + 1]!;
      const first = Math.max(pages.rowStart[page]!, tools.lastAtMost(pages.at, view.from, pages.rowStart[page]!, end));
      let current = -1;
      for (let i = first; i < end && pages.at[i]! < view.to; i++) {
        const owner = pages.owner[i]!;
        const a = Math.max(0, (pages.at[i]! - view.from) * perTick);
        const b = Math.min(columns, i + 1 < end ? (pages.at[i + 1]! - view.from) * perTick : columns);
        for (let column = Math.floor(a); column < b; column++) {
          if (column !== current && current >= 0) flush(current);
          current = column;
          if (owner === 255) continue;
          const copies = pages.copiesLow[i]! !== 0 || pages.copiesHigh[i]! !== 0;
          shares[2 * owner + (copies ? 1 : 0)]! += Math.min(b, column + 1) - Math.max(a, column);
        }
      }
      if (current >= 0) flush(current);
      context.putImageData(image, x0, yOffset);
    }
  };

  const draw: Chart['draw'] = (view, theme) => {
    const ratio = tools.fit(canvas, height);
    const context = canvas.getContext('2d')!;
    const width = canvas.width / ratio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = tools.css('--band');
    context.fillRect(left, top, width - left, rows * rowHeight);
    paintRows(context, view, ratio, theme);
    tools.axis(
      context,
      { left, right: width, top, bottom: height - 8 },
      view.from * model.tickPs,
      view.to * model.tickPs,
      false,
    );
    context.font = '11px ui-monospace, monospace';
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    context.fillStyle = tools.css('--muted');
    const every = Math.ceil(14 / rowHeight);
    for (let row = 0; row < rows; row += every) {
      context.fillText(`0x${pages.page[pageOfRow[row]!]!.toString(16)}`, left - 8, top + (row + 0.5) * rowHeight);
    }
  };

  const hit: Chart['hit'] = (x, y, view): Hit => {
    const row = Math.floor((y - top) / rowHeight);
    if (x < left || row < 0 || row >= rows) return null;
    const page = pageOfRow[row]!;
    const tick = view.from + ((x - left) / (canvas.clientWidth - left)) * (view.to - view.from);
    const i = tools.lastAtMost(pages.at, tick, pages.rowStart[page]!, pages.rowStart[page + 1]!);
    const title = `page 0x${pages.page[page]!.toString(16)}`;
    if (i < pages.rowStart[page]!) return [title, 'no memory behind it yet'];
    const copies: number[] = [];
    for (let node = 0; node < nodes; node++) {
      const bits = node < 32 ? pages.copiesLow[i]! : pages.copiesHigh[i]!;
      if ((bits >>> (node % 32)) & 1) copies.push(node);
    }
    const from = pages.from[i] === 255 ? '' : ` from node ${pages.from[i]!}`;
    const lines = [`${title} on node ${pages.owner[i]!}`];
    if (copies.length > 0) lines.push(`copies on ${copies.length === 1 ? 'node' : 'nodes'} ${copies.join(', ')}`);
    lines.push(
      `since ${tools.time(pages.at[i]! * model.tickPs)}: ${model.moveKinds[pages.kind[i]!]!}${from}`,
      model.reasons[pages.reason[i]!]!,
    );
    if (pages.merged[i]! > 1) lines.push(`${pages.merged[i]!} changes merged`);
    if (perRow > 1) lines.push(`the most active of ${perRow} pages`);
    return lines;
  };

  return { draw, hit, left };
}
