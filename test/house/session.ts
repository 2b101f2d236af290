// Runs the commands that documents show, as a reader would: in a folder that looks like the repository, with this build
// behind the names `hyperkernel` and `hk`.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { buildRoot, root } from './root.js';

/** Commands that install, build, serve or leave the machine: everything begins with them, so they run before any test. */
const EXCEPTED = /^(?:npm|npx|git|cd|code) /;
const SHOWN = ['programs', 'examples', 'docs', 'isa', 'src', 'package.json'];

export interface Outcome {
  readonly status: number;
  /** Standard output, then standard error, without trailing white space. */
  readonly lines: readonly string[];
}

export class Session {
  private readonly folder: string;
  private readonly bin: string;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'hyperkernel-docs-'));
    this.bin = join(this.folder, '.bin');
    mkdirSync(this.bin);
    for (const name of ['hyperkernel', 'hk']) {
      const script = join(this.bin, name);
      writeFileSync(script, `#!/bin/sh\nexec "${process.execPath}" "${join(buildRoot, 'src/app/cli/main.js')}" "$@"\n`);
      chmodSync(script, 0o755);
    }
    for (const name of SHOWN) symlinkSync(join(root, name), join(this.folder, name));
    symlinkSync(buildRoot, join(this.folder, 'dist'));
  }

  /** Runs one command; undefined if it is excepted. */
  run(command: string): Outcome | undefined {
    if (EXCEPTED.test(command)) return undefined;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
      cwd: this.folder, encoding: 'utf8', timeout: 120_000,
      env: { ...process.env, PATH: `${this.bin}${delimiter}${process.env.PATH ?? ''}`, NO_COLOR: '1', COLUMNS: '100' },
    });
    const lines = `${stdout}${stderr}`.split('\n').map((line) => line.trimEnd());
    while (lines[lines.length - 1] === '') lines.pop();
    return { status: status ?? -1, lines };
  }

  close(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** Lines that depend on the clock of the machine that runs the simulator. */
export const UNSTABLE = /^ +here +\d|"wallSeconds"|"mips"|\bevents\/s\b|\blines\/s\b/;

export const ELISION = '...';

/** The first shown line that the output does not have in its place; undefined if all of them occur, in order. */
export function firstMissing(shown: readonly string[], lines: readonly string[]): string | undefined {
  let from = 0;
  for (const line of shown) {
    const wanted = line.trimEnd();
    if (wanted === ELISION || wanted === '' || UNSTABLE.test(wanted)) continue;
    const at = lines.indexOf(wanted, from);
    if (at < 0) return wanted;
    from = at + 1;
  }
  return undefined;
}
