// Runs small guest programs on a whole server, with the coherence rules checked after every event.
import { builtinIsa } from '../../isa/index.js';
import { assemble } from '../../src/guest/asm/assemble.js';
import type { Isa } from '../../src/guest/lang/model.js';
import { machinePreset } from '../../src/server/fabric/presets.js';
import { assertCoherent } from '../../src/server/hyperkernel/check.js';
import { createServer, type Server, type ServerOptions } from '../../src/server/server.js';
import type { MachineSpec, Scenario } from '../../src/server/spec.js';

export interface GuestRun extends Partial<Omit<Scenario, 'machine'>> {
  readonly isa?: Isa;
  /** Preset, sds-ethernet-25g by default. */
  readonly on?: string;
  readonly machine?: Partial<MachineSpec>;
  readonly options?: Pick<ServerOptions, 'observer' | 'policyModule' | 'tamper' | 'afterEvent'>;
}

/** A server with the program loaded, not yet run. */
export function serverFor(program: string, run: GuestRun = {}): Server {
  const { isa = builtinIsa('tiny'), on = 'sds-ethernet-25g', machine, options, ...scenario } = run;
  const { image } = assemble({ path: 'guest.s', text: program }, isa, { defines: new Map() });
  return createServer({
    isa, image, afterEvent: assertCoherent, ...options,
    scenario: {
      vcpus: 2, policy: 'page', policyOptions: {}, seed: 1, sliceMode: 'loop', maxInstructions: 2_000_000, timeScale: 1,
      startSkewPs: 1_000_000, ...scenario, machine: { ...machinePreset(on), nodes: 2, coresPerNode: 2, ...machine },
    },
  });
}

/** Runs it to its end. */
export function runGuest(program: string, run: GuestRun = {}): Server {
  const server = serverFor(program, run);
  server.run();
  return server;
}
