// The random programs do what the engines are to agree on: they loop, call, jump to computed places, store into their own
// code, access across pages; their slices end for every reason; and what is hot of them is compiled.
import type { WasmEngine } from '../../src/guest/engine/wasm/engine.js';
import type { Isa } from '../../src/guest/lang/model.js';
import { testEngine } from '../support/engine.js';
import { runBatch } from './campaign.js';
import { EVERY_ISA } from './isas.js';
import { shapeOf } from './roles.js';
import { tallying, type Tally } from './tally.js';
import { tell } from './tell.js';

/** What the ISA has no instruction for is not asked for. */
function wanted({ instructions }: Isa): readonly (keyof Omit<Tally, 'stops'>)[] {
  const shapes = instructions.map((each) => shapeOf(each));
  return [
    'jumpsBack', 'storesIntoCode', 'pageCrossings',
    ...(shapes.some(({ roles }) => roles.includes('codeBase')) ? ['indirectJumps' as const] : []),
    ...(shapes.some(({ roles, jumps }) => jumps && roles.includes('link')) ? ['calls' as const] : []),
  ];
}

it.each(EVERY_ISA.map((isa) => [isa.name, isa] as const))('%s', (_, isa) => {
  const { tally, makers } = tallying();
  const engines: WasmEngine[] = [];
  const right = { engine: (...[, arena, memory]: Parameters<typeof makers.engine>) => {
    const engine = testEngine('wasm', isa, arena, memory) as WasmEngine;
    engines.push(engine);
    return engine;
  } };
  for (const batch of ['tally', 'more']) {
    const found = runBatch({ isa, left: makers, right }, 'program', batch);
    expect(found && tell(isa, found)).toBeUndefined();
  }
  expect(wanted(isa).filter((what) => tally[what] < 5)).toEqual([]);
  expect([...tally.stops.keys()]).toEqual(expect.arrayContaining(['budget', 'paused', 'stall', 'trap']));
  expect(engines.reduce((sum, engine) => sum + engine['regions'].compiled, 0)).toBeGreaterThan(20);
}, 120_000);
