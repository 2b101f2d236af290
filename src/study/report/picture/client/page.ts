// In the page: both charts on one axis of time: zoom, tooltips, theme. Embedded by its text: it refers to nothing outside
// itself but types and its arguments.
import type { PackedPicture } from '../pack.js';
import type { decodeModel, View } from './model.js';
import type { makePages } from './pages.js';
import type { Chart, makeTimeline } from './timeline.js';
import type { makeTools } from './tools.js';

export interface Parts {
  readonly decodeModel: typeof decodeModel;
  readonly makeTools: typeof makeTools;
  readonly makeTimeline: typeof makeTimeline;
  readonly makePages: typeof makePages;
}

export function startPage(parts: Parts): void {
  const byId = (id: string): HTMLElement => document.getElementById(id)!;
  const packed = JSON.parse(byId('data').textContent ?? '') as PackedPicture;
  const model = parts.decodeModel(packed);
  const tools = parts.makeTools();
  const charts: { readonly canvas: HTMLCanvasElement; readonly chart: Chart }[] = [];
  const add = (id: string, make: typeof makeTimeline): void => {
    const canvas = byId(id) as HTMLCanvasElement;
    charts.push({ canvas, chart: make(canvas, model, tools) });
  };
  add('timeline', parts.makeTimeline);
  if (model.pages.page.length > 0) add('pages', parts.makePages);

  const view: View = { from: 0, to: model.endTick };
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  let pending = false;
  const redraw = (): void => {
    if (pending) return;
    pending = true;
    requestAnimationFrame(() => {
      pending = false;
      for (const { chart } of charts) chart.draw(view, dark.matches ? 'dark' : 'light');
      byId('range').textContent = view.from === 0 && view.to === model.endTick ? 'the whole run'
        : `${tools.time(view.from * model.tickPs)} to ${tools.time(view.to * model.tickPs)}`;
    });
  };

  const show = (from: number, to: number): void => {
    const length = Math.min(model.endTick, Math.max(20, to - from));
    view.from = Math.max(0, Math.min(from, model.endTick - length));
    view.to = view.from + length;
    redraw();
  };
  const zoom = (factor: number, at = (view.from + view.to) / 2): void => {
    show(at - (at - view.from) * factor, at + (view.to - at) * factor);
  };
  const pan = (share: number): void =>
    show(view.from + share * (view.to - view.from), view.to + share * (view.to - view.from));

  const tip = byId('tip');
  const selection = byId('selection');
  const hairline = byId('hairline');
  const plots = byId('plots');
  const place = (element: HTMLElement, left: number, width: number): void => {
    element.style.left = `${left}px`;
    element.style.width = `${width}px`;
  };
  const showTip = (lines: readonly string[] | null, event: PointerEvent): void => {
    tip.hidden = lines === null;
    if (!lines) return;
    tip.replaceChildren(...lines.map((line, i) => {
      const element = document.createElement(i === 0 ? 'b' : 'div');
      element.textContent = line;
      return element;
    }));
    const box = tip.getBoundingClientRect();
    tip.style.left = `${Math.min(event.clientX + 14, window.innerWidth - box.width - 8)}px`;
    tip.style.top = `${event.clientY + box.height + 24 > window.innerHeight ? event.clientY - box.height - 12 : event.clientY + 16}px`;
  };

  for (const { canvas, chart } of charts) {
    let startX = -1;
    const tickAt = (x: number): number =>
      view.from + (Math.max(0, x - chart.left) / (canvas.clientWidth - chart.left)) * (view.to - view.from);
    canvas.addEventListener('pointerdown', (event) => {
      if (event.offsetX < chart.left || event.button !== 0) return;
      startX = event.offsetX;
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener('pointermove', (event) => {
      const x = Math.max(chart.left, Math.min(event.offsetX, canvas.clientWidth));
      const origin = canvas.getBoundingClientRect().left - plots.getBoundingClientRect().left;
      hairline.hidden = false;
      place(hairline, origin + x, 1);
      selection.hidden = startX < 0;
      if (startX >= 0) place(selection, origin + Math.min(startX, x), Math.abs(x - startX));
      showTip(
        startX >= 0
          ? [tools.time(Math.abs(tickAt(x) - tickAt(startX)) * model.tickPs)]
          : chart.hit(event.offsetX, event.offsetY, view),
        event,
      );
    });
    canvas.addEventListener('pointerup', (event) => {
      const [a, b] = [tickAt(startX), tickAt(event.offsetX)];
      if (startX >= 0 && Math.abs(event.offsetX - startX) > 4) show(Math.min(a, b), Math.max(a, b));
      startX = -1;
      selection.hidden = true;
    });
    canvas.addEventListener('pointerleave', () => { tip.hidden = true; hairline.hidden = true; });
    canvas.addEventListener('dblclick', () => show(0, model.endTick));
    canvas.addEventListener('wheel', (event) => {
      if (event.ctrlKey || event.metaKey) zoom(event.deltaY > 0 ? 1.25 : 0.8, tickAt(event.offsetX));
      else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) pan(event.deltaX / canvas.clientWidth);
      else return;
      event.preventDefault();
    }, { passive: false });
    canvas.addEventListener('keydown', (event) => {
      const act = {
        '+': () => zoom(0.6),
        '=': () => zoom(0.6),
        '-': () => zoom(1.6),
        ArrowLeft: () => pan(-0.2),
        ArrowRight: () => pan(0.2),
        Escape: () => show(0, model.endTick),
      }[event.key];
      if (!act) return;
      act();
      event.preventDefault();
    });
  }
  byId('zoom-in').addEventListener('click', () => zoom(0.5));
  byId('zoom-out').addEventListener('click', () => zoom(2));
  byId('zoom-all').addEventListener('click', () => show(0, model.endTick));
  window.addEventListener('resize', redraw);
  dark.addEventListener('change', redraw);
  redraw();
}
