// The pair that has to agree: the reference engine, and another by name.
import type { Isa } from '../../src/guest/lang/model.js';
import type { EngineName } from '../../src/server/spec.js';
import { testEngine } from '../support/engine.js';
import type { Pairing } from './campaign.js';

export function pairingOf(isa: Isa, engine: EngineName): Pairing {
  return {
    isa,
    left: { engine: (...parts) => testEngine('reference', ...parts) },
    right: { engine: (...parts) => testEngine(engine, ...parts) },
  };
}
