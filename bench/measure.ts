// What the benches share: where the house stands; one result each, as a line for people or, with --json, as one JSON document.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

let root = dirname(fileURLToPath(import.meta.url));
while (!existsSync(join(root, 'package.json'))) root = dirname(root);
/** The folder of package.json. */
export const ROOT = root;

/** Names of the guest programs in a folder, without their ending. */
export function programsIn(folder: string): string[] {
  return readdirSync(folder).filter((file) => file.endsWith('.s')).map((file) => file.slice(0, -2)).sort();
}

/** The middle value; of an even number of values the lower middle. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[(values.length - 1) >> 1]!;
}

/** Prints the result of one bench in the form the command line asks for. */
export function printResult<T extends { readonly question: string }>(result: T, line: (result: T) => string): void {
  console.log(process.argv.includes('--json') ? JSON.stringify(result) : line(result));
}
