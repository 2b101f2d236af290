// A run as one self-contained page: key figures, the timeline of vCPUs over nodes, the strip of pages, the tables.
import type { RunLog } from '../log/log.js';
import type { RunReport } from '../report.js';
import { wordsOf } from '../words.js';
import { headHtml, plotsHtml, tablesHtml, timeHtml } from './body.js';
import { escapeHtml, scriptJson } from './html.js';
import { packPicture } from './pack.js';
import { clientScript } from './script.js';
import { styleText } from './style.js';

/** An HTML document that loads nothing. Depends on scenario and seed alone. */
export function pictureHtml(report: RunReport, log: RunLog, words = wordsOf(report)): string {
  const packed = packPicture(report, log, words);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(`${report.program}, ${report.policy}, ${report.machine.nodes} nodes`)}</title>
<style>${styleText(report.machine.nodes)}</style>
</head>
<body>
<main>
${headHtml(report, words)}
${plotsHtml(report, packed, log)}
${timeHtml(report)}
${tablesHtml(report, words)}
<footer>Drawn by hyperkernel from the report of one run. Times are simulated.</footer>
</main>
<script type="application/json" id="data">${scriptJson(packed)}</script>
<script>${clientScript()}</script>
</body>
</html>
`;
}
