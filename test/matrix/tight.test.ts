// Memory of the table's scarce cells is scarce: nodes have to make room, and the output is right, with the coherence rules
// checked after every event.
import { runCell } from './cell.js';
import { DIMENSIONS, type Cell } from './table.js';

const PROGRAMS = ['vecsum', 'triad', 'gups', 'chase', 'falseshare', 'hashjoin'];

describe.each(['page', 'hot-page', 'cost', 'negotiate'])('under %s', (policy) => {
  it('nodes have to make room for most programs, whatever the protocol', async () => {
    let pressed = 0;
    for (const [i, program] of PROGRAMS.entries()) {
      const cell: Cell = {
        program, policy, machine: 'sds-rdma-100g', nodes: '8', page: i % 2 === 0 ? '4K' : '16K', condition: 'tight',
        protocol: DIMENSIONS.protocol[(5 * i) % DIMENSIONS.protocol.length]!,
      };
      const outcome = await runCell(cell, true);
      expect(outcome.fault).toBeUndefined();
      if (outcome.pressed) pressed++;
    }
    expect(pressed).toBeGreaterThan(PROGRAMS.length / 2);
  });
});

it('a page of zeros that gave up its frame stays as a copy without one when ownership moves to a reader', async () => {
  const outcome = await runCell({
    program: 'readmostly', policy: 'negotiate', machine: 'numa-4s-ring', nodes: '8', page: '4K', condition: 'tight',
    protocol: 'serial-move-version',
  }, true);
  expect(outcome).toMatchObject({ fault: undefined, pressed: true });
});
