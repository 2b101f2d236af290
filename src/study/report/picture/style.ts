// The page's look: one column, system fonts, light and dark by the reader's preference.
import { SPAN_KINDS } from '../log/log.js';
import { STATE_COLOURS, nodeColours, type Theme } from './palette.js';

export function styleText(nodes: number): string {
  const colours = (theme: Theme): string => [
    ...SPAN_KINDS.map((kind) => `--${kind}: ${STATE_COLOURS[theme][kind]};`),
    ...nodeColours(nodes, theme).map((colour, node) => `--node-${node}: ${colour};`),
  ].join(' ');
  return `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --panel: #ffffff; --ink: #1d2530; --muted: #667180; --line: #e2e6eb; --band: #f1f3f6; --grid: rgba(20, 30, 45, 0.09);
  --accent: #c2410c; --good: #18794e; --bad: #c53030;
  ${colours('light')}
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161c; --panel: #1a2028; --ink: #e4e9ef; --muted: #93a0ae; --line: #2b333e; --band: #222a34; --grid: rgba(220, 230, 245, 0.1);
    --accent: #f6a35c; --good: #56c596; --bad: #f38b86;
    ${colours('dark')}
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 14px/1.45 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 1320px; margin: 0 auto; padding: 28px 24px 40px; }
header h1 { margin: 0; font-size: 24px; font-weight: 650; letter-spacing: -0.01em; overflow-wrap: anywhere; }
header p { margin: 4px 0 0; color: var(--muted); }
.end { font-size: 13px; font-weight: 600; padding: 2px 9px; border-radius: 99px; border: 1px solid currentColor; vertical-align: 4px; margin-left: 8px; }
.good { color: var(--good); } .bad { color: var(--bad); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(210px, 1fr)); gap: 10px; margin: 20px 0; }
.figures div { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 10px 14px; }
.figures b { display: block; font-size: 20px; font-weight: 620; font-variant-numeric: tabular-nums; white-space: nowrap; }
.figures span { color: var(--muted); font-size: 12px; }
section { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 16px 18px; margin: 0 0 14px; }
h2 { margin: 0; font-size: 15px; font-weight: 640; }
h3 { margin: 18px 0 6px; font-size: 13px; font-weight: 600; color: var(--muted); }
.bar { display: flex; align-items: baseline; gap: 12px; flex-wrap: wrap; }
.bar .space { flex: 1; }
.bar small, footer { color: var(--muted); font-size: 12px; }
button { font: inherit; font-size: 13px; color: var(--ink); background: var(--band); border: 1px solid var(--line); border-radius: 6px; padding: 1px 9px; cursor: pointer; }
button:hover { border-color: var(--muted); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 8px 0 6px; font-size: 12px; color: var(--muted); }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; }
.legend i.hatched { background: repeating-linear-gradient(135deg, var(--muted) 0 3px, transparent 3px 6px); border: 1px solid var(--muted); }
#plots { position: relative; }
canvas { display: block; width: 100%; cursor: crosshair; touch-action: pan-y; border-radius: 4px; }
canvas:focus-visible { outline: 2px solid var(--handlers); outline-offset: 2px; }
#hairline, #selection { position: absolute; top: 0; bottom: 0; pointer-events: none; }
#hairline { background: var(--ink); opacity: 0.35; }
#selection { background: var(--handlers); opacity: 0.18; }
#tip { position: fixed; z-index: 9; max-width: 340px; padding: 8px 11px; border-radius: 8px; background: var(--panel); border: 1px solid var(--line); box-shadow: 0 6px 22px rgba(0, 0, 0, 0.22); font-size: 12px; pointer-events: none; }
#tip b { display: block; }
[hidden] { display: none !important; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 0 14px; align-items: start; }
.scroll { overflow-x: auto; max-height: 460px; overflow-y: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; margin-top: 8px; }
th, td { text-align: right; padding: 3px 10px; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { position: sticky; top: 0; background: var(--panel); font-weight: 600; color: var(--muted); }
th:first-child, td:first-child, .text { text-align: left; padding-left: 0; }
td.text { white-space: normal; color: var(--muted); }
.name { text-align: left; }
.share { display: flex; height: 15px; min-width: 260px; border-radius: 4px; overflow: hidden; background: var(--band); }
.share i { display: block; }
td.wide { width: 60%; }
footer { margin-top: 18px; }
@media (max-width: 560px) { main { padding: 16px 10px; } .columns { grid-template-columns: 1fr; } }
`;
}
