// The reference card of an ISA as plain text of about two printed pages. card-html.ts draws the same for print.
import type { Isa } from './model.js';
import { cardContent, NOTATION, type Card, type Group, type InstructionRow, type Pair } from './card-content.js';

export { cardHtml } from './card-html.js';

/** A card of lines up to about 110 characters, ending in a newline. */
export function cardText(isa: Isa): string {
  const card = cardContent(isa);
  const rows = card.groups.flatMap(({ instructions }) => instructions);
  const aliases = card.groups.flatMap((group) => group.aliases);
  const widths: Widths = {
    syntax: longest([...rows, ...aliases].map(({ syntax }) => syntax)),
    semantics: Math.min(48, longest(rows.map(({ semantics }) => semantics))),
  };
  return [
    card.name, ...card.facts.map((fact) => `  ${fact}`),
    '', ...registers(card),
    '', 'Memory map', ...table(card.memory),
    ...(card.start.length > 0 ? ['', 'A vCPU starts with', ...table(card.start)] : []),
    ...card.groups.flatMap((group) => ['', ...groupLines(group, widths)]),
    ...card.calls.flatMap(({ title, signatures }) => ['', title, ...wrapped(signatures)]),
    '', 'Notation', ...table(NOTATION), '',
  ].join('\n');
}

interface Widths {
  readonly syntax: number;
  readonly semantics: number;
}

const LINE_WIDTH = 100;

function registers({ registers: files }: Card): string[] {
  return files.flatMap(({ title, entries }) => {
    const lines = wrapped(entries.map(({ name, meaning }) => (meaning ? `${name} (${meaning})` : name)));
    return [`Registers ${title}`, ...(entries.length > 1 ? lines : [])];
  });
}

function groupLines({ title, instructions, aliases }: Group, widths: Widths): string[] {
  return [
    title || 'Instructions',
    ...instructions.flatMap((row) => instructionLines(row, widths)),
    ...aliases.map(({ syntax, meaning }) => `  ${syntax.padEnd(widths.syntax)}  is ${meaning}`),
  ];
}

/** One line, or several where the semantics are too long for their column. */
function instructionLines({ syntax, semantics, segments, where, cost }: InstructionRow, widths: Widths): string[] {
  const encoding = segments.map(({ text }) => text);
  if (where) encoding.push(`where ${where}`);
  if (cost > 1) encoding.push(` cost ${cost}`);
  return folded(semantics, widths.semantics).map((line, i) => {
    const [left, right] = i === 0 ? [syntax, encoding.join(' ')] : ['', ''];
    return `  ${left.padEnd(widths.syntax)}  ${line.padEnd(widths.semantics)}  ${right}`.trimEnd();
  });
}

/** `text` broken at spaces into lines of at most `width` characters, those after the first indented. */
function folded(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1]!;
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(`  ${word}`);
  }
  return lines;
}

function table(pairs: readonly Pair[]): string[] {
  const width = longest(pairs.map(({ name }) => name));
  return pairs.map(({ name, meaning }) => `  ${name.padEnd(width)}  ${meaning}`);
}

function wrapped(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines[lines.length - 1];
    if (line !== undefined && line.length + word.length + 3 <= LINE_WIDTH) lines[lines.length - 1] = `${line}   ${word}`;
    else lines.push(`  ${word}`);
  }
  return lines;
}

function longest(texts: readonly string[]): number {
  return texts.reduce((width, { length }) => Math.max(width, length), 0);
}
