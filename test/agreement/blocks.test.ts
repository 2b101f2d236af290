// Random straight-line blocks of every ISA on both engines, equal in registers, memory, caches, TLBs, cycles and counts after
// every slice. `npm run agreement` runs many more.
import { pairingOf } from './engines.js';
import { runBatch } from './campaign.js';
import { EVERY_ISA } from './isas.js';
import { tell } from './tell.js';

const BATCHES = 3;

it.each(EVERY_ISA.map((isa) => [isa.name, isa] as const))('%s', (_, isa) => {
  for (let i = 0; i < BATCHES; i++) {
    const found = runBatch(pairingOf(isa, 'wasm'), 'block', `test${i}`);
    expect(found && tell(isa, found)).toBeUndefined();
  }
}, 120_000);
