// Where the sources lie, and where this build of them lies: tests run from a build folder somewhere below the root.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The build's mirror of the repository: its src/, test/ and isa/ hold JavaScript. */
export const buildRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export const root = repositoryRoot();

function repositoryRoot(): string {
  let folder = buildRoot;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
