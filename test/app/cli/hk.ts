// The program as a person runs it: its exit status and what it wrote.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const MAIN = fileURLToPath(new URL('../../../src/app/cli/main.js', import.meta.url));

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function hk(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}, input = ''): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd,
    encoding: 'utf8',
    input,
    env: { ...process.env, ...env },
    maxBuffer: 2 ** 28,
  });
  return { status, stdout, stderr };
}

/** A directory with these files for the length of a test file. */
export function scratch(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'hyperkernel-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
