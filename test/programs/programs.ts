// The guest programs of programs/tiny as tests meet them: assembled with sizes, and run.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { builtinIsa } from '../../isa/index.js';
import type { SourceFile } from '../../src/base/source.js';
import { assemble } from '../../src/guest/asm/assemble.js';
import type { Image } from '../../src/guest/asm/image.js';
import { machinePreset } from '../../src/server/fabric/presets.js';
import type { Observer } from '../../src/server/observe.js';
import type { MachineSpec } from '../../src/server/spec.js';
import { runScenario } from '../../src/study/experiment/run.js';
import type { RunReport } from '../../src/study/report/report.js';
import { root } from '../house/root.js';

/** Values for symbols of the program, as `--define` gives them. */
export type Sizes = Readonly<Record<string, number>>;

export const isa = builtinIsa('tiny');
export const folder = join(root, 'programs', 'tiny');

/** Far above what any program here takes: reaching it means that the guest hangs. */
const MAX_INSTRUCTIONS = 20_000_000;

/** Names of the programs, without `.s`. */
export function programNames(): string[] {
  return readdirSync(folder).filter((file) => file.endsWith('.s')).map((file) => file.slice(0, -2)).sort();
}

/** What the file beside the program says that it prints at its default size. */
export function outFile(program: string): string {
  return readFileSync(join(folder, `${program}.out`), 'utf8');
}

export function assembleProgram(program: string, sizes: Sizes = {}, pageBytes?: number): Image {
  const path = join(folder, `${program}.s`);
  return assembleText({ path, text: readFileSync(path, 'utf8') }, sizes, pageBytes);
}

/** Assembles a text whose path lies in `folder`, so that it finds what it includes. */
export function assembleText(source: SourceFile, sizes: Sizes = {}, pageBytes?: number): Image {
  const defines = new Map(Object.entries(sizes).map(([name, value]) => [name, BigInt(value)]));
  return assemble(source, isa, { defines, include, ...(pageBytes !== undefined && { pageBytes }) }).image;
}

function include(path: string, from: SourceFile): SourceFile | undefined {
  const found = join(dirname(from.path), path);
  return existsSync(found) ? { path: found, text: readFileSync(found, 'utf8') } : undefined;
}

export interface Run {
  readonly image: Image;
  readonly vcpus: number;
  readonly machine?: MachineSpec;
  readonly policy?: string;
  readonly seed?: number;
  /** Check the coherence rules after every event. */
  readonly check?: boolean;
  readonly observer?: Observer;
}

/** One software-defined node under `first-touch`, unless told otherwise. */
export function run({ image, vcpus, machine = nodes(1), policy = 'first-touch', seed = 1, check = false, observer }: Run): RunReport {
  return runScenario({
    isa, image, program: '', check, wallMs: () => 0, ...(observer && { observer }),
    scenario: {
      machine, vcpus, policy, policyOptions: {}, seed, sliceMode: 'loop', maxInstructions: MAX_INSTRUCTIONS, timeScale: 1,
      startSkewPs: 1_000_000,
    },
  });
}

export function nodes(count: number, preset = 'sds-ethernet-25g'): MachineSpec {
  return { ...machinePreset(preset), nodes: count };
}
