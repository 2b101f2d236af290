// Rewrites the output that documents show by what their commands print today: `npm run docs:update`. Where a document
// leaves lines out with `...`, as many lines as it shows before and after are taken anew.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandBlocks, documents, readDocument, type Command } from './markdown.js';
import { root } from './root.js';
import { ELISION, Session, UNSTABLE } from './session.js';

/** What to show of `lines` where `shown` stood. */
function excerpt(shown: readonly string[], lines: readonly string[]): readonly string[] {
  if (shown.length === 0) return [];
  const at = shown.indexOf(ELISION);
  if (at < 0) return lines;
  if (shown.indexOf(ELISION, at + 1) >= 0) return shown;
  const after = shown.slice(at + 1).filter((line) => line !== '').length;
  return [...lines.slice(0, at), ELISION, ...lines.slice(lines.length - after)];
}

/** Lines that only this machine's clock has changed stay as they are. */
function keepUnstable(before: readonly string[], after: readonly string[]): readonly string[] {
  return after.map((line, i) => (UNSTABLE.test(line) && UNSTABLE.test(before[i] ?? '') ? before[i]! : line));
}

function update(path: string): void {
  const text = readDocument(root, path);
  const session = new Session();
  const changes: { readonly command: Command; readonly output: readonly string[] }[] = [];
  try {
    for (const command of commandBlocks(path, text).flat()) {
      const outcome = session.run(command.text);
      if (outcome) changes.push({ command, output: keepUnstable(command.output, excerpt(command.output, outcome.lines)) });
    }
  } finally {
    session.close();
  }
  const lines = text.split('\n');
  for (const { command, output } of changes.reverse()) lines.splice(command.outputLine - 1, command.output.length, ...output);
  const updated = lines.join('\n');
  if (updated === text) return;
  writeFileSync(join(root, path), updated);
  console.log(`${path}: updated`);
}

const chosen = process.argv.slice(2);
for (const path of documents(root)) if (chosen.length === 0 || chosen.includes(path)) update(path);
