// Slices that compiled code begins by itself, of one core and from one core to another, leave what slices leave that the server
// begins one by one: every count, and the state in which the run stands at the end.
import fc from 'fast-check';
import { buildReport } from '../../src/study/report/build.js';
import type { Server } from '../../src/server/server.js';
import { serverFor, type GuestRun } from './guest.js';

/** Each computes on its stack, across pages of it too, takes part in a count, and waits for the others. */
const PROGRAM = `
_start: addi  s1, sp, -2048
        addi  s1, s1, -2040
        li    t0, 1
        li    a4, 0
round:  li    s0, 150
        add   s0, s0, a0
loop:   shli  t1, t0, 13
        xor   t0, t0, t1
        shri  t1, t0, 7
        xor   t0, t0, t1
        andi  t1, t0, 255
        shli  t1, t1, 3
        add   t1, t1, s1
        ld    t2, 0(t1)
        add   t2, t2, t0
        sd    t2, 0(t1)
        andi  t1, s0, 63
        bnez  t1, even
        ld    t2, -4100(sp)
even:   dec   s0
        bnez  s0, loop
        la    t1, count
        li    t2, 1
        aadd  t2, t2, (t1)
        inc   a4
        mul   a3, a4, a1
wait:   pause
        ld    t2, 0(t1)
        bltu  t2, a3, wait
        li    a5, 3
        bltu  a4, a5, round
        halt
        .bss
        .align 64
count:  .space 8
`;

const worlds = fc.record({
  on: fc.constantFrom('sds-ethernet-25g', 'numa-4s'),
  nodes: fc.constantFrom(1, 2, 3),
  vcpus: fc.constantFrom(1, 3, 6, 9),
  cached: fc.boolean(),
  quantumPs: fc.constantFrom(null, 100_000, 1_500_000),
  timeSlicePs: fc.constantFrom(3_000_000, 50_000_000),
  startSkewPs: fc.constantFrom(0, 1_000_000, 40_000_000),
  maxInstructions: fc.constantFrom(7001, 20_013, 2_000_000),
});
type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never;

function serverOf({ nodes, quantumPs, timeSlicePs, cached, ...world }: World, engine: GuestRun['engine'] = 'wasm'): Server {
  const caches = cached ? {} : { caches: null };
  return serverFor(PROGRAM, { ...world, engine: engine!, machine: { nodes, quantumPs, timeSlicePs, ...caches } });
}

/** Runs it to its end; how often the server was asked. */
function runAhead(server: Server): number {
  let asked = 0;
  for (; !server.ending; asked++) server.advance({ ahead: true });
  return asked;
}

function reportOf(server: Server): string {
  return JSON.stringify({ ...buildReport(server, '', null, 0), engine: '' });
}

it('slices ahead leave what slices one by one leave, and what the reference leaves', () => {
  fc.assert(fc.property(worlds, (world) => {
    const [ahead, single, reference] = [serverOf(world), serverOf(world), serverOf(world, 'reference')];
    runAhead(ahead);
    single.runUntil(() => false);
    reference.run();
    expect(reportOf(ahead)).toBe(reportOf(single));
    expect(ahead.snapshot().state).toEqual(single.snapshot().state);
    expect(reportOf(ahead)).toBe(reportOf(reference));
  }), { seed: 1, numRuns: 25 });
});

it('of many vCPUs that compute, most slices begin without the server', () => {
  const server = serverFor(PROGRAM.replace('li    s0, 150', 'li    s0, 60000'), {
    vcpus: 6, engine: 'wasm', machine: { nodes: 3 }, maxInstructions: 20_000_000,
  });
  const asked = runAhead(server);
  expect(server.ending!.end).toBe('exit');
  expect(asked).toBeLessThan(server.position / 4);
});
