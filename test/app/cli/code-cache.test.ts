// The command line starts from V8's code cache. A flag that is set at another moment than when the cache was written has V8 pass
// the cache over, and every run then compiles two and a half megabytes first; nothing else would show it.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../house/root.js';

it('is taken', () => {
  const bundle = pathToFileURL(join(root, 'dist/src/app/cli/bundle.js')).href;
  const code = `import { compileBundle } from '${bundle}'; console.log(compileBundle().cachedDataRejected);`;
  expect(execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' })).toBe('false\n');
});
