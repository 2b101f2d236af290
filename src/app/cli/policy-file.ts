// Policies given as files: `--policy ./mine.mjs`. The file exports `policy`, a PolicyModule (src/server/placement/seam.ts).
import { existsSync } from 'node:fs';
import { crc32c } from '../../base/crc32c.js';
import { fail } from '../../base/diagnostics.js';
import { addPolicy } from '../../server/placement/catalogue.js';
import type { PolicyModule } from '../../server/placement/seam.js';
import type { SnapshotHeader } from '../../server/snapshot-file.js';
import { readBytes } from './files.js';
import { importModule } from './import-module.js';

/** What a policy must have, by kind. */
const PARTS: Readonly<Record<string, (value: unknown) => boolean>> = {
  name: (value) => typeof value === 'string' && /^[a-z][a-z0-9-]*$/.test(value),
  summary: (value) => typeof value === 'string',
  source: (value) => typeof value === 'string',
  parameters: Array.isArray,
  reasons: Array.isArray,
  create: (value) => typeof value === 'function',
};

export type PolicyFile = SnapshotHeader['policyFile'];

/** The file that `--policy` names, if it names one. */
export function policyFileOf(policy: string | undefined): PolicyFile {
  return policy !== undefined && isPath(policy) ? { path: policy, checksum: crc32c(readBytes(policy, 'policy')) } : null;
}

/** Names parted by commas, in which paths have been replaced by the names of the policies that lie there. */
export async function loadPolicyFiles(names: string | undefined): Promise<string | undefined> {
  if (names === undefined) return undefined;
  const known: string[] = [];
  for (const name of names.split(',')) known.push(isPath(name) ? await loadPolicy(name.trim()) : name);
  return known.join(',');
}

function isPath(name: string): boolean {
  return /[./\\]/.test(name);
}

async function loadPolicy(path: string): Promise<string> {
  if (!existsSync(path)) fail(`--policy: no such file: ${path}`);
  let module: { readonly policy?: Record<string, unknown> };
  try {
    module = await importModule(path) as typeof module;
  } catch (error) {
    fail(`--policy: ${path} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { policy } = module;
  if (typeof policy !== 'object' || policy === null) fail(`--policy: ${path} does not export "policy"`);
  const lacks = Object.keys(PARTS).filter((part) => !PARTS[part]!(policy[part]));
  if (lacks.length > 0) fail(`--policy: the policy of ${path} lacks, or has the wrong kind of: ${lacks.join(', ')}`);
  addPolicy(policy as unknown as PolicyModule);
  return policy['name'] as string;
}
