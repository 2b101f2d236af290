// The table of docs/policies.md says what the catalogue says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { policyModule, policyNames } from '../../../src/server/placement/catalogue.js';
import { root } from '../../house/root.js';

describe('docs/policies.md', () => {
  const text = readFileSync(join(root, 'docs/policies.md'), 'utf8');
  const table = text.split('\n\n').find((part) => part.startsWith('| policy | what it does | source |'))!;

  it('lists every policy in order, with its summary and source', () => {
    const rows = policyNames().map((name) => {
      const { summary, source } = policyModule(name);
      return `| \`${name}\` | ${summary} | ${source} |`;
    });
    expect(table.split('\n').slice(2)).toEqual(rows);
  });
});
