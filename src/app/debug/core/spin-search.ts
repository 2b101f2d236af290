// Whether the vCPUs of a run that reached its limit wait in vain: a copy of it goes on for a while and is looked at.
import { InputError } from '../../../base/diagnostics.js';
import { Server } from '../../../server/server.js';
import { Places } from './places.js';
import { SpinDetector, type Spin } from './spin.js';
import { takeStep, upcomingStep } from './step.js';
import { Witness } from './witness.js';

/** A few seconds. */
const MAX_STEPS = 200_000;

/** Undefined if they do something, or if the policy cannot be copied. */
export function findSpin(ended: Server): Spin | undefined {
  const witness = new Witness();
  const server = copyOf(ended, witness);
  if (!server) return undefined;
  witness.attend(server);
  const detector = new SpinDetector(server);
  // No longer than the run itself was.
  const most = Math.min(MAX_STEPS, ended.instructions);
  for (let steps = 0; steps < most; steps++) {
    const upcoming = upcomingStep(server);
    if (!upcoming) return undefined;
    const done = witness.tell(takeStep(server, upcoming));
    if (detector.saw(done, server)) return detector.describe(server, new Places(server.image, { entries: [] }));
  }
  return undefined;
}

/** As the limit found it, on the engine that says what it touches. */
function copyOf(ended: Server, { observer }: Witness): Server | undefined {
  try {
    const { scenario, state, ...rest } = ended.snapshot();
    return Server.restore({
      ...rest, state: { ...state, run: { ...state.run, ending: null } },
      scenario: { ...scenario, engine: 'reference', maxInstructions: Infinity },
    }, { observer });
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
