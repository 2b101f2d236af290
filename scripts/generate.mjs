// Build step before tsc: nearley grammars (*.ne) become *.ne.gen.ts, ISA texts (*.isa) become *.isa.gen.ts, so that no room
// outside src/app reads a file and the whole core bundles for a browser. A text of isa/ brings its checked model along as a
// literal: nothing parses or checks it when a program starts, and a fault in it ends the build.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
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

const files = ['src', 'isa', 'test'].flatMap((top) => [...walk(join(root, top))]);
const changedMs = (path) => statSync(path).mtimeMs;
const stale = (target, ...from) => !existsSync(target) || from.some((path) => changedMs(path) > changedMs(target));

for (const path of files.filter((each) => each.endsWith('.ne'))) {
  const target = `${path}.gen.ts`;
  if (stale(target, path)) execFileSync(process.execPath, [nearleyc, path, '-o', target], { stdio: ['ignore', 'inherit', 'inherit'] });
}

/** What decides the model besides the text: the language's front end, what it stands on, and this script. */
const language = [fileURLToPath(import.meta.url), ...files.filter((path) => /src.(?:base|guest.lang).*\.(?:ts|ne)$/.test(path))];

for (const path of files.filter((each) => each.endsWith('.isa'))) {
  const target = `${path}.gen.ts`;
  const builtin = dirname(path) === join(root, 'isa');
  if (!stale(target, path, ...(builtin ? [...language, path.replace(/isa$/, 'ts')] : []))) continue;
  const file = relative(root, path).split('\\').join('/');
  const text = readFileSync(path, 'utf8');
  writeFileSync(target, `// Generated from ${file} by scripts/generate.mjs.\n`
    + (builtin ? "import type { CheckedIsa } from '../src/guest/lang/model.js';\n\n" : '')
    + `export const file = ${JSON.stringify(file)};\nexport const text = ${JSON.stringify(text)};\n`
    + (builtin ? `const source = { path: file, text };\n\nexport const model = (): CheckedIsa => (${literal(await checked(path, { path: file, text }))});\n` : ''));
}

/** The model of a built-in ISA, by the front end as it stands in src/; the binding lies beside the text. */
async function checked(path, source) {
  const { build } = await import('esbuild');
  const contents = `export { loadIsa } from './src/guest/lang/load.js';\nexport * as beside from './isa/${basename(path, '.isa')}.js';`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root }, bundle: true, platform: 'node', format: 'esm', write: false, logLevel: 'error',
  });
  const { loadIsa, beside } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
  try {
    const { binding, ...model } = loadIsa(source, Object.values(beside).find((each) => each.externs));
    return model;
  } catch (error) {
    if (error.name !== 'InputError') throw error;
    console.error(error.message);
    process.exit(1);
  }
}

/** TypeScript that yields the value; every place in the source shares one `source`. */
function literal(value) {
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Map) return `new Map([${[...value].map(literal)}])`;
  if (Array.isArray(value)) return `[${value.map(literal)}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{${entries.map(([key, each]) => `${key}:${key === 'file' && typeof each === 'object' ? 'source' : literal(each)}`)}}`;
}
