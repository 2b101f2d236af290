// The command line from the one file that scripts/bundle.mjs makes of it, with V8's code cache beside it. A cache that another
// version of Node wrote is passed over: then the file is compiled, which takes a little longer.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { importModule } from './import-module.js';
import { takeBranchHints } from './v8.js';

type CommandLine = typeof import('./cli.js');

const url = new URL('../../../bundle/cli.cjs', import.meta.url).href;
const cache = fileURLToPath(new URL('cli.cache', url));

export function compileBundle(): Script {
  // A cache belongs to the flags it was written under.
  takeBranchHints();
  const filename = fileURLToPath(url);
  return new Script(readFileSync(filename, 'latin1'), { filename, ...(existsSync(cache) && { cachedData: readFileSync(cache) }) });
}

export function startBundle(script: Script): CommandLine {
  const module = { exports: {} };
  script.runInThisContext()(createRequire(url), module, module.exports, url, importModule);
  return module.exports as CommandLine;
}
