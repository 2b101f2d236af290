// Debugging sessions for tests: programs of the repository or of the test, and what a user would see.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { builtinIsa } from '../../../isa/index.js';
import { policyWords } from '../../../src/app/cli/policy-words.js';
import { buildScenario, type ScenarioOptions } from '../../../src/app/config/scenario.js';
import type { Context } from '../../../src/app/debug/commands/command.js';
import { DebugSession, type SessionOptions } from '../../../src/app/debug/core/session.js';
import { Shell } from '../../../src/app/debug/shell.js';
import { PROMPT } from '../../../src/app/debug/terminal.js';
import { InputError } from '../../../src/base/diagnostics.js';
import type { SourceFile } from '../../../src/base/source.js';
import { assemble } from '../../../src/guest/asm/assemble.js';
import { machinePreset } from '../../../src/server/fabric/presets.js';
import { paint } from '../../../src/study/report/paint.js';
import { root } from '../../house/root.js';

export interface Debugging extends ScenarioOptions {
  /** A file of the repository, or the text itself. */
  readonly program: string;
  /** tiny, if not given. */
  readonly isa?: string;
  readonly defines?: Readonly<Record<string, number>>;
  readonly machine?: string;
  readonly nodes?: string;
  readonly cores?: string;
  /** Bytes of each node. */
  readonly memory?: number | string;
  readonly session?: Partial<SessionOptions>;
}

function read(path: string): SourceFile | undefined {
  const found = join(root, path);
  return existsSync(found) ? { path, text: readFileSync(found, 'utf8') } : undefined;
}

export function sessionOf(debugging: Debugging): DebugSession {
  const { program, isa: isaName = 'tiny', defines = {}, machine, nodes, cores, memory, session, ...options } = debugging;
  const isa = builtinIsa(isaName);
  const source = program.endsWith('.s') ? read(program)! : { path: 'guest.s', text: program };
  const { image, listing } = assemble(source, isa, {
    defines: new Map(Object.entries(defines).map(([name, value]) => [name, BigInt(value)])),
    include: (path, from) => read(join(dirname(from.path), path)),
  });
  const preset = machinePreset(machine ?? 'sds-ethernet-25g');
  const spec = {
    ...preset, nodes: Number(nodes ?? preset.nodes), coresPerNode: Number(cores ?? preset.coresPerNode),
    memoryBytesPerNode: Number(memory ?? preset.memoryBytesPerNode),
  };
  const scenario = buildScenario(spec, { engine: 'reference', ...options });
  return new DebugSession({ isa, image, listing, scenario, ...session });
}

export function contextFor(session: DebugSession): Context {
  const { policy: name } = session.server.scenario;
  return {
    session, paint: paint(false), report: () => 'no report', save: () => 'saved',
    policy: { name, meaningOf: policyWords({ policy: name, policyOptions: session.server.policyOptions, balance: session.server.balance }).meaningOf },
  };
}

/** What the session answers to the lines, each shown before its answer; faults among it. */
export async function transcript(session: DebugSession, lines: readonly string[]): Promise<string> {
  let text = '';
  const shell = new Shell(contextFor(session), {
    write: (more) => { text += more; }, breathe: () => Promise.resolve(false), rest: () => {},
  });
  for (const line of lines) {
    text += `${PROMPT}${line}\n`;
    try {
      if (!await shell.run(line)) break;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      text += `${error.message}\n`;
    }
  }
  return text;
}
