// Aligned text tables. Cells may carry terminal colours, which have no width.

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

export const left = (title: string): Column => ({ title, align: 'left' });
export const right = (title: string): Column => ({ title, align: 'right' });

/** Lines of a table: titles, then rows, columns parted by `gap`, every line indented and without spaces at its end. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: { indent?: string; gap?: string } = {},
): string[] {
  const { indent = '  ', gap = '  ' } = options;
  const lines = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, i) => Math.max(...lines.map((cells) => visibleWidth(cells[i] ?? ''))));
  return lines.map((cells) =>
    (indent + columns.map(({ align }, i) => pad(cells[i] ?? '', widths[i]!, align)).join(gap)).trimEnd(),
  );
}

// SGR sequences, ECMA-48 section 8.3.117.
const SGR = /\x1b\[[0-9;]*m/g;

export function visibleWidth(text: string): number {
  return text.replace(SGR, '').length;
}

function pad(text: string, width: number, align: Column['align']): string {
  const space = ' '.repeat(Math.max(0, width - visibleWidth(text)));
  return align === 'left' ? text + space : space + text;
}

/** Lines of at most `width` characters, broken at spaces. */
export function wrapLines(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(indent + line);
  return lines;
}
