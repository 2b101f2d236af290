// Build step after tsc: the command line as one file, and V8's code cache of it. Node takes longer to find and compile two
// hundred modules than to run a small guest.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const scripts = dirname(fileURLToPath(import.meta.url));
const folder = join(scripts, '..', 'dist/bundle');
const [bundle, cache] = [join(folder, 'cli.cjs'), join(folder, 'cli.cache')];

/** yargs measures its help with a table of emoji that takes 50 ms to make, whether there is help to show or not. */
const plainWidth = {
  name: 'plain-width',
  setup({ onResolve }) {
    onResolve({ filter: /^string-width$/ }, () => ({ path: join(scripts, 'plain-width.cjs') }));
  },
};

/** Modules of the user are imported by what stands outside the bundle. */
const outsideImport = {
  name: 'outside-import',
  setup({ onLoad }) {
    onLoad({ filter: /import-module\.js$/ }, () => ({ contents: 'export const importModule = importOutside;' }));
  },
};

const { outputFiles: [{ contents }] } = await build({
  entryPoints: [join(folder, '../src/app/cli/cli.js')],
  outfile: bundle, write: false,
  bundle: true, platform: 'node', format: 'cjs', target: 'node20', logLevel: 'warning', plugins: [plainWidth, outsideImport],
  // A function of what src/app/cli/bundle.ts gives it.
  define: { 'import.meta.url': 'bundleUrl' },
  banner: { js: '(function (require, module, exports, bundleUrl, importOutside) {' },
  footer: { js: '})' },
});

const changed = !existsSync(bundle) || !readFileSync(bundle).equals(contents);
if (changed) {
  mkdirSync(folder, { recursive: true });
  rmSync(cache, { force: true });
  writeFileSync(bundle, contents);
}
// Another version of Node does not take it.
const { compileBundle } = await import('../dist/src/app/cli/bundle.js');
if (changed || compileBundle().cachedDataRejected !== false) {
  execFileSync(process.execPath, [join(scripts, 'code-cache.mjs'), cache], { stdio: ['ignore', 'ignore', 'inherit'] });
}
