// Runs the guest programs of this folder through the whole simulator.
import { join } from 'node:path';
import { builtinIsa } from '../../isa/index.js';
import { assembleProgram } from '../../src/app/cli/program.js';
import { fail } from '../../src/base/diagnostics.js';
import type { EngineName, MachineSpec } from '../../src/server/spec.js';
import { runScenario } from '../../src/study/experiment/run.js';
import type { RunReport } from '../../src/study/report/report.js';
import { ROOT } from '../measure.js';

/** What a whole validation does to the machines that it runs on. */
export type Change = (machine: MachineSpec) => MachineSpec;

export const AS_IT_IS: Change = (machine) => machine;

export interface GuestRun {
  readonly program: string;
  readonly defines?: Readonly<Record<string, number>>;
  readonly machine: MachineSpec;
  readonly vcpus: number;
  readonly policy?: string;
  readonly engine?: EngineName;
}

const isa = builtinIsa('tiny');

export function runGuest({ program, defines = {}, machine, vcpus, policy = 'first-touch', engine = 'wasm' }: GuestRun): RunReport {
  const { image } = assembleProgram(
    join(ROOT, 'bench', 'validation', `${program}.s`), isa, Object.entries(defines).map(([name, value]) => `${name}=${value}`),
  );
  const report = runScenario({
    isa, image, program, wallMs: () => 0,
    scenario: {
      machine, vcpus, policy, policyOptions: {}, engine, seed: 1, sliceMode: 'loop', maxInstructions: 1e12, timeScale: 1,
      startSkewPs: 1_000_000,
    },
  });
  if (report.end !== 'exit' || report.exitCode !== 0) fail(`${program} on ${machine.name}: ${report.message ?? report.end}`);
  return report;
}

/** The numbers that the guest printed. */
export function printed(run: GuestRun): number[] {
  return runGuest(run).output.trim().split(/\s+/).map(Number);
}

/** Nanoseconds of the guest's region. */
export function regionNs(run: GuestRun): number {
  const { marks } = runGuest(run);
  return marks.find(({ name }) => name === 'roi_end')!.atNs - marks.find(({ name }) => name === 'roi_begin')!.atNs;
}
