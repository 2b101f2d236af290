// Build step before tsc: nearley grammars (*.ne) become *.ne.gen.ts, ISA texts (*.isa) become *.isa.gen.ts,
// so that no room outside src/app reads a file and the whole core bundles for a browser.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const nearleyc = createRequire(import.meta.url).resolve('nearley/bin/nearleyc.js');

function* walk(folder) {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* walk(path);
    else yield path;
  }
}

const stale = (from, to) => !existsSync(to) || statSync(to).mtimeMs < statSync(from).mtimeMs;

for (const top of ['src', 'isa', 'test']) {
  for (const path of walk(join(root, top))) {
    const target = `${path}.gen.ts`;
    if (path.endsWith('.ne') && stale(path, target)) {
      execFileSync(process.execPath, [nearleyc, path, '-o', target], { stdio: ['ignore', 'inherit', 'inherit'] });
    } else if (path.endsWith('.isa') && stale(path, target)) {
      const file = relative(root, path).split('\\').join('/');
      writeFileSync(target, `// Generated from ${file} by scripts/generate.mjs.\n`
        + `export const file = ${JSON.stringify(file)};\nexport const text = ${JSON.stringify(readFileSync(path, 'utf8'))};\n`);
    }
  }
}
