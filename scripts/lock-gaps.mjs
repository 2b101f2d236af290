// Fails if package-lock.json lacks an entry for an optional dependency that one of its packages names: `npm ci` then
// dies on every machine, though `npm install` goes through (npm/cli#9342). Registries can lag behind for platform binaries.
import { readFileSync } from 'node:fs';

const lock = new URL('../package-lock.json', import.meta.url);
const { packages } = JSON.parse(readFileSync(lock, 'utf8'));

const gaps = Object.entries(packages).flatMap(([place, { version, optionalDependencies = {} }]) =>
  Object.keys(optionalDependencies)
    .filter((name) => !packages[`node_modules/${name}`] && !packages[`${place}/node_modules/${name}`])
    .map((name) => `${place}@${version} lacks ${name}`));

for (const gap of gaps) console.error(gap);
console.log(`${Object.keys(packages).length} packages in the lock, ${gaps.length} gaps`);
process.exitCode = gaps.length > 0 ? 1 : 0;
