// Whole programs, recorded: every value that any vCPU found is the one left last in the order in which accesses took place.
import { assertCoherent } from '../../src/server/hyperkernel/check.js';
import { createServer } from '../../src/server/server.js';
import { assembleProgram, isa, nodes, type Sizes } from '../programs/programs.js';
import { imageByte, Recorder } from './history.js';
import { brokenAt } from './sequential.js';

const PROGRAMS: readonly (readonly [string, Sizes])[] = [
  ['locks', { ACCOUNTS: 24, TRANSFERS: 40 }], ['hashjoin', { BUILD: 64, PROBES: 96, KEYS: 64, BUCKETS: 32 }], ['bfs', { VERTICES: 48 }],
  ['tasks', { DOWN: 4, ACROSS: 3 }], ['stencil', { ROWS: 16, SWEEPS: 3 }], ['ring', { STATIONS: 4, PACKETS: 12 }], ['sort', { N: 64 }],
];

describe.each(PROGRAMS)('%s', (name, sizes) => {
  it.each([
    ['page', 'sds-ethernet-25g'], ['cost', 'sds-ethernet-25g'], ['hot-page', 'sds-tcp-25g'], ['first-touch', 'numa-4s'], ['negotiate', 'numa-4s'],
  ])('under %s on %s', (policy, preset) => {
    const image = assembleProgram(name, sizes);
    const recorder = new Recorder();
    const server = createServer({
      isa, image, afterEvent: assertCoherent, tamper: recorder.tamper,
      scenario: {
        machine: nodes(3, preset), vcpus: 4, policy, policyOptions: {}, seed: 1, sliceMode: 'loop', maxInstructions: 300_000,
        timeScale: 1, startSkewPs: 1_000_000,
      },
    });
    recorder.watch(server);
    server.run();
    expect(recorder.history.flat().length).toBeGreaterThan(500);
    expect(recorder.history.filter((accesses) => accesses.length > 0)).toHaveLength(4);
    expect(brokenAt(recorder.history, imageByte(image))).toBeUndefined();
  });
});
