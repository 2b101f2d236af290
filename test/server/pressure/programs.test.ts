// Every guest program prints what its model says though its nodes are too small for it: two nodes of sixteen frames compute,
// and a third lends memory.
import { modelOutput } from '../../programs/models.js';
import { assembleProgram, programNames, run } from '../../programs/programs.js';
import { ODD_SIZES } from '../../programs/sizes.js';
import { machineOf } from './guests.js';

const NODES = [[1, 16], [1, 16], [2, 600, 2]] as const;
const POLICIES = ['page', 'cost', 'first-touch', 'vcpu'];

describe.each(programNames())('%s', (program) => {
  it('is right on small nodes, with four times as many vCPUs as cores', () => {
    ODD_SIZES[program]!.forEach((sizes, i) => {
      const policy = POLICIES[i % POLICIES.length]!;
      for (const on of ['sds-ethernet-25g', 'numa-2s']) {
        const report = run({ image: assembleProgram(program, sizes), vcpus: 8, policy, machine: machineOf(NODES, on), check: true, seed: i + 1 });
        const { end, exitCode, message, output } = report;
        expect({ on, policy, end, exitCode, message, output }).toEqual(
          { on, policy, end: 'exit', exitCode: 0, message: null, output: modelOutput(program, sizes) });
        expect(report.perNode.every(({ residentPages }, node) => residentPages <= NODES[node]![1])).toBe(true);
      }
    });
  });
});
