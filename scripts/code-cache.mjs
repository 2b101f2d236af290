// Writes the code cache of the bundled command line: what V8 has compiled when a small guest has run on each engine.
//     node scripts/code-cache.mjs dist/bundle/cli.cache
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { compileBundle, startBundle } from '../dist/src/app/cli/bundle.js';

const hello = join(dirname(fileURLToPath(import.meta.url)), '../programs/tiny/hello.s');

// What ran once would be forgotten at the next collection. A cache belongs to flags, so they are put back.
setFlagsFromString('--no-flush-bytecode');
const script = compileBundle();
const { runCli } = startBundle(script);
for (const engine of ['reference', 'wasm']) await runCli(['run', hello, '--engine', engine]);
setFlagsFromString('--flush-bytecode');
writeFileSync(process.argv[2], script.createCachedData());
