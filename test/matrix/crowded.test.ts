// A cell of the table in which a node was asked so much at once that its own vCPUs, for whose work the others asked, never
// ran: handlers must leave a core to its vCPU from time to time.
import { assembleProgram, isa } from '../programs/programs.js';
import { modelOutput } from '../programs/models.js';
import { runScenario } from '../../src/study/experiment/run.js';
import { scenarioOf, sizesOf } from './cell.js';
import type { Cell } from './table.js';

it('a node that many ask at once runs its own vCPUs too', async () => {
  const cell: Cell = {
    program: 'tasks', policy: 'interleave', machine: 'sds-tcp-25g', nodes: '8', page: '64K', protocol: 'serial-move-diff',
    condition: 'crowded',
  };
  const report = runScenario({
    isa, image: assembleProgram(cell.program, sizesOf(cell)), program: cell.program, wallMs: () => 0,
    scenario: { ...await scenarioOf(cell), maxInstructions: 400_000 },
  });
  expect(report.end).toBe('exit');
  expect(report.output).toBe(modelOutput(cell.program, sizesOf(cell)));
});
