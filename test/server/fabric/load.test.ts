// What moves is counted where it passes, and makes those wait who pass there in the next epoch.
import fc from 'fast-check';
import { copyPlain } from '../../../src/base/plain.js';
import { Load, type Lines, type LoadShape } from '../../../src/server/fabric/load.js';
import { machinePreset } from '../../../src/server/fabric/presets.js';

const EPOCH_PS = 10_000_000;

const shapeOf = (name: string, coresOf: readonly number[]): LoadShape => {
  const { core, fabric, load } = machinePreset(name);
  return { coresOf, lineBytes: core.lineBytes, spec: load, streamLines: 16, fabric, quantumPs: 1_000_000 };
};

type Wait = Record<'controllerPs' | 'linkPs', number>;

class Bench {
  readonly waits: Wait[][];
  readonly load: Load;

  constructor(name: string, coresOf: readonly number[] = [18, 18]) {
    this.waits = coresOf.map(() => coresOf.map(() => ({ controllerPs: 0, linkPs: 0 })));
    this.load = new Load(shapeOf(name, coresOf), {
      setWaits: (node, target, controllerPs, linkPs) => { this.waits[node]![target] = { controllerPs, linkPs }; },
    });
  }

  lines(node: number, counts: Partial<Lines>): Lines[] {
    return [{ memory: 0, stream: 0, written: 0, far: 0, ...counts, node }];
  }
}

describe('the load on a server', () => {
  it('is that of the memory\'s node, and of the links from there, if it is another', () => {
    const bench = new Bench('numa-2s');
    for (let core = 0; core < 18; core++) bench.load.ran(core, EPOCH_PS, bench.lines(1, { stream: 1000 }));
    expect(bench.waits[0]![1]).toEqual({ controllerPs: 0, linkPs: 0 });
    bench.load.beginSlice(EPOCH_PS);
    const [[own, remote], [back, other]] = bench.waits as [[Wait, Wait], [Wait, Wait]];
    expect(own).toEqual({ controllerPs: 0, linkPs: 0 });
    expect(back.linkPs).toBe(0);
    expect(remote.linkPs).toBeGreaterThan(100_000);
    expect(remote.controllerPs).toBe(other.controllerPs);
    expect(other.controllerPs).toBeGreaterThan(1000);
    expect(bench.load.utilisationOf(0)).toBe(0);
  });

  it('of lines taken for a store comes back over the links, and once more to the controller', () => {
    const [reading, storing] = [0, 600].map((written) => {
      const bench = new Bench('numa-2s');
      for (let core = 0; core < 18; core++) bench.load.ran(core, EPOCH_PS, bench.lines(1, { stream: 600, written }));
      bench.load.beginSlice(EPOCH_PS);
      return bench;
    });
    expect(storing!.waits[1]![0]!.linkPs).toBeGreaterThan(reading!.waits[1]![0]!.linkPs);
    expect(storing!.load.utilisationOf(1)).toBeGreaterThan(1.2 * reading!.load.utilisationOf(1));
  });

  it('of lines out of a cache over there is that of the links alone', () => {
    const bench = new Bench('numa-2s');
    for (let core = 0; core < 18; core++) bench.load.ran(core, EPOCH_PS, bench.lines(1, { far: 1000 }));
    bench.load.beginSlice(EPOCH_PS);
    expect(bench.load.utilisationOf(1)).toBe(0);
    expect(bench.waits[0]![1]!.linkPs).toBeGreaterThan(1000);
  });

  it('is where every link of the way is, in a ring', () => {
    const bench = new Bench('numa-4s-ring', [4, 4, 4, 4]);
    for (let core = 0; core < 4; core++) bench.load.ran(core, EPOCH_PS, bench.lines(2, { stream: 1000 }));
    bench.load.beginSlice(EPOCH_PS);
    // From node 2 to node 0 by way of node 3.
    expect(bench.waits[0]![3]!.linkPs).toBeGreaterThan(0);
    expect(bench.waits[3]![2]!.linkPs).toBeGreaterThan(0);
    expect(bench.waits[0]![2]!.linkPs).toBe(bench.waits[0]![3]!.linkPs + bench.waits[3]![2]!.linkPs);
    expect(bench.waits[1]![2]!.linkPs).toBe(0);
  });

  it('of messages is at the controllers of both ends', () => {
    const bench = new Bench('sds-rdma-100g', [2, 2, 2]);
    bench.load.carries(0, 1, 4096);
    for (let i = 0; i < 50; i++) bench.load.carries(0, 1, 4096);
    bench.load.carries(2, 2, 1e9);
    bench.load.beginSlice(EPOCH_PS);
    expect(bench.load.utilisationOf(0)).toBeCloseTo((51 * 4096) / 113.1e9 / 1e-5, 9);
    expect(bench.load.utilisationOf(1)).toBe(bench.load.utilisationOf(0));
    expect(bench.load.utilisationOf(2)).toBe(0);
    expect(bench.waits[0]![0]!.controllerPs).toBeGreaterThan(0);
  });

  it('goes with an epoch in which nobody begins a slice', () => {
    const bench = new Bench('numa-2s');
    for (let core = 0; core < 18; core++) bench.load.ran(core, EPOCH_PS, bench.lines(0, { stream: 2000 }));
    bench.load.beginSlice(EPOCH_PS);
    expect(bench.waits[0]![0]!.controllerPs).toBeGreaterThan(10_000);
    bench.load.beginSlice(3 * EPOCH_PS);
    expect(bench.waits[0]![0]).toEqual({ controllerPs: 0, linkPs: 0 });
  });

  it('is none where the machine names no controller', () => {
    const { load, ...rest } = machinePreset('numa-2s');
    const none = new Load({ ...shapeOf('numa-2s', [1, 1]), spec: { ...load, controllerBytesPerSecond: null } }, {
      setWaits: () => { throw new Error(`${rest.name} waits`); },
    });
    none.ran(0, EPOCH_PS, [{ node: 0, memory: 1e6, stream: 0, written: 0, far: 0 }]);
    none.beginSlice(EPOCH_PS);
    expect(none.untilPs).toBe(Infinity);
  });

  it('does not depend on where in the epoch slices end: what ran past its end counts with the time that it took', () => {
    const waits = [EPOCH_PS, 1.4 * EPOCH_PS].map((endPs) => {
      const bench = new Bench('numa-2s');
      for (let core = 0; core < 18; core++) bench.load.ran(core, endPs, bench.lines(0, { stream: (1200 * endPs) / EPOCH_PS }));
      bench.load.beginSlice(EPOCH_PS);
      const first = bench.waits[0]![0]!.controllerPs;
      // What is left of the second epoch, at the same rate.
      for (let core = 0; core < 18; core++) bench.load.ran(core, 2 * EPOCH_PS, bench.lines(0, { stream: (1200 * (2 * EPOCH_PS - endPs)) / EPOCH_PS }));
      bench.load.beginSlice(2 * EPOCH_PS);
      return [first, bench.waits[0]![0]!.controllerPs];
    });
    expect(waits[0]![0]).toBeGreaterThan(10_000);
    expect(waits[1]).toEqual(waits[0]);
  });
});

/** Bookings of some epochs: core, part of the epoch, target, lines. */
const bookings = fc.array(fc.record({
  core: fc.integer({ min: 0, max: 5 }), target: fc.integer({ min: 0, max: 2 }), stream: fc.integer({ min: 0, max: 3000 }),
  memory: fc.integer({ min: 0, max: 100 }), written: fc.integer({ min: 0, max: 100 }), far: fc.integer({ min: 0, max: 100 }),
}), { minLength: 1, maxLength: 30 });

/** In whole slices, or each in two with something else between. */
function play(bench: Bench, all: readonly ({ core: number; target: number } & Counts)[], from: number, halves: boolean): void {
  all.forEach(({ core, target, ...counts }, i) => {
    const beginPs = (from + i) * 1_700_000;
    const endPs = beginPs + 1_700_000;
    bench.load.beginSlice(beginPs);
    if (halves) {
      const half = Object.fromEntries(Object.entries(counts).map(([part, count]) => [part, count >> 1])) as Counts;
      const rest = Object.fromEntries(Object.entries(counts).map(([part, count]) => [part, count - (count >> 1)])) as Counts;
      bench.load.ran(core, endPs - 800_000, bench.lines(target, half));
      bench.load.ran(core, endPs - 500_000, undefined);
      bench.load.ran(core, endPs, bench.lines(target, rest));
    } else bench.load.ran(core, endPs, bench.lines(target, counts));
  });
}

type Counts = Omit<Lines, 'node'>;

it('slices booked as one leave what they leave booked one by one', () => {
  fc.assert(fc.property(bookings, (all) => {
    const [whole, halves] = [new Bench('numa-4s', [2, 2, 2]), new Bench('numa-4s', [2, 2, 2])];
    play(whole, all, 0, false);
    play(halves, all, 0, true);
    expect(halves.waits).toEqual(whole.waits);
    expect(halves.load.toState()).toEqual(whole.load.toState());
  }));
});

it('a load restored from its state goes on as the first does', () => {
  fc.assert(fc.property(bookings, bookings, (before, after) => {
    const first = new Bench('numa-4s', [2, 2, 2]);
    play(first, before, 0, false);
    const second = new Bench('numa-4s', [2, 2, 2]);
    second.load.restore(copyPlain(first.load.toState()));
    first.waits.forEach((row, node) => row.forEach((wait, target) => { second.waits[node]![target] = wait; }));
    play(first, after, before.length, false);
    play(second, after, before.length, false);
    expect(second.waits).toEqual(first.waits);
    expect(second.load.toState()).toEqual(first.load.toState());
  }));
});
