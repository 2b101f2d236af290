// The page's words and tables: title, key figures, where the time went, moves, nodes. All text is escaped.
import { formatBytes } from '../../../base/units.js';
import { TIME_PARTS } from '../../../server/observe.js';
import { formatNs, grouped, percent, plural, short } from '../figures.js';
import { SPAN_KINDS, type RunLog } from '../log/log.js';
import { memoryWords, nodesAndCores } from '../machine-words.js';
import { nodeRows } from '../node-table.js';
import type { RunReport } from '../report.js';
import { endText } from '../summary.js';
import { PART_MEANINGS } from '../time-table.js';
import type { Words } from '../words.js';
import { escapeHtml, tableHtml } from './html.js';
import type { PackedPicture } from './pack.js';
import { PART_STATES } from './palette.js';

export function headHtml(report: RunReport, words: Words): string {
  const { machine } = report;
  const good = report.end === 'exit' && report.exitCode === 0;
  const figures: [string, string][] = [
    [formatNs(report.simulatedNs), 'simulated time'],
    ...(report.idealNs === null
      ? []
      : [
          [
            `${(report.simulatedNs / report.idealNs).toFixed(2)} \u00d7`,
            `of ${formatNs(report.idealNs)} on one node`,
          ] as [string, string],
        ]),
    [short(report.instructions), 'instructions'],
    [short(report.stalls), 'stalls'],
    [short(report.pagesMoved), 'pages moved'],
    [short(report.pagesReplicated), 'pages copied'],
    [short(report.vcpusMoved), 'vCPUs moved'],
    [short(report.remoteAccesses), 'remote accesses'],
    [`${(100 * report.localAccessRatio).toFixed(1)} %`, 'of line misses local'],
    [`${formatBytes(report.fabricBytes)}B`, `in ${short(report.fabricMessages)} messages`],
  ];
  const options = words.options.join(', ');
  return `<header><h1>${escapeHtml(report.program)}<span class="end ${good ? 'good' : 'bad'}">${escapeHtml(endText(report))}</span></h1>
<p>policy <b>${escapeHtml(report.policy)}</b>${options ? ` (${escapeHtml(options)})` : ''} on ${escapeHtml(machine.name)}: ${nodesAndCores(report, '\u00d7')}, ${memoryWords(report)}, ${formatBytes(machine.pageBytes)} pages, ${plural(machine.vcpus, 'vCPU')}, fabric ${escapeHtml(machine.fabric)}, ISA ${escapeHtml(report.isa)}, seed ${report.seed}</p></header>
<div class="figures">${figures.map(([value, name]) => `<div><b>${escapeHtml(value)}</b><span>${escapeHtml(name)}</span></div>`).join('')}</div>`;
}

export function plotsHtml(report: RunReport, packed: PackedPicture, log: RunLog): string {
  const states = SPAN_KINDS.map(
    (kind, i) => `<span><i style="background: var(--${kind})"></i>${packed.kinds[i]!}</span>`,
  ).join('');
  const nodes = Array.from(
    { length: report.machine.nodes },
    (_, node) => `<span><i style="background: var(--node-${node})"></i>node ${node}</span>`,
  );
  const someNodes = nodes.length > 16 ? [...nodes.slice(0, 16), `<span>and ${nodes.length - 16} more</span>`] : nodes;
  const pages =
    log.pages.length === 0
      ? '<p>No page was given memory.</p>'
      : `<div class="legend">${someNodes.join('')}<span><i class="hatched"></i>with read-only copies elsewhere</span></div>
<canvas id="pages" tabindex="0" role="img" aria-label="pages over nodes"></canvas>`;
  const notes =
    log.notes.length > 0
      ? `<p class="bar"><small>To bound the size of this page, ${escapeHtml(log.notes.join('; '))}.</small></p>`
      : '';
  return `<section><div class="bar"><h2>vCPUs over nodes</h2><small id="range"></small><span class="space"></span>
<small>drag to zoom, double-click for all</small><button id="zoom-in" title="zoom in">+</button><button id="zoom-out" title="zoom out">\u2212</button><button id="zoom-all">all</button></div>
<div class="legend">${states}<span>\u2192 a vCPU moves</span></div>
<div id="plots"><div id="hairline" hidden></div><div id="selection" hidden></div>
<canvas id="timeline" tabindex="0" role="img" aria-label="vCPUs over nodes"></canvas>
<h2 style="margin-top: 16px">Pages over nodes</h2>
${pages}
</div>${notes}</section><div id="tip" hidden></div>`;
}

export function timeHtml(report: RunReport): string {
  const colour = (part: (typeof TIME_PARTS)[number]): string => {
    const { state, light } = PART_STATES[part];
    return light ? `color-mix(in srgb, var(--${state}) 50%, var(--panel))` : `var(--${state})`;
  };
  const legend = TIME_PARTS.map(
    (part) => `<span><i style="background: ${colour(part)}"></i>${PART_MEANINGS[part]}</span>`,
  ).join('');
  const rows = report.perVcpu.map((vcpu) => {
    const shares = TIME_PARTS.filter((part) => vcpu.timeNs[part] > 0).map(
      (part) =>
        `<i style="width: ${((100 * vcpu.timeNs[part]) / vcpu.totalNs).toFixed(3)}%; background: ${colour(part)}" title="${PART_MEANINGS[part]}: ${formatNs(vcpu.timeNs[part])}, ${percent(vcpu.timeNs[part], vcpu.totalNs)}"></i>`,
    );
    return [
      `vCPU ${vcpu.vcpu}`,
      `<div class="share">${shares.join('')}</div>`,
      formatNs(vcpu.totalNs),
      short(vcpu.instructions),
      short(vcpu.stalls),
      short(vcpu.moves),
    ];
  });
  return `<section><h2>Where the time went</h2><div class="legend">${legend}</div>
<div class="scroll">${tableHtml(['', '', 'time', 'instructions', 'stalls', 'moves'], rows, ['', 'wide'])}</div></section>`;
}

export function tablesHtml(report: RunReport, words: Words): string {
  const moves = [...report.moves]
    .sort((a, b) => b.count - a.count)
    .map(({ what, count, reason }) => [
      escapeHtml(what),
      grouped(count),
      escapeHtml(reason),
      escapeHtml(words.meaningOf(reason)),
    ]);
  const nodes = nodeRows(report.perNode).map(({ title, values, total, format }) => [title, ...values.map(format), format(total)]);
  return `<div class="columns"><section><h2>Moves by reason</h2><div class="scroll">${
    moves.length === 0
      ? '<p>Nothing moved.</p>'
      : tableHtml(['what', 'count', 'reason', ''], moves, ['', '', 'name', 'text'])
  }</div></section>
<section><h2>Nodes</h2><div class="scroll">${tableHtml(['', ...report.perNode.map(({ node }) => `Node ${node}`), 'Total'], nodes)}</div></section></div>`;
}
