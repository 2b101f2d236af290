// Snapshots in files, as the command line writes and reads them: compressed, under the version that wrote them.
import { existsSync, statSync } from 'node:fs';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { builtinIsa, ISAS } from '../../../isa/index.js';
import { fail } from '../../base/diagnostics.js';
import type { Isa } from '../../guest/lang/model.js';
import { decodeSnapshot, encodeSnapshot, type Deflate, type SnapshotHeader } from '../../server/snapshot-file.js';
import type { Snapshot } from '../../server/snapshot.js';
import { readBytes, writeWhole } from './files.js';
import { loadPolicyFiles, policyFileOf, type PolicyFile } from './policy-file.js';
import { bindingBeside } from './program.js';
import { version } from './version.js';

const DEFLATE: Deflate = {
  pack: (bytes) => deflateRawSync(bytes, { level: 1 }),
  unpack: (bytes, unpackedBytes) => inflateRawSync(bytes, { maxOutputLength: Math.max(1, unpackedBytes) }),
};

/** Returns how many bytes the file has. */
export function writeSnapshot(path: string, snapshot: Snapshot, program: string, policyFile: PolicyFile): number {
  writeWhole(path, encodeSnapshot(snapshot, { writer: writer(), program, policyFile }, DEFLATE));
  return statSync(path).size;
}

export interface ReadSnapshot {
  readonly header: SnapshotHeader;
  readonly snapshot: Snapshot;
}

/** `policyPath`: where the file of the policy lies now, if it had one. */
export async function readSnapshot(path: string, policyPath: string | undefined): Promise<ReadSnapshot> {
  const { header, open } = decodeSnapshot(readBytes(path, 'snapshot'), path, DEFLATE);
  if (header.writer !== writer()) {
    fail(`the snapshot ${path} was written by ${header.writer}; this is ${writer()}`, undefined,
      'only the version that began a run takes it to the same end');
  }
  await loadPolicyOf(header, path, policyPath);
  return { header, snapshot: open(await isaOf(header)) };
}

function writer(): string {
  return `hyperkernel ${version()}`;
}

async function loadPolicyOf({ policyFile, scenario }: SnapshotHeader, path: string, policyPath: string | undefined): Promise<void> {
  if (!policyFile) {
    if (policyPath !== undefined) fail(`--policy: the run in ${path} goes on under its own policy, ${scenario.policy}`);
    return;
  }
  const found = policyPath ?? policyFile.path;
  if (!existsSync(found)) {
    fail(`the run in ${path} needs the policy file ${found}, and there is no such file`, undefined, 'say where it lies: --policy FILE');
  }
  const now = policyFileOf(found);
  if (!now) fail(`--policy: expected the path of a file, not "${found}"`, undefined, `write ./${found}`);
  if (now.checksum !== policyFile.checksum) {
    fail(`the run in ${path} needs the policy file ${found} as it was, and it is another now`);
  }
  await loadPolicyFiles(found);
}

/** A built-in ISA if the text is its own; else what the text says, with the binding beside the file that it came from. */
async function isaOf({ isa: { name, path, text } }: SnapshotHeader): Promise<Isa> {
  const builtin = Object.hasOwn(ISAS, name) && ISAS[name]!.file === path ? ISAS[name]! : undefined;
  if (builtin?.text === text) return builtinIsa(name);
  const { loadIsa } = await import('../../guest/lang/load.js');
  return loadIsa({ path, text }, builtin?.binding ?? await bindingBeside(path));
}
