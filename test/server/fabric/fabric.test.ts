// When messages arrive: latency, serialisation and queueing of each topology, to the picosecond.
import fc from 'fast-check';
import { Fabric, oneWayLatencyPs, serialisationPs } from '../../../src/server/fabric/fabric.js';
import type { FabricSpec } from '../../../src/server/spec.js';

const HEADER = 100;

/** 1 byte takes 1,000 ps on a link. */
const MESH: FabricSpec = {
  name: 'test', description: '', kind: 'message', topology: 'mesh', linkLatencyPs: 500_000, switchLatencyPs: 0,
  bytesPerSecond: 1e9, leafNodes: null, uplinkBytesPerSecond: null, hops: null, headerBytes: HEADER, jitter: 0, sources: [],
};
const STAR: FabricSpec = { ...MESH, topology: 'star', linkLatencyPs: 200_000, switchLatencyPs: 30_000 };
const STAR_LATENCY_PS = 430_000;
const RING: FabricSpec = { ...MESH, topology: 'ring', switchLatencyPs: 70_000 };
const RACKS: FabricSpec = { ...STAR, topology: 'two-level', leafNodes: 2, uplinkBytesPerSecond: 0.5e9 };
const TWO_RACKS_LATENCY_PS = 4 * 200_000 + 3 * 30_000;

const small = HEADER * 1000;
const page = (HEADER + 4096) * 1000;

describe('a mesh', () => {
  it('takes serialisation and one link latency', () => {
    const fabric = new Fabric(MESH, 3, 1);
    expect(fabric.send(0, 1, 0, 1_000)).toBe(1_000 + small + 500_000);
    expect(fabric.send(1, 0, 4096, 2_000)).toBe(2_000 + page + 500_000);
  });

  it('makes a message wait for those before it on the same link, but not on others', () => {
    const fabric = new Fabric(MESH, 3, 1);
    fabric.send(0, 1, 4096, 0);
    expect(fabric.send(0, 1, 0, 10)).toBe(page + small + 500_000);
    expect(fabric.send(0, 2, 0, 10)).toBe(10 + small + 500_000);
    expect(fabric.send(1, 0, 0, 10)).toBe(10 + small + 500_000);
    expect(fabric.send(0, 1, 0, 10 * page)).toBe(10 * page + small + 500_000);
  });
});

describe('a star', () => {
  it('takes both links and the switch, and serialises once: the switch passes the head on before the tail is in', () => {
    const fabric = new Fabric(STAR, 3, 1);
    expect(fabric.send(0, 1, 4096, 5)).toBe(5 + page + STAR_LATENCY_PS);
  });

  it('makes messages of one sender wait for its link, whoever gets them', () => {
    const fabric = new Fabric(STAR, 3, 1);
    fabric.send(0, 1, 4096, 0);
    expect(fabric.send(0, 2, 0, 0)).toBe(page + small + STAR_LATENCY_PS);
  });

  it('makes messages to one receiver wait for its link, whoever sent them', () => {
    const fabric = new Fabric(STAR, 3, 1);
    expect(fabric.send(0, 2, 4096, 0)).toBe(page + STAR_LATENCY_PS);
    expect(fabric.send(1, 2, 0, 0)).toBe(page + small + STAR_LATENCY_PS);
    expect(fabric.send(1, 0, 0, small)).toBe(2 * small + STAR_LATENCY_PS);
  });

  it('does not make a long message wait for a short one that reaches the receiver earlier', () => {
    const fabric = new Fabric(STAR, 3, 1);
    fabric.send(0, 2, 0, 0);
    expect(fabric.send(1, 2, 4096, small)).toBe(small + page + STAR_LATENCY_PS);
  });
});

describe('a ring', () => {
  it('takes a link and, for each node on the way, its forwarding and another link; bytes cost once', () => {
    const fabric = new Fabric(RING, 6, 1);
    expect(fabric.send(2, 3, 4096, 5)).toBe(5 + page + 500_000);
    expect(fabric.send(4, 1, 4096, 5)).toBe(5 + page + 3 * 500_000 + 2 * 70_000);
    expect(fabric.send(0, 4, 0, 5)).toBe(5 + small + 2 * 500_000 + 70_000);
  });

  it('makes messages of different senders wait where their ways meet', () => {
    const fabric = new Fabric(RING, 6, 1);
    fabric.send(0, 2, 4096, 0);
    expect(fabric.send(1, 2, 0, 570_000)).toBe(570_000 + page + small + 500_000);
    expect(fabric.send(2, 1, 0, 570_000)).toBe(570_000 + small + 500_000);
  });
});

describe('a two-level fabric', () => {
  it('is a star within a leaf', () => {
    const [racks, star] = [new Fabric(RACKS, 4, 1), new Fabric(STAR, 4, 1)];
    for (const [from, to, bytes, nowPs] of [[0, 1, 4096, 0], [1, 0, 0, 5], [0, 1, 0, 9], [3, 2, 8, 20]] as const) {
      expect(racks.send(from, to, bytes, nowPs)).toBe(star.send(from, to, bytes, nowPs));
    }
  });

  it('crosses four links and three switches to another leaf, at the rate of the slowest link', () => {
    expect(new Fabric(RACKS, 4, 1).send(0, 2, 4096, 5)).toBe(5 + 2 * page + TWO_RACKS_LATENCY_PS);
    const fast = { ...RACKS, uplinkBytesPerSecond: 1e10 };
    expect(new Fabric(fast, 4, 1).send(0, 2, 4096, 5)).toBe(5 + page + TWO_RACKS_LATENCY_PS);
  });

  it('makes nodes of a leaf wait for its one uplink, but not those of another', () => {
    const fabric = new Fabric(RACKS, 6, 1);
    fabric.send(0, 2, 4096, 0);
    expect(fabric.send(1, 4, 4096, 0)).toBe(4 * page + TWO_RACKS_LATENCY_PS);
    expect(fabric.send(2, 0, 4096, 0)).toBe(2 * page + TWO_RACKS_LATENCY_PS);
  });
});

it('a message to oneself arrives at once, and neither counts nor draws chance', () => {
  const [fabric, other] = [new Fabric({ ...MESH, jitter: 0.5 }, 2, 1), new Fabric({ ...MESH, jitter: 0.5 }, 2, 1)];
  expect(fabric.send(1, 1, 4096, 77)).toBe(77);
  expect([fabric.messagesFrom(1), fabric.bytesFrom(1)]).toEqual([0, 0]);
  expect(fabric.send(0, 1, 0, 100)).toBe(other.send(0, 1, 0, 100));
});

it('messages and bytes count with their headers, per sender', () => {
  const fabric = new Fabric(STAR, 3, 1);
  fabric.send(0, 1, 4096, 0);
  fabric.send(0, 2, 10, 0);
  fabric.send(2, 0, 0, 0);
  expect([0, 1, 2].map((node) => fabric.messagesFrom(node))).toEqual([2, 0, 1]);
  expect([0, 1, 2].map((node) => fabric.bytesFrom(node))).toEqual([4096 + 10 + 2 * HEADER, 0, HEADER]);
});

it('states its nominal times', () => {
  expect([oneWayLatencyPs(MESH), oneWayLatencyPs(STAR)]).toEqual([500_000, STAR_LATENCY_PS]);
  expect(serialisationPs({ ...MESH, bytesPerSecond: 25e9 / 8 }, 4160)).toBe(1_331_200);
});

describe('with jitter', () => {
  const node = fc.nat({ max: 2 });
  const message = fc.record({ from: node, to: node, bytes: fc.constantFrom(0, 8, 4096), waitPs: fc.nat({ max: 300_000 }) });
  const traffic = fc.array(message.filter(({ from, to }) => from !== to), { minLength: 1, maxLength: 80 });
  const specs = fc.constantFrom(MESH, STAR, RING, { ...RACKS, uplinkBytesPerSecond: 2e9 }).map((spec): FabricSpec => ({ ...spec, jitter: 0.8 }));
  type Traffic = readonly { readonly from: number; readonly to: number; readonly bytes: number; readonly waitPs: number }[];

  function arrivals(fabric: Fabric, list: Traffic, startPs = 0): { pair: number; sentPs: number; bytes: number; arrivesPs: number }[] {
    let nowPs = startPs;
    return list.map(({ from, to, bytes, waitPs }) => {
      nowPs += waitPs;
      return { pair: 3 * from + to, sentPs: nowPs, bytes, arrivesPs: fabric.send(from, to, bytes, nowPs) };
    });
  }

  it('messages of a pair arrive in order, one after another, and none before its own latency', () => {
    fc.assert(fc.property(specs, traffic, fc.nat(), (spec, list, seed) => {
      const last = new Map<number, number>();
      for (const { pair, sentPs, bytes, arrivesPs } of arrivals(new Fabric(spec, 3, seed), list)) {
        expect(arrivesPs).toBeGreaterThan(last.get(pair) ?? -1);
        expect(arrivesPs).toBeGreaterThanOrEqual(sentPs + serialisationPs(spec, bytes + HEADER) + oneWayLatencyPs(spec));
        expect(Number.isSafeInteger(arrivesPs)).toBe(true);
        last.set(pair, arrivesPs);
      }
    }), { seed: 1, numRuns: 100 });
  });

  it('a message on an idle fabric is late by less than the jitter', () => {
    const spec = { ...STAR, jitter: 0.05 };
    const delays = Array.from({ length: 500 }, (_, seed) => new Fabric(spec, 2, seed).send(0, 1, 0, 0) - small);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(STAR_LATENCY_PS);
    expect(Math.max(...delays)).toBeLessThanOrEqual(STAR_LATENCY_PS * 1.05);
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(STAR_LATENCY_PS * 0.04);
  });

  it('the same seed gives the same arrivals, another one others', () => {
    const list: Traffic = Array.from({ length: 40 }, (_, i) => ({ from: i % 3, to: (i + 1) % 3, bytes: i, waitPs: 1000 * i }));
    const run = (seed: number) => arrivals(new Fabric({ ...STAR, jitter: 0.1 }, 3, seed), list).map(({ arrivesPs }) => arrivesPs);
    expect(run(4)).toEqual(run(4));
    expect(run(4)).not.toEqual(run(5));
  });

  it('a fabric restored from its state, after a passage through text, goes on as the first does', () => {
    fc.assert(fc.property(specs, traffic, traffic, (spec, before, after) => {
      const fabric = new Fabric(spec, 3, 9);
      arrivals(fabric, before);
      const state = JSON.parse(JSON.stringify(fabric.toState()));
      const restored = new Fabric(spec, 3, 10);
      restored.restore(state);
      const startPs = 1e6;
      expect(arrivals(restored, after, startPs)).toEqual(arrivals(fabric, after, startPs));
      expect(restored.toState()).toEqual(fabric.toState());
    }), { seed: 2, numRuns: 50 });
  });
});
