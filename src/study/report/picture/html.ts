// Text in HTML.

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}

/** JSON that may stand inside a script element: no `<` can end it early. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

export function tableHtml(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  classes: readonly string[] = [],
): string {
  const cells = (tag: 'th' | 'td', row: readonly string[]): string =>
    row
      .map((cell, i) => {
        const name = classes[i];
        return `<${tag}${name ? ` class="${name}"` : ''}>${cell}</${tag}>`;
      })
      .join('');
  return `<table><thead><tr>${cells('th', titles)}</tr></thead><tbody>${rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n')}</tbody></table>`;
}
