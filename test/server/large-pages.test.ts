// Large pages: programs print what they have to, on both engines, and whatever part of a frame counts as zeros holds zeros.
import { createServer } from '../../src/server/server.js';
import { scenarioOf, sizesOf } from '../matrix/cell.js';
import { modelOutput } from '../programs/models.js';
import { assembleProgram, isa } from '../programs/programs.js';
import { wrongParts } from '../support/parts.js';

const PROGRAMS = ['locks', 'stencil', 'falseshare', 'tasks'];
const MACHINES = ['sds-ethernet-25g', 'numa-4s'];
const TRANSFERS = ['whole', 'version', 'diff'];
const POLICIES = ['page', 'cost', 'hot-page'];

const runs = PROGRAMS.flatMap((program, i) => TRANSFERS.map((transfer, j) => ({
  program, transfer, machine: MACHINES[(i + j) % 2]!, policy: POLICIES[(i + 2 * j) % 3]!, page: i % 2 === 0 ? '2M' : '64K',
})));

describe.each(['reference', 'wasm'] as const)('on the engine %s', (engine) => {
  it.each(runs)('$program with pages of $page, $transfer, $policy, $machine', async ({ program, transfer, machine, policy, page }) => {
    const cell = { program, policy, machine, nodes: '4', page, protocol: `parallel-stay-${transfer}`, condition: 'room' };
    // A guest that reads zeros where none are would wait for ever.
    const scenario = { ...await scenarioOf(cell), engine, maxInstructions: 1_000_000 };
    const server = createServer({ isa, image: assembleProgram(program, sizesOf(cell)), scenario });
    server.run();
    expect(server.output).toBe(modelOutput(program, sizesOf(cell)));
    const slots = server.arena.copyOut().state.usedSlots;
    expect(slots).toBeGreaterThan(2);
    for (let slot = 0; slot < slots; slot++) expect([slot, wrongParts(server.arena, slot)]).toEqual([slot, []]);
  });
});
