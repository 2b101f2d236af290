// What all `list` commands share: `--json` gives an array of objects, each with a `name`.
import type { Options } from 'yargs';
import { flag } from './command.js';

export const LIST_OPTIONS: Readonly<Record<string, Options>> = {
  json: flag('Print one JSON array and nothing else', { group: 'Output:' }),
};

export function listJson(entries: readonly { readonly name: string }[]): string {
  return `${JSON.stringify(entries, null, 2)}\n`;
}
