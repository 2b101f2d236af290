// Runs every bench, one after another, each in a process of its own, so that none warms up or slows down the next.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const helpers = new Set(['all.js', 'kernels.js', 'measure.js', 'options.js', 'sharing.js', 'stall-messages.js']);
const options = process.argv.slice(2);

for (const file of readdirSync(folder).sort()) {
  if (!file.endsWith('.js') || helpers.has(file)) continue;
  execFileSync(process.execPath, [join(folder, file), ...options], { stdio: 'inherit' });
}
