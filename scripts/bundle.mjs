// Build step after tsc: the command line as one file. Node takes longer to find and compile two hundred modules than to run
// a small guest.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');

await build({
  entryPoints: [join(dist, 'src/app/cli/cli.js')],
  outfile: join(dist, 'bundle/cli.js'),
  bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'warning',
  // CommonJS packages ask for Node's modules with it.
  banner: { js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);" },
});
