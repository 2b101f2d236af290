// What the words of `run` and `debug` ask for: a guest and the scenario that it runs in.
import type { Image } from '../../guest/asm/image.js';
import type { Listing } from '../../guest/asm/listing.js';
import type { Isa } from '../../guest/lang/model.js';
import type { Scenario } from '../../server/spec.js';
import type { Input } from './command.js';
import { machineOf, refuseArguments, scenarioOptions } from './options.js';
import type { PolicyFile } from './policy-file.js';

export interface GuestRun {
  readonly scenario: Scenario;
  readonly isa: Isa;
  /** Path of the program. */
  readonly program: string;
  readonly image: Image;
  readonly listing: Listing;
  readonly policyFile: PolicyFile;
}

export async function guestRun(input: Input): Promise<GuestRun> {
  const { buildScenario } = await import('../config/scenario.js');
  const { assembleProgram, resolveIsa } = await import('./program.js');
  const { loadPolicyFiles, policyFileOf } = await import('./policy-file.js');
  const scenario = buildScenario(await machineOf(input), {
    ...scenarioOptions(input),
    policy: await loadPolicyFiles(input.text('policy')),
    policyOption: input.texts('policy-option'),
  });
  const isa = await resolveIsa(input.text('isa'));
  refuseArguments(input, isa.name);
  const program = input.text('program')!;
  const { image, listing } = assembleProgram(program, isa, input.texts('define'), scenario.machine.pageBytes);
  return { scenario, isa, program, image, listing, policyFile: policyFileOf(input.text('policy')) };
}
