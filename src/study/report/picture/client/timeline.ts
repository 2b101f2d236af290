// In the page: the timeline of vCPUs over nodes. Embedded by its text: it refers to nothing outside itself but types.
import type { Hit, Model, View } from './model.js';
import type { Tools } from './tools.js';

export interface Chart {
  draw(view: View, theme: 'light' | 'dark'): void;
  /** What lies at a point of the canvas, in CSS pixels. */
  hit(x: number, y: number, view: View): Hit;
  /** Left edge of the plot in CSS pixels. */
  readonly left: number;
}

/** Every pixel column shows the shares of time of the states that fall into it, so any number of events can be drawn. */
export function makeTimeline(canvas: HTMLCanvasElement, model: Model, tools: Tools): Chart {
  const left = 74;
  const top = 34;
  const bandGap = 10;
  const laneHeight = Math.max(4, Math.min(18, Math.floor(560 / model.lanes)));
  const kinds = model.kinds.length;
  const { spans, moves } = model;
  const laneY = (lane: number): number => top + lane * laneHeight + model.nodeOfLane[lane]! * bandGap;
  const height = laneY(model.lanes - 1) + laneHeight + 8;
  const manyMoves = 500;

  const paintLanes = (context: CanvasRenderingContext2D, view: View, ratio: number, theme: 'light' | 'dark'): void => {
    const x0 = Math.round(left * ratio);
    const columns = canvas.width - x0;
    const rows = Math.max(2, Math.round((laneHeight - 1) * ratio));
    const image = context.createImageData(columns, rows);
    const pixels = new Uint32Array(image.data.buffer);
    const colours = model.colours[theme].states.map((colour) => tools.pixel(colour));
    const empty = tools.pixel(tools.css('--band'));
    const shares = new Float32Array(columns * kinds);
    const perTick = columns / (view.to - view.from);
    for (let lane = 0; lane < model.lanes; lane++) {
      shares.fill(0);
      pixels.fill(empty);
      const end = spans.laneStart[lane + 1]!;
      const first = Math.max(
        spans.laneStart[lane]!,
        tools.lastAtMost(spans.from, view.from, spans.laneStart[lane]!, end),
      );
      for (let i = first; i < end && spans.from[i]! < view.to; i++) {
        const a = Math.max(0, (spans.from[i]! - view.from) * perTick);
        const b = Math.min(columns, (spans.to[i]! - view.from) * perTick);
        for (let column = Math.floor(a); column < b; column++) {
          const part = Math.min(b, column + 1) - Math.max(a, column);
          for (let k = 0; k < kinds; k++) shares[column * kinds + k]! += (part * spans.shares[i * kinds + k]!) / 255;
        }
      }
      for (let column = 0; column < columns; column++) {
        let y = rows;
        let sum = 0;
        for (let k = 0; k < kinds; k++) {
          const share = shares[column * kinds + k]!;
          if (share <= 0.002) continue;
          sum += share;
          const upTo = Math.max(0, Math.round(rows * (1 - sum)));
          while (y > upTo) pixels[--y * columns + column] = colours[k]!;
        }
      }
      context.putImageData(image, x0, Math.round(laneY(lane) * ratio));
    }
  };

  const labelLanes = (context: CanvasRenderingContext2D, view: View, width: number): void => {
    if (laneHeight < 12) return;
    const perTick = (width - left) / (view.to - view.from);
    context.font = '600 10px system-ui, sans-serif';
    context.textAlign = 'left';
    context.textBaseline = 'middle';
    for (let lane = 0; lane < model.lanes; lane++) {
      const end = spans.laneStart[lane + 1]!;
      let i = Math.max(spans.laneStart[lane]!, tools.lastAtMost(spans.from, view.from, spans.laneStart[lane]!, end));
      while (i < end && spans.from[i]! < view.to) {
        let last = i;
        while (
          last + 1 < end &&
          spans.vcpu[last + 1] === spans.vcpu[i] &&
          spans.from[last + 1] === spans.to[last] &&
          spans.to[last]! < view.to
        )
          last++;
        const x = left + Math.max(0, (spans.from[i]! - view.from) * perTick);
        const room = left + Math.min(width - left, (spans.to[last]! - view.from) * perTick) - x;
        const text = room > 58 ? `vCPU ${spans.vcpu[i]!}` : String(spans.vcpu[i]!);
        const wide = context.measureText(text).width + 8;
        if (room > wide + 4) {
          context.fillStyle = 'rgba(0, 0, 0, 0.34)';
          context.beginPath();
          context.roundRect(x + 2, laneY(lane) + 1.5, wide, laneHeight - 4, 3);
          context.fill();
          context.fillStyle = '#fff';
          context.fillText(text, x + 6, laneY(lane) + laneHeight / 2);
        }
        i = last + 1;
      }
    }
  };

  const eachMove = (
    view: View,
    width: number,
    visit: (move: number, x1: number, y1: number, x2: number, y2: number) => void,
  ): number => {
    const perTick = (width - left) / (view.to - view.from);
    const middle = (lane: number): number => laneY(lane) + (laneHeight - 1) / 2;
    const shown: number[] = [];
    for (let m = 0; m < moves.depart.length; m++) {
      if (
        moves.arrive[m]! < view.from ||
        moves.depart[m]! > view.to ||
        moves.fromLane[m] === 65535 ||
        moves.toLane[m] === 65535
      )
        continue;
      shown.push(m);
    }
    const stride = Math.max(1, Math.ceil(shown.length / 4000));
    for (let i = 0; i < shown.length; i += stride) {
      const m = shown[i]!;
      visit(
        m,
        left + (moves.depart[m]! - view.from) * perTick,
        middle(moves.fromLane[m]!),
        left + (moves.arrive[m]! - view.from) * perTick,
        middle(moves.toLane[m]!),
      );
    }
    return shown.length;
  };

  const paintMoves = (context: CanvasRenderingContext2D, view: View, width: number): void => {
    context.save();
    context.beginPath();
    context.rect(left, 0, width - left, height);
    context.clip();
    const colour = tools.css('--ink');
    const count = eachMove(view, width, () => {});
    const few = count <= manyMoves;
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.lineWidth = few ? 1.25 : 1;
    context.globalAlpha = few ? 0.85 : Math.max(0.05, 0.5 * (manyMoves / count));
    context.beginPath();
    eachMove(view, width, (_, x1, y1, x2, y2) => {
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
    });
    context.stroke();
    if (few) {
      eachMove(view, width, (_, x1, y1, x2, y2) => {
        const angle = Math.atan2(y2 - y1, x2 - x1);
        context.beginPath();
        context.moveTo(x2, y2);
        context.lineTo(x2 - 6 * Math.cos(angle - 0.42), y2 - 6 * Math.sin(angle - 0.42));
        context.lineTo(x2 - 6 * Math.cos(angle + 0.42), y2 - 6 * Math.sin(angle + 0.42));
        context.fill();
        context.beginPath();
        context.arc(x1, y1, 2, 0, 7);
        context.fill();
      });
    }
    context.restore();
  };

  const paintMarks = (context: CanvasRenderingContext2D, view: View, width: number): void => {
    const shown = model.marks.filter(({ at }) => at >= view.from && at <= view.to);
    context.save();
    context.setLineDash([3, 3]);
    context.font = '600 10px system-ui, sans-serif';
    context.textBaseline = 'top';
    context.textAlign = 'left';
    let free = 0;
    for (const { name, at } of shown) {
      const x = left + ((at - view.from) / (view.to - view.from)) * (width - left);
      context.strokeStyle = tools.css('--accent');
      context.beginPath();
      context.moveTo(x, top - 6);
      context.lineTo(x, height);
      context.stroke();
      const wide = context.measureText(name).width;
      const start = Math.min(x + 3, width - wide - 2);
      if (start < free) continue;
      context.fillStyle = tools.css('--accent');
      context.fillText(name, start, 2);
      free = start + wide + 10;
    }
    context.restore();
  };

  const draw: Chart['draw'] = (view, theme) => {
    const ratio = tools.fit(canvas, height);
    const context = canvas.getContext('2d')!;
    const width = canvas.width / ratio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    model.nodes.forEach(({ first, count }, node) => {
      const y = laneY(first);
      context.fillStyle = tools.css('--band');
      context.fillRect(left, y - 3, width - left, count * laneHeight + 5);
      context.fillStyle = model.colours[theme].nodes[node]!;
      context.fillRect(left - 7, y - 3, 4, count * laneHeight + 5);
      context.fillStyle = tools.css('--ink');
      context.font = '600 12px system-ui, sans-serif';
      context.textAlign = 'right';
      context.textBaseline = 'middle';
      if (count * laneHeight + bandGap >= 14)
        context.fillText(`node ${node}`, left - 13, y + (count * laneHeight) / 2 - 1);
    });
    paintLanes(context, view, ratio, theme);
    tools.axis(
      context,
      { left, right: width, top: top - 6, bottom: height },
      view.from * model.tickPs,
      view.to * model.tickPs,
      true,
    );
    labelLanes(context, view, width);
    paintMoves(context, view, width);
    paintMarks(context, view, width);
  };

  const hitMove = (x: number, y: number, view: View): Hit => {
    let best = 6;
    let found = -1;
    const count = eachMove(view, canvas.clientWidth, (m, x1, y1, x2, y2) => {
      const length = (x2 - x1) ** 2 + (y2 - y1) ** 2 || 1;
      const t = Math.max(0, Math.min(1, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length));
      const distance = Math.hypot(x - x1 - t * (x2 - x1), y - y1 - t * (y2 - y1));
      if (distance < best) { best = distance; found = m; }
    });
    if (found < 0 || count > manyMoves) return null;
    const departPs = moves.depart[found]! * model.tickPs;
    const arrivePs = moves.arrive[found]! * model.tickPs;
    return [
      `vCPU ${moves.vcpu[found]!}: node ${moves.from[found]!} \u2192 node ${moves.to[found]!}`,
      model.reasons[moves.reason[found]!]!,
      `${tools.time(departPs)} \u2192 ${tools.time(arrivePs)} (${tools.time(arrivePs - departPs)})`,
    ];
  };

  const hit: Chart['hit'] = (x, y, view) => {
    const move = hitMove(x, y, view);
    if (move) return move;
    let lane = 0;
    while (lane < model.lanes && y >= laneY(lane) + laneHeight) lane++;
    if (x < left || lane >= model.lanes || y < laneY(lane)) return null;
    const tick = view.from + ((x - left) / (canvas.clientWidth - left)) * (view.to - view.from);
    const i = tools.lastAtMost(spans.from, tick, spans.laneStart[lane]!, spans.laneStart[lane + 1]!);
    if (i < spans.laneStart[lane]! || tick > spans.to[i]!) return null;
    const lines = [
      `vCPU ${spans.vcpu[i]!} on node ${model.nodeOfLane[lane]!}${spans.core[i] === 255 ? '' : `, core ${spans.core[i]!}`}`,
    ];
    for (let k = 0; k < kinds; k++) {
      const share = spans.shares[i * kinds + k]! / 255;
      if (share > 0.002)
        lines.push(share > 0.998 ? model.kinds[k]! : `${Math.max(1, Math.round(100 * share))} % ${model.kinds[k]!}`);
    }
    const fromPs = spans.from[i]! * model.tickPs;
    const toPs = spans.to[i]! * model.tickPs;
    lines.push(`${tools.time(fromPs)} \u2192 ${tools.time(toPs)} (${tools.time(toPs - fromPs)})`);
    if (spans.merged[i]! > 1) lines.push(`${spans.merged[i]!} states merged`);
    return lines;
  };

  return { draw, hit, left };
}
