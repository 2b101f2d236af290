// Waits under load: below its limit a resource follows its curve; at its limit it serves what it can, and cores wait for the rest.
import fc from 'fast-check';
import { IDLE_UTILISATION, settle, waitPs, type Demand, type Resource } from '../../../src/server/fabric/queueing.js';

const EPOCH_PS = 10_000_000;
const controller: Resource = { servicePs: 566, unitPs: 38_000, bend: 0.5 };
const link: Resource = { servicePs: 1866, unitPs: 933, bend: 0.9 };

/** Cores that take lines in streams of `streams` at once, from memory `basePs` away, and compute in between. */
interface Group {
  readonly cores: number;
  readonly basePs: number;
  readonly computePs: number;
  readonly streams: number;
  readonly path: readonly number[];
}

/** What the cores ask for in an epoch under these waits. */
function demandsOf(groups: readonly Group[], waits: readonly number[]): Demand[] {
  return groups.flatMap(({ cores, basePs, computePs, streams, path }) => {
    const waitedPs = path.reduce((sum, r) => sum + waits[r]!, basePs);
    const lines = EPOCH_PS / (computePs + waitedPs / streams);
    const demand = { windowPs: EPOCH_PS, flows: [{ path, lines: path.map(() => lines), latencies: path.map(() => lines / streams) }] };
    return new Array<Demand>(cores).fill(demand);
  });
}

/** Epoch after epoch; the utilisation of each resource in the last, and the waits. */
function run(resources: readonly Resource[], groups: readonly Group[], epochs: number) {
  const none = resources.map(() => 0);
  let waits = none;
  let utilisation = none;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const demands = demandsOf(groups, waits);
    utilisation = resources.map(({ servicePs }, r) => demands.reduce((sum, { flows: [flow] }) => (
      sum + (flow!.path.includes(r) ? flow!.lines[0]! * servicePs : 0)), 0) / EPOCH_PS);
    waits = settle(resources, demands, waits, none).waits;
  }
  return { waits, utilisation };
}

const streaming: Group = { cores: 18, basePs: 80_800, computePs: 400, streams: 16, path: [0] };

describe('one controller', () => {
  it('makes nobody wait where it is next to idle', () => {
    const { waits } = run([controller], [{ ...streaming, cores: 1, streams: 1 }], 3);
    expect(waits).toEqual([0]);
    expect(waitPs(controller, IDLE_UTILISATION / 2)).toBe(0);
  });

  it('follows its curve below its limit', () => {
    const { waits, utilisation } = run([controller], [{ ...streaming, cores: 6 }], 4);
    expect(utilisation[0]).toBeLessThan(0.7);
    expect(Math.abs(waits[0]! - waitPs(controller, utilisation[0]!))).toBeLessThan(50);
  });

  it('serves what it can where cores would ask for more, and they wait as Little\'s law says', () => {
    const { waits, utilisation } = run([controller], [{ ...streaming, cores: 40 }], 4);
    expect(Math.abs(utilisation[0]! - 1)).toBeLessThan(0.01);
    const underWayPs = 40 * 16 * controller.servicePs;
    expect(Math.abs(waits[0]! - (underWayPs - streaming.basePs - 16 * streaming.computePs)) / underWayPs).toBeLessThan(0.01);
  });

  it('is as busy in the second epoch as ever after: the first shows all that is needed', () => {
    const second = run([controller], [{ ...streaming, cores: 40 }], 2).utilisation[0]!;
    expect(Math.abs(second - run([controller], [{ ...streaming, cores: 40 }], 20).utilisation[0]!)).toBeLessThan(0.02);
  });
});

it('a chain of lines that stand alone waits as long for each as a stream does for its lines together', () => {
  const chase: Group = { cores: 1, basePs: 80_800, computePs: 0, streams: 1, path: [0] };
  const alone = demandsOf([chase], [0])[0]!.flows[0]!.latencies[0]!;
  expect(alone).toBeCloseTo(EPOCH_PS / 80_800, 6);
  const { waits } = run([controller], [streaming, chase], 4);
  expect(waits[0]).toBeGreaterThan(60_000);
});

it('what nobody waits for takes its part all the same', () => {
  const quiet = settle([controller], demandsOf([{ ...streaming, cores: 2 }], [0]), [0], [0]).waits[0]!;
  expect(settle([controller], demandsOf([{ ...streaming, cores: 2 }], [0]), [0], [0.5]).waits[0]).toBeGreaterThan(quiet + 10_000);
});

it('waits end with the traffic', () => {
  expect(settle([controller, link], [], [50_000, 300_000], [0, 0]).waits).toEqual([0, 0]);
});

it('messages that would take more than there is leave something to lines: waits stay finite', () => {
  let waits = [0];
  for (let epoch = 0; epoch < 20; epoch++) waits = settle([controller], demandsOf([{ ...streaming, cores: 2 }], waits), waits, [3]).waits;
  expect(waits[0]).toBeGreaterThan(100_000);
  expect(waits[0]).toBeLessThan(10_000_000);
});

describe('any mix of cores', () => {
  const group = fc.record({
    cores: fc.integer({ min: 1, max: 40 }), basePs: fc.integer({ min: 50_000, max: 400_000 }), computePs: fc.integer({ min: 0, max: 50_000 }),
    streams: fc.constantFrom(1, 4, 16), path: fc.constantFrom([0], [1], [0, 2], [1, 3], [0, 2, 3]),
  });

  it('asks no resource for more than it can serve, once waits have settled, and waits no longer than that takes', () => {
    fc.assert(fc.property(fc.array(group, { minLength: 1, maxLength: 4 }), (groups) => {
      const resources = [controller, controller, link, link];
      const { waits, utilisation } = run(resources, groups, 25);
      for (const [r, u] of utilisation.entries()) {
        expect(u).toBeLessThan(1.05);
        expect(Number.isSafeInteger(waits[r]) && waits[r]! >= 0).toBe(true);
        // Beyond its curve only where it is at its limit.
        if (u < 0.9) expect(waits[r]).toBeLessThanOrEqual(waitPs(resources[r]!, Math.min(1, u + 0.05)) + 100);
      }
    }), { numRuns: 200 });
  });
});
