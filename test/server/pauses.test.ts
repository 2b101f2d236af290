// Looking into slices changes nothing (SEMANTICS 2): a server that is advanced a few instructions at a time does what one
// does that runs through.
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtinIsa } from '../../isa/index.js';
import { assemble } from '../../src/guest/asm/assemble.js';
import { createServer, type Server } from '../../src/server/server.js';
import { buildReport } from '../../src/study/report/build.js';
import { Recorder } from '../../src/study/report/log/recorder.js';
import { root } from '../house/root.js';
import { machinePreset } from '../../src/server/fabric/presets.js';

const PROGRAMS: readonly (readonly [program: string, defines: Readonly<Record<string, number>>])[] = [
  ['locks', { TRANSFERS: 6 }], ['stencil', { ROWS: 8, SWEEPS: 2 }], ['hello', {}],
];
const POLICIES = ['cost', 'page', 'vcpu', 'first-touch'];

interface World { readonly program: number; readonly policy: string; readonly machine: string; readonly vcpus: number; readonly loop: boolean }

/** Everything a run leaves: its report, and every span, move and mark. */
function traceOf(world: World, drive: (server: Server) => void): string {
  const [name, defines] = PROGRAMS[world.program]!;
  const folder = join(root, 'programs/tiny');
  const read = (path: string) => ({ path, text: readFileSync(join(folder, path), 'utf8') });
  const isa = builtinIsa('tiny');
  const { image } = assemble(read(`${name}.s`), isa, {
    include: read, defines: new Map(Object.entries(defines).map(([symbol, value]) => [symbol, BigInt(value)])),
  });
  const recorder = new Recorder();
  const server = createServer({
    isa, image, observer: recorder.observer,
    scenario: {
      machine: { ...machinePreset(world.machine), nodes: 2, coresPerNode: 2 }, vcpus: world.vcpus, policy: world.policy, policyOptions: {}, seed: 1,
      sliceMode: world.loop ? 'loop' : 'instruction', maxInstructions: 100_000, timeScale: 1, startSkewPs: 1_000_000,
    },
  });
  drive(server);
  return JSON.stringify([buildReport(server, name, null, 0), recorder.log()]);
}

it('a run advanced by any number of instructions at a time gives the same report, spans and moves', () => {
  const worlds = fc.record({
    program: fc.nat({ max: PROGRAMS.length - 1 }), policy: fc.constantFrom(...POLICIES),
    machine: fc.constantFrom('sds-ethernet-25g', 'numa-4s'), vcpus: fc.constantFrom(4, 6), loop: fc.boolean(),
  });
  fc.assert(fc.property(worlds, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }), (world, lengths) => {
    let i = 0;
    const pieces = traceOf(world, (server) => {
      while (!server.ending) server.advance({ pauseAfter: lengths[i++ % lengths.length]! });
    });
    expect(pieces).toBe(traceOf(world, (server) => void server.run()));
  }), { seed: 1, numRuns: 10 });
});

it('a part of a slice tells how much of it ran and why it stopped', () => {
  const world = { program: 2, policy: 'cost', machine: 'sds-ethernet-25g', vcpus: 4, loop: true };
  const seen = new Set<string>();
  let retired = 0;
  traceOf(world, (server) => {
    while (!server.ending) {
      const { kind } = server.upcoming() ?? { kind: 'none' };
      const part = server.advance({ pauseAfter: 1 });
      expect(part !== undefined).toBe(kind === 'slice');
      if (!part) continue;
      expect(part.retired).toBe(['budget', 'yield', 'paused'].includes(part.stop.reason) ? 1 : 0);
      seen.add(part.stop.reason);
      retired += part.retired;
    }
    expect(retired).toBe(server.instructions);
  });
  expect([...seen].sort()).toEqual(['budget', 'guest', 'paused', 'stall', 'yield']);
});
