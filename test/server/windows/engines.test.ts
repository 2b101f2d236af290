// Cuts in the midst of hot loops: compiled code that begins slices by itself, slices one by one, and the engine that is the
// definition divide the same time in the same way.
import type { EngineName } from '../../../src/server/spec.js';
import type { Server } from '../../../src/server/server.js';
import { windowReports } from '../../../src/study/report/windows.js';
import { serverFor } from '../guest.js';

/** vCPU 0 counts and marks in turns; the others count, add up words of a page of their own, and one of them sends a word about. */
const HOT = `
  .text
_start:
  bnez a0, work
  li s2, 12
turn:
  li t0, 3000
count: dec t0
  bnez t0, count
  mark s2
  dec s2
  bnez s2, turn
  halt
work:
  la t1, data
  shli t2, a0, 12
  add t1, t1, t2
  li t0, 30000
sum:
  andi t2, t0, 2040
  add t2, t2, t1
  ld t3, 0(t2)
  add t3, t3, t0
  sd t3, 0(t2)
  dec t0
  bnez t0, sum
  halt
  .bss
  .align 4096
data: .space 8*4096
`;

const windowsOf = (engine: EngineName, on: string, coresPerNode: number, drive: (server: Server) => void) => {
  const server = serverFor(HOT, { engine, on, vcpus: 4, policy: 'first-touch', machine: { coresPerNode, timeSlicePs: 20_000_000 } });
  drive(server);
  return windowReports(server);
};

it.each([['sds-ethernet-25g', 2], ['numa-2s', 2], ['numa-2s', 1]])('on %s with %i cores a node', (on, coresPerNode) => {
  const ahead = windowsOf('wasm', on, coresPerNode, (server) => void server.run());
  expect(ahead.filter(({ name }) => name.startsWith('mark'))).toHaveLength(12);
  // Cuts go through the work of other vCPUs, in all its parts.
  const worked = ahead.filter(({ perVcpu }) => (perVcpu[1]!.timePs.compute ?? 0) > 0 && (perVcpu[1]!.timePs.local ?? 0) + (perVcpu[1]!.timePs.tlb ?? 0) > 0);
  expect(worked.length).toBeGreaterThan(0);
  expect(windowsOf('wasm', on, coresPerNode, (server) => server.runUntil(() => false))).toEqual(ahead);
  expect(windowsOf('reference', on, coresPerNode, (server) => void server.run())).toEqual(ahead);
}, 120_000);
