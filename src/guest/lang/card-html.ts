// The reference card as one self-contained HTML page: two A4 sheets of two columns when printed.
// A bar under each instruction shows its word to scale, most significant bit on the left.
import { cardContent, NOTATION, type Card, type Group, type InstructionRow, type Pair, type Segment } from './card-content.js';
import type { Isa } from './model.js';
import { counted } from './scope.js';

const STYLE = `
  @page { size: A4; margin: 9mm 10mm; }
  :root { --ink: #1b2330; --soft: #5d6878; --rule: #cfd6df; --accent: #17507e; }
  * { box-sizing: border-box; }
  body { margin: 0 auto; padding: 6mm; max-width: 210mm; color: var(--ink); background: #fff;
    font: 8.6pt/1.3 "Inter", "Helvetica Neue", Arial, sans-serif;
    -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  header { display: flex; align-items: baseline; gap: 4mm; border-bottom: 0.6mm solid var(--accent);
    padding-bottom: 1mm; margin-bottom: 2.5mm; }
  h1 { font-size: 18pt; line-height: 1; margin: 0; color: var(--accent); }
  header p { margin: 0; color: var(--soft); }
  main { columns: 2; column-gap: 7mm; }
  section { margin: 0 0 2.6mm; }
  h2 { font-size: 10pt; margin: 0 0 0.8mm; color: var(--accent); border-bottom: 0.2mm solid var(--rule); break-after: avoid; }
  code, .row { font-family: "JetBrains Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 7.6pt; }
  .insn { break-inside: avoid; margin-bottom: 0.9mm; }
  .row { display: flex; gap: 2mm; align-items: baseline; }
  .syntax { flex: 0 0 32mm; font-weight: 600; white-space: nowrap; }
  .meaning { flex: 1; }
  .cost { color: var(--soft); white-space: nowrap; }
  .word { display: flex; width: 100%; font: 6pt/1.45 "JetBrains Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace; }
  .word i { font-style: normal; text-align: center; overflow: hidden; white-space: nowrap; min-width: 0;
    border-right: 0.2mm solid #fff; }
  .fixed { background: #e3e7ec; color: #44505f; } .reg { background: #cfe3f5; } .signed, .unsigned { background: #d9edd2; }
  .pcrel { background: #f6dfc4; } .enum { background: #e7daf3; }
  .alias { color: var(--soft); } .alias .syntax { font-weight: 400; color: var(--ink); }
  .names { display: flex; flex-wrap: wrap; gap: 0.6mm; }
  .names span { border: 0.2mm solid var(--rule); border-radius: 0.6mm; padding: 0 1mm; }
  .names small { color: var(--soft); }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 2.5mm; margin: 0; }
  dt { font-family: "JetBrains Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 7.6pt; } dd { margin: 0; }
  @media screen { body { font-size: 10pt; max-width: 280mm; } code, .row, dt { font-size: 9pt; }
    .word { font-size: 7pt; } .syntax { flex-basis: 40mm; } }
  @media print { body { padding: 0; max-width: none; } }
  @media screen and (max-width: 900px) { main { columns: 1; } }
`;

/** A complete HTML document without scripts or outside references. */
export function cardHtml(isa: Isa): string {
  const card = cardContent(isa);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(card.name)}: reference card</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>${escape(card.name)}</h1><p>${escape(card.facts.join(' · '))}</p></header>
<main>
${card.registers.map(registerSection).join('\n')}
${section('Memory map', list(card.memory))}
${card.start.length > 0 ? section('A vCPU starts with', list(card.start)) : ''}
${card.groups.map(groupSection).join('\n')}
${card.calls.map(({ title, signatures }) => section(title, chips(signatures.map(plain)))).join('\n')}
${section('Notation', list(NOTATION))}
</main>
</body>
</html>
`;
}

function section(title: string, content: string): string {
  return `<section><h2>${escape(title)}</h2>${content}</section>`;
}

function registerSection({ title, entries }: Card['registers'][number]): string {
  return section(`Registers ${title}`, entries.length > 1 ? chips(entries) : '');
}

const plain = (name: string): Pair => ({ name, meaning: '' });

function chips(pairs: readonly Pair[]): string {
  const spans = pairs.map(({ name, meaning }) => {
    const note = meaning ? ` <small>${escape(meaning)}</small>` : '';
    return `<span><code>${escape(name)}</code>${note}</span>`;
  });
  return `<div class="names">${spans.join('')}</div>`;
}

function list(pairs: readonly Pair[]): string {
  return `<dl>${pairs.map(({ name, meaning }) => `<dt>${escape(name)}</dt><dd>${escape(meaning)}</dd>`).join('')}</dl>`;
}

function groupSection({ title, instructions, aliases }: Group): string {
  const rows = [
    ...instructions.map(instruction),
    ...aliases.map(({ syntax, meaning }) => `<div class="row alias"><span class="syntax">${escape(syntax)}</span>`
      + `<span class="meaning">= ${escape(meaning)}</span></div>`),
  ];
  return section(title || 'Instructions', `\n${rows.join('\n')}\n`);
}

function instruction({ syntax, semantics, segments, where, cost }: InstructionRow): string {
  const condition = where ? ` <span class="cost">where ${escape(where)}</span>` : '';
  const price = cost > 1 ? `<span class="cost">${cost} cycles</span>` : '';
  return `<div class="insn"><div class="row"><span class="syntax">${escape(syntax)}</span>`
    + `<span class="meaning">${escape(semantics)}${condition}</span>${price}</div>${wordBar(segments)}</div>`;
}

function wordBar(segments: readonly Segment[]): string {
  const parts = segments.map(({ text, bits, kind }) => {
    const label = escape(text);
    return `<i class="${kind}" style="flex:${bits}" title="${label}: ${counted(bits, 'bit')}">${label}</i>`;
  });
  return `<div class="word">${parts.join('')}</div>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
