// Loads a module that the user names: a policy, an ISA's binding. The bundle is given this function from outside, for code that
// came out of V8's cache cannot import.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export function importModule(path: string): Promise<unknown> {
  return import(pathToFileURL(resolve(path)).href);
}
