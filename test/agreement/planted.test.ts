// The campaign finds planted faults, and makes what it found short.
import { runBatch } from './campaign.js';
import { EVERY_ISA } from './isas.js';
import { PLANTED, REFERENCE } from './planted.js';

const MAX_BATCHES = 20;
const LONGEST = 32;

const cases = Object.entries(PLANTED).flatMap(([fault, make]) => EVERY_ISA.map((isa) => [fault, isa.name, make, isa] as const));

it.each(cases)('%s is found on %s', (_fault, _name, make, isa) => {
  const pairing = { isa, left: REFERENCE, right: make(isa) };
  for (let i = 0; i < MAX_BATCHES; i++) {
    const found = runBatch(pairing, 'program', `planted${i}`);
    if (!found) continue;
    if (found.alone) expect(found.program.items.length).toBeLessThanOrEqual(LONGEST);
    return;
  }
  throw new Error('not found');
}, 120_000);

it.each(EVERY_ISA.map((isa) => [isa.name, isa] as const))('without a fault there is none on %s', (_, isa) => {
  expect(runBatch({ isa, left: REFERENCE, right: REFERENCE }, 'program', 'sound', 16)).toBeUndefined();
}, 120_000);
