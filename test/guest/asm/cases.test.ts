// Case files in cases/: each line says in a trailing comment what must become of it (the manner of customasm's tests).
//   ; isa: NAME   ; define: NAME=VALUE      what the file is assembled with
//   ; = 0f 01                                the bytes of this line, in memory order
//   ; memory: 01 02                          all bytes of .text and .data
//   ; error at COLUMN: MESSAGE / HINT / ...  a fault of this line; `; error: MESSAGE` on a line of its own has no place
//   ; error in PATH: MESSAGE                 a fault in an included file
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Diagnostic } from '../../../src/base/diagnostics.js';
import type { SourceFile } from '../../../src/base/source.js';
import { assemble } from '../../../src/guest/asm/assemble.js';
import { bytesToHex, faultsOf, isaNamed } from './support.js';

const folder = join(root(), 'test/guest/asm/cases');

function root(): string {
  let at = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(at, 'package.json'))) at = dirname(at);
  return at;
}

function include(path: string): SourceFile | undefined {
  const file = join(folder, path);
  return existsSync(file) ? { path, text: readFileSync(file, 'utf8') } : undefined;
}

/** `line:column: message / hint`, as the case files write it. */
function describeFault({ at, message, hint }: Diagnostic, path: string): string {
  const text = [message, ...(hint?.split('\n').map((line) => line.trim()) ?? [])].join(' / ');
  if (!at) return `error: ${text}`;
  return at.file.path === path ? `${at.line}: error at ${at.column}: ${text}` : `error in ${at.file.path}: ${message}`;
}

function expectedFaults(lines: readonly string[]): string[] {
  return lines.flatMap((line, i) => {
    const match = /; (error(?: at \d+| in [^:]+)?: .*)$/.exec(line);
    return match ? [match[1]!.startsWith('error at') ? `${i + 1}: ${match[1]!.trimEnd()}` : match[1]!.trimEnd()] : [];
  });
}

describe('case files', () => {
  for (const path of readdirSync(folder).filter((name) => name.endsWith('.s')).sort()) {
    it(path, () => {
      const text = readFileSync(join(folder, path), 'utf8');
      const lines = text.split('\n');
      const isa = isaNamed(/^; isa: (\w+)/m.exec(text)?.[1] ?? '');
      const defines = new Map([...text.matchAll(/^; define: (\w+)=(\d+)/gm)].map((match) => [match[1]!, BigInt(match[2]!)]));
      const run = () => assemble({ path, text }, isa, { defines, include });

      const wanted = expectedFaults(lines);
      expect(faultsOf(run).map((fault) => describeFault(fault, path)).sort()).toEqual([...wanted].sort());
      if (wanted.length > 0) return;

      const { image, listing } = run();
      const own = listing.entries.filter((entry) => entry.path === path);
      const bytes = new Map(own.map((entry) => [entry.line, bytesToHex(entry.bytes)]));
      const rows = lines.flatMap((line, i) => {
        const match = /; = ([0-9a-f ]+?)\s*$/.exec(line);
        return match ? [`${i + 1}: ${match[1]}`] : [];
      });
      expect(rows.map((row) => `${parseInt(row, 10)}: ${bytes.get(parseInt(row, 10))}`)).toEqual(rows);
      const memory = /^; memory: ([0-9a-f ]+?)\s*$/m.exec(text)?.[1];
      if (memory) expect(image.segments.map((segment) => bytesToHex(segment.bytes)).join(' ')).toBe(memory);
      expect(rows.length + (memory ? 1 : 0)).toBeGreaterThan(0);
    });
  }
});
