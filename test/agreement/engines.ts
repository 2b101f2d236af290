// The pair that has to agree: the reference engine, and another by name.
import type { Isa } from '../../src/guest/lang/model.js';
import { createEngine } from '../../src/server/engines.js';
import type { EngineName } from '../../src/server/spec.js';
import type { Pairing } from './campaign.js';

export function pairingOf(isa: Isa, engine: EngineName): Pairing {
  return {
    isa,
    left: { engine: (...parts) => createEngine('reference', ...parts) },
    right: { engine: (...parts) => createEngine(engine, ...parts) },
  };
}
