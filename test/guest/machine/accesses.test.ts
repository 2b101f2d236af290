// What is booked of a slice: counts by class, parts that add up, and waits at controllers and links.
import fc from 'fast-check';
import { COST_PARTS, type Accesses } from '../../../src/guest/machine/accesses.js';
import { CYCLES, TestMachine, type MachineOptions } from '../../support/machine.js';

const CYCLE_PS = 1000;
const PAGE_BYTES = 256;
const PAGES = 6;

/** Three nodes in a row with two cores each; every node may use every page, which lies on node page % 3. */
function row(options: MachineOptions = {}): TestMachine {
  const m = new TestMachine({
    nodes: 3, coresPerNode: 2, pageBytes: PAGE_BYTES, l1Sets: 2, tlbEntries: 2, sharedLines: true, streamLines: 7,
    hops: [[0, 1, 2], [1, 0, 1], [2, 1, 0]], fartherCycles: [700], ...options,
  });
  for (let page = 0; page < PAGES; page++) {
    m.give(page % 3, page);
    for (const node of [0, 1, 2]) if (node !== page % 3) m.mapRemote(node, page, page % 3);
  }
  return m;
}

const taken = (m: TestMachine, core: number): Accesses => m.memory.takeAccesses(core)!;

it('are by class and by the node that served them, and are gone once they are taken', () => {
  const m = row();
  m.memory.touch(0, 0, 8, false);
  m.memory.touch(0, 256, 8, false);
  m.memory.touch(0, 512, 8, true);
  expect(taken(m, 0)).toMatchObject({
    node: 0, tlb: 3, l2: 0, llc: 0, near: 0, 
    lines: [0, 1, 2].map((node) => ({ node, memory: 1, stream: 0, written: node === 2 ? 1 : 0, far: 0 })),
    lineMisses: 3, remoteMisses: 2,
    parts: { tlb: 3 * CYCLES.tlb * CYCLE_PS, local: CYCLES.local * CYCLE_PS, remote: (CYCLES.remote + 700) * CYCLE_PS },
  });
  expect(m.memory.takeAccesses(0)).toBe(undefined);
  m.memory.touch(0, 0, 8, true);
  m.memory.takeAccesses(0);
  m.memory.touch(1, 0, 8, true);
  m.memory.touch(2, 0, 8, false);
  m.memory.touch(2, 64, 8, false);
  expect(taken(m, 1)).toMatchObject({ near: 1, lines: [], lineMisses: 1, remoteMisses: 0 });
  expect(taken(m, 2)).toMatchObject({ lines: [{ node: 0, memory: 1, stream: 0, written: 0, far: 1 }], lineMisses: 2, remoteMisses: 2 });
});

it('wait at the controller of the memory, and on the links to another node, as long as they are told to', () => {
  const m = row();
  m.memory.setWaits(0, 0, 5_000, 0);
  m.memory.setWaits(0, 1, 7_000, 11_003);
  m.memory.touch(0, 0, 8, false);
  m.memory.touch(0, 256, 8, false);
  m.memory.touch(0, 320, 8, false);
  const third = (ps: number): number => Math.round(ps / 7);
  const base = { local: CYCLES.local * CYCLE_PS, remote: CYCLES.remote * CYCLE_PS };
  expect(taken(m, 0)).toMatchObject({
    parts: {
      local: base.local, remote: base.remote + third(base.remote), controller: 5_000 + 7_000 + third(7_000), link: 11_003 + third(11_003),
    },
    localPs: base.local + 5_000 + 2 * CYCLES.tlb * CYCLE_PS,
    remotePs: base.remote + 7_000 + 11_003 + third(base.remote) + third(7_000) + third(11_003),
  });
});

it('cross the links out of a cache too, and leave the controller alone', () => {
  const m = row();
  m.memory.setWaits(2, 0, 7_000, 11_000);
  m.memory.touch(0, 0, 8, true);
  m.memory.touch(4, 0, 8, false);
  expect(taken(m, 4)).toMatchObject({ lines: [{ node: 0, far: 1 }], parts: { far: (CYCLES.far + 400) * CYCLE_PS, controller: 0, link: 11_000 } });
});

it('take at most an excess longer than the whole cycles that they are charged, which is much of a line of a stream', () => {
  const { costs } = row({ streamLines: 70 }).memory;
  // CYCLES.local of 100 for 70 lines: 1,429 ps, for which one cycle is charged.
  expect(costs.excess(0)).toBeCloseTo(0.429, 3);
  expect(row({ streamLines: 1 }).memory.costs.excess(0)).toBe(0);
});

it('have the excess of what they cost now, also where it has been asked for before', () => {
  const [m, other] = [row({ streamLines: 70 }), row({ streamLines: 70 })];
  const before = m.memory.costs.excess(0);
  m.memory.setWaits(0, 0, 3_000, 0);
  expect(m.memory.costs.excess(0)).toBeCloseTo(0.472, 3);
  expect(other.memory.costs.excess(0)).toBe(before);
  other.memory.restore(m.memory.toState(), 0);
  expect(other.memory.costs.excess(0)).toBeCloseTo(0.472, 3);
});

it('are those of every node that serves a line, the first and the last of many', () => {
  const nodes = 64;
  const m = new TestMachine({ nodes, pageBytes: PAGE_BYTES, sharedLines: true });
  const served = [0, 1, 31, 62, 63];
  for (const node of served) {
    m.give(node, node);
    m.mapRemote(5, node, node);
    m.memory.touch(5, PAGE_BYTES * node, 8, node % 2 === 1);
  }
  const [ps, cycles] = [m.memory.unbookedPs(5), m.memory.unbookedCycles(5)];
  expect([ps, cycles]).toEqual([CYCLE_PS, 1].map((unit) => served.length * (CYCLES.tlb + CYCLES.remote) * unit));
  expect(taken(m, 5).lines.map(({ node, memory }) => [node, memory])).toEqual(served.map((node) => [node, 1]));
  expect([m.memory.unbookedPs(5), m.memory.takeAccesses(5)]).toEqual([0, undefined]);
});

it('are those of the own node where lines are not shared, whichever it is', () => {
  const m = new TestMachine({ nodes: 3, pageBytes: PAGE_BYTES });
  for (const node of [0, 1, 2]) {
    m.give(node, node);
    m.memory.touch(node, PAGE_BYTES * node, 8, false);
    expect(m.memory.unbookedCycles(node)).toBe(CYCLES.tlb + CYCLES.local);
    expect(taken(m, node)).toMatchObject({ tlb: 1, lines: [{ node, memory: 1 }], lineMisses: 1, remoteMisses: 0 });
  }
});

it('wait no longer than whole picoseconds, and not on the way to the own memory', () => {
  const { memory } = row();
  expect(() => memory.setWaits(0, 1, 0.5, 0)).toThrow('waits of node 0 for node 1: 0.5 and 0 ps');
  expect(() => memory.setWaits(0, 1, 0, -1)).toThrow('0 and -1 ps');
  expect(() => memory.setWaits(1, 1, 0, 3)).toThrow('waits of node 1 for node 1: 0 and 3 ps');
});

it('keep their waits through a copy of the state', () => {
  const [from, to] = [row(), row()];
  from.memory.setWaits(1, 2, 3_000, 4_000);
  to.memory.restore(from.memory.toState(), 0);
  expect(to.memory.waitsOf(1, 2)).toEqual({ controllerPs: 3_000, linkPs: 4_000 });
  for (const m of [from, to]) m.memory.touch(2, 512, 8, false);
  expect(to.memory.unbookedPs(2)).toBe(from.memory.unbookedPs(2));
  expect(to.memory.unbookedPs(2)).toBe((CYCLES.tlb + CYCLES.remote) * CYCLE_PS + 7_000);
});

it('have parts that add up to what they cost, whatever they were', () => {
  const access = fc.record({
    core: fc.nat({ max: 5 }), line: fc.nat({ max: PAGES * 4 - 1 }), write: fc.boolean(),
    waits: fc.option(fc.record({ to: fc.nat({ max: 2 }), controller: fc.nat({ max: 9999 }), link: fc.nat({ max: 9999 }) }), { nil: undefined, freq: 4 }),
  });
  fc.assert(fc.property(fc.array(access, { minLength: 10, maxLength: 80 }), fc.constantFrom(1, 2, 7, 16), (list, streamLines) => {
    const m = row({ streamLines });
    const check = (core: number): void => {
      const [ps, cycles] = [m.memory.unbookedPs(core), m.memory.unbookedCycles(core)];
      const accesses = m.memory.takeAccesses(core);
      if (!accesses) {
        expect([ps, cycles]).toEqual([0, 0]);
        return;
      }
      const { parts, localPs, remotePs, tlb, near, lines, lineMisses, remoteMisses, node } = accesses;
      expect(COST_PARTS.reduce((sum, part) => sum + parts[part], 0)).toBe(ps);
      expect(localPs + remotePs).toBe(ps);
      const from = (node: number): number => (
        lines.reduce((sum, each) => sum + (each.node === node ? each.memory + each.stream + each.far : 0), 0));
      expect(near + from(0) + from(1) + from(2)).toBe(lineMisses);
      expect(lineMisses - near - from(node)).toBe(remoteMisses);
      for (const { memory, stream, written } of lines) expect(written).toBeLessThanOrEqual(memory + stream);
      // Rounding to cycles is half a cycle at most, but every access is charged one at least.
      expect(Math.abs(cycles - ps / CYCLE_PS)).toBeLessThanOrEqual(lineMisses + tlb);
      expect(m.memory.takeAccesses(core)).toBe(undefined);
    };
    for (const { core, line, write, waits } of list) {
      if (waits) {
        const node = core >> 1;
        check(2 * node);
        check(2 * node + 1);
        m.memory.setWaits(node, waits.to, waits.controller, waits.to === node ? 0 : waits.link);
      }
      m.memory.touch(core, 64 * line, 8, write);
    }
    for (let core = 0; core < 6; core++) check(core);
  }), { seed: 1, numRuns: 150 });
});
