// A part of bench:validate, small: what it measures, that both engines measure the same, and that without load it does not hold.
import { machinePreset } from '../../src/server/fabric/presets.js';
import { AS_IT_IS, printed, runGuest, type GuestRun } from '../../bench/validation/guests.js';
import { latencyAt, TwoSockets, type Sizes } from '../../bench/validation/numa.js';
import { between, near } from '../../bench/validation/rows.js';
import { processorBoundRow, stallRow } from '../../bench/validation/servers.js';

const SMALL: Sizes = { chaseLines: 2 ** 15, passes: 2, delays: [0] };

it('latency and bandwidth of a socket come out as they were measured', () => {
  const server = new TwoSockets('numa-2s', 4, SMALL);
  expect(near('', 80.8, 'ns', 2, server.latencyNs(false)).holds).toBe(true);
  expect(near('', 140.4, 'ns', 2, server.latencyNs(true)).holds).toBe(true);
  const small = new TwoSockets('numa-2s-haswell', 8, SMALL);
  expect(near('', 48.96, 'GB/s', 15, small.bandwidth(false)).holds).toBe(true);
  expect(near('', 25.41, 'GB/s', 15, small.bandwidth(true)).holds).toBe(true);
});

it('a page fetch and a vCPU move take what the model of the notes says', () => {
  expect(stallRow('sds-ethernet-25g', 'page', 7.8).holds).toBe(true);
  expect(stallRow('sds-efa', 'vcpu', 33).holds).toBe(true);
  expect(stallRow('sds-efa', 'vcpu', 58).holds).toBe(false);
});

it('work in registers costs a server of four nodes little', () => {
  expect(processorBoundRow(AS_IT_IS, 4).holds).toBe(true);
});

const onHaswell = (program: string, defines: Readonly<Record<string, number>>, load = true): GuestRun => {
  const machine = machinePreset('numa-2s-haswell');
  return {
    program, vcpus: 16, defines,
    machine: {
      ...machine, coresPerNode: 8, memoryBytesPerNode: 2 ** 30, load: load ? machine.load : { ...machine.load, controllerBytesPerSecond: null },
    },
  };
};

const REMOTE = { READERS: 8, SHIFT: 8, BYTES: 2 ** 16, PASSES: 2 };
const LONGER = { ...REMOTE, BYTES: 2 ** 17, PASSES: 8 };

it.each([
  ['read', REMOTE], ['loaded', { LINES: 512, BYTES: 2 ** 15 }], ['copy', { N: 2048, PASSES: 1, FILLER: 1 }], ['distances', { POINTS: 128, ROUNDS: 2 }],
])('%s has the same report in both engines, under load', (program, defines) => {
  const run = onHaswell(program, defines);
  const [reference, wasm] = (['reference', 'wasm'] as const).map((engine) => ({ ...runGuest({ ...run, engine }), engine: '', wallSeconds: 0, mips: 0 }));
  expect(reference).toEqual(wasm);
});

it('without load a constant cost gives far more than a link can carry', () => {
  const [loaded] = printed(onHaswell('read', LONGER));
  const [free] = printed(onHaswell('read', LONGER, false));
  expect(loaded).toBeLessThan(30_000);
  expect(free).toBeGreaterThan(45_000);
});

it('a latency between two points lies on the line between them, beyond them at the nearest', () => {
  const points = [{ bandwidth: 10, ns: 80 }, { bandwidth: 20, ns: 100 }];
  expect([5, 10, 15, 20, 30].map((bandwidth) => latencyAt(points, bandwidth))).toEqual([80, 80, 90, 100, 100]);
});

it('a row holds between its bounds and at them', () => {
  expect([0.9, 1, 1.5, 1.6].map((value) => between('', '', '', 1, 1.5, value).holds)).toEqual([false, true, true, false]);
  expect([89, 90, 110, 111].map((value) => near('', 100, 'ns', 10, value).holds)).toEqual([false, true, true, false]);
  expect(near('', 113.1, 'GB/s', 10, 108.44)).toMatchObject({ published: '113.1 GB/s', expected: 'within 10 %', measured: '108 GB/s' });
});
