// What the quantum costs in truth (SEMANTICS 3, 4): runs take the time that they take with slices of one instruction, and two
// cores that store to one line pay for each transfer what the machine says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtinIsa } from '../../isa/index.js';
import { assemble } from '../../src/guest/asm/assemble.js';
import { machinePreset } from '../../src/server/fabric/presets.js';
import { createServer, type Server } from '../../src/server/server.js';
import type { EngineName, SliceMode } from '../../src/server/spec.js';
import { root } from '../house/root.js';
import { runGuest, type GuestRun } from './guest.js';

function runProgram(name: string, defines: Record<string, number>, machine: string, sliceMode: SliceMode): Server {
  const folder = join(root, 'programs/tiny');
  const read = (path: string) => ({ path, text: readFileSync(join(folder, path), 'utf8') });
  const isa = builtinIsa('tiny');
  const { image } = assemble(read(`${name}.s`), isa, {
    include: read, defines: new Map(Object.entries(defines).map(([symbol, value]) => [symbol, BigInt(value)])),
  });
  const server = createServer({
    isa, image, scenario: {
      machine: machinePreset(machine), vcpus: 8, policy: 'cost', policyOptions: {}, seed: 1, sliceMode,
      maxInstructions: 1e7, timeScale: 1, startSkewPs: 1_000_000,
    },
  });
  server.run();
  return server;
}

describe.each(['sds-ethernet-25g', 'sds-efa', 'numa-4s'])('on %s, at the default quantum', (machine) => {
  it.each<[string, Record<string, number>]>([
    ['falseshare', { COUNTERS: 96, ROUNDS: 2 }], ['locks', { TRANSFERS: 24 }], ['pingpong', { GAMES: 8, HITS: 8 }],
  ])('%s takes the time that it takes with slices of one instruction, in fewer slices', (program, defines) => {
    const exact = runProgram(program, defines, machine, 'instruction');
    const coarse = runProgram(program, defines, machine, 'loop');
    expect(Math.abs(coarse.nowPs / exact.nowPs - 1)).toBeLessThan(0.1);
    expect(coarse.position).toBeLessThan(0.6 * exact.position);
  });
});

/** Times that each of two vCPUs stores, to words `apart` bytes apart, with the same work between any two stores. */
const TIMES = 6000;

const stores = (other: number, apart: number): string => `
        .bss
        .align 4096
words:  .space 4096
ready:  .space 4096
        .text
_start: la      a2, words
        beqz    a0, .ready
        li      t1, ${other}
        bne     a0, t1, .out
        addi    a2, a2, ${apart}
.ready: sd      zero, 0(a2)
        la      t0, ready               # nobody begins before both are there
        li      t1, 1
        aadd    t1, t1, (t0)
        li      t2, 2
.wait:  ld      t1, 0(t0)
        bltu    t1, t2, .wait
        li      a3, ${TIMES}
        mark    a0
.next:  sd      a3, 0(a2)
        .rept   60
        inc     t3
        .endr
        dec     a3
        bnez    a3, .next
        mark    a0
.out:   halt`;

/** How long vCPU 0 takes for one of its stores and the work that follows, in ps. */
function perStorePs(on: string, other: number, apart: number, run: GuestRun): number {
  const { marks, ending } = runGuest(stores(other, apart), { on, vcpus: 4, policy: 'first-touch', ...run });
  expect(ending).toMatchObject({ end: 'exit', exitCode: 0 });
  const [from, to] = marks.filter(({ vcpu }) => vcpu === 0);
  return (to!.atPs - from!.atPs) / TIMES;
}

describe.each<[string, number, 'cacheToCachePs' | 'remoteCacheToCachePs', 'with' | 'without']>([
  ['sds-ethernet-25g', 1, 'cacheToCachePs', 'with'], ['numa-2s', 1, 'cacheToCachePs', 'with'],
  ['numa-2s', 2, 'remoteCacheToCachePs', 'with'], ['cxl-pool', 2, 'remoteCacheToCachePs', 'with'],
  ['sds-ethernet-25g', 1, 'cacheToCachePs', 'without'], ['numa-2s', 2, 'remoteCacheToCachePs', 'without'],
])('on %s, two cores (vCPUs 0 and %i) that store and pay %s, %s caches behind L1,', (on, other, cost, behind) => {
  it.each<EngineName>(['wasm', 'reference'])('to one line pay a transfer for each store, and nothing for neighbouring or other lines (%s)', (engine) => {
    const transferPs = machinePreset(on).memory[cost];
    const [one, neighbouring, different] = [8, 64, 2048].map((apart) => perStorePs(on, other, apart, { engine, ...(behind === 'without' && { machine: { caches: null } }) }));
    expect((one! - different!) / transferPs).toBeGreaterThan(0.95);
    expect((one! - different!) / transferPs).toBeLessThan(1.05);
    expect(Math.abs(neighbouring! - different!)).toBeLessThan(0.05 * transferPs);
  });
});
