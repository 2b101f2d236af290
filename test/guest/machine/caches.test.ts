// L2 and last-level caches: what a line costs by where it is, and what must hold of all caches after every access.
import fc from 'fast-check';
import { Caches } from '../../../src/guest/machine/caches.js';
import { WaySets } from '../../../src/guest/machine/ways.js';
import { cacheFaults } from '../../support/cache-invariants.js';
import { CYCLES, TestMachine, type MachineOptions } from '../../support/machine.js';

const LINE = 64;
const { l2, llc, local, near, remote, far, tlb } = CYCLES;

/** An L1 of one line, an L2 of two sets, an LLC of four sets for each core; and one page of 64 lines that the TLB has. */
function machine(options: MachineOptions = {}): TestMachine {
  const m = new TestMachine({
    l1Sets: 1, high: 2 ** 32, coresPerNode: 2, caches: { l2Bytes: 8 * LINE, llcBytesPerCore: 16 * LINE }, ...options,
  });
  m.give(0, 0);
  for (let core = 0; core < (options.coresPerNode ?? 2); core++) m.load(core, 63 * LINE);
  return m;
}
const load = (m: TestMachine, core: number, line: number): number => m.load(core, LINE * line).local;
const store = (m: TestMachine, core: number, line: number): number => m.store(core, LINE * line).local;

describe('a line', () => {
  it('costs by the first cache that has it', () => {
    const m = machine();
    expect([0, 2, 4, 0].map((line) => load(m, 0, line))).toEqual([local, local, local, l2]);
    expect([6, 8, 10].map((line) => load(m, 0, line))).toEqual([local, local, local]);
    expect(load(m, 0, 2)).toBe(llc);
  });

  it('goes out of a set that is full, the one first that was used longest ago', () => {
    const m = machine();
    for (const line of [0, 2, 4, 6, 0, 8]) load(m, 0, line);
    expect([0, 2].map((line) => load(m, 0, line))).toEqual([l2, llc]);
  });

  it('that leaves the LLC leaves L2 and L1 too', () => {
    const m = machine({ l1Sets: 64, coresPerNode: 1, caches: { l2Bytes: 64 * LINE, llcBytesPerCore: 4 * LINE } });
    for (const line of [0, 1, 2, 3, 4]) load(m, 0, line);
    expect([4, 0].map((line) => load(m, 0, line))).toEqual([0, local]);
  });

  it('that leaves the L2 leaves L1 too', () => {
    const m = machine({ l1Sets: 64, caches: { l2Bytes: 4 * LINE, llcBytesPerCore: 64 * LINE } });
    for (const line of [0, 1, 2, 3, 4]) load(m, 0, line);
    expect([4, 0].map((line) => load(m, 0, line))).toEqual([0, llc]);
  });

  it('comes out of the cache of the core that has stored to it, which may read it from then on', () => {
    const m = machine();
    store(m, 1, 0);
    expect([load(m, 0, 0), load(m, 1, 0), store(m, 1, 0)]).toEqual([near, 0, llc]);
    expect([load(m, 0, 0), store(m, 0, 0), load(m, 1, 0)]).toEqual([near, llc, near]);
  });

  it('that another core only reads comes from the LLC', () => {
    const m = machine();
    load(m, 1, 0);
    expect([load(m, 0, 0), load(m, 1, 2), load(m, 0, 2)]).toEqual([llc, local, llc]);
  });

  it('is stored to for nothing where nobody else has read it, and for the way to the LLC where somebody has', () => {
    const m = machine();
    load(m, 0, 0);
    expect(store(m, 0, 0)).toBe(0);
    load(m, 1, 2);
    load(m, 0, 2);
    expect(store(m, 0, 2)).toBe(llc);
  });

  it('keeps the right to store in L2 when L1 loses it', () => {
    const m = machine();
    store(m, 0, 0);
    load(m, 0, 2);
    expect([store(m, 0, 0), load(m, 0, 2), load(m, 0, 0), store(m, 0, 0)]).toEqual([l2, l2, l2, 0]);
  });

  it('lies in L1 and the LLC alone where there is no L2', () => {
    const m = machine({ caches: { l2Bytes: 0, llcBytesPerCore: 16 * LINE } });
    expect([load(m, 0, 0), load(m, 0, 2), load(m, 0, 0), store(m, 0, 0)]).toEqual([local, local, llc, 0]);
    expect([load(m, 1, 0), store(m, 0, 0)]).toEqual([near, llc]);
  });

  it('is gone from all caches of the node after a shootdown', () => {
    const m = machine({ l1Sets: 64 });
    for (const line of [0, 1, 2]) store(m, 0, line);
    m.memory.shootDown(0, 0, false);
    expect([load(m, 0, 0), load(m, 1, 1), load(m, 1, 2)]).toEqual([tlb + local, tlb + local, local]);
  });

  it('stays to be read after a shootdown that ends stores alone', () => {
    const m = machine({ l1Sets: 64 });
    store(m, 0, 0);
    m.memory.shootDown(0, 0, true);
    expect([load(m, 0, 0), m.memory.lines.writable(0, 0), m.memory.caches!.mayStore(0, 0)]).toEqual([0, false, false]);
  });
});

describe('a line that nodes share', () => {
  function shared(nodes = 3): TestMachine {
    const m = machine({ nodes, coresPerNode: 2, sharedLines: true });
    for (let node = 1; node < nodes; node++) {
      m.mapRemote(node, 0, 0);
      m.load(2 * node, 62 * LINE);
    }
    return m;
  }
  const cost = (m: TestMachine, core: number, line: number, write = false): readonly number[] => {
    const { local: own, remote: other } = write ? m.store(core, LINE * line) : m.load(core, LINE * line);
    return [own, other];
  };

  it('comes from memory where others have only read it, and out of the cache of the node that has written it', () => {
    const m = shared();
    load(m, 0, 0);
    expect(cost(m, 2, 0)).toEqual([0, remote]);
    store(m, 0, 1);
    expect([cost(m, 2, 1), cost(m, 4, 1), cost(m, 0, 1)]).toEqual([[0, far], [0, remote], [0, 0]]);
  });

  it('that left the core which wrote it comes out of the LLC there', () => {
    const m = shared();
    for (const line of [0, 2, 4, 6, 8]) store(m, 0, line);
    expect(m.memory.caches!.l2[0]!.find(0)).toBe(-1);
    expect(cost(m, 2, 0)).toEqual([0, far]);
  });

  it('is taken from all nodes by a store', () => {
    const m = shared();
    for (const core of [0, 2, 4]) m.load(core, 0);
    expect(cost(m, 2, 0, true)).toEqual([0, far]);
    expect([0, 2].map((node) => m.memory.caches!.llc[node]!.find(0))).toEqual([-1, -1]);
    expect([cost(m, 2, 0, true), cost(m, 0, 0)]).toEqual([[0, 0], [0, far]]);
  });

  it('is never looked for on other nodes where only kernels talk', () => {
    const m = machine({ nodes: 2 });
    m.give(1, 0);
    store(m, 0, 0);
    expect(m.load(2, 0)).toMatchObject({ local: tlb + local, remote: 0 });
  });
});

const PAGE_LINES = 4;
const PAGES = 6;
const LINES = Array.from({ length: PAGES * PAGE_LINES }, (_, line) => line);

/** Small caches on two nodes or three; every page lies on node page % nodes. */
function crowded(nodes: number, sharedLines: boolean, l2Lines: number, llcLines: number, faults?: (caches: Caches) => void): TestMachine {
  const m = new TestMachine({
    nodes, coresPerNode: 2, sharedLines, pageBytes: PAGE_LINES * LINE, l1Sets: 4, tlbEntries: 2, high: 2 ** 32, streamLines: 4,
    caches: { l2Bytes: l2Lines * LINE, llcBytesPerCore: llcLines * LINE },
  });
  for (let page = 0; page < PAGES; page++) settle(m, page, page % nodes);
  faults?.(m.memory.caches!);
  return m;
}

/** The page comes to the node, and to others that may have its lines. */
function settle(m: TestMachine, page: number, home: number): void {
  const nodes = m.memory.tables.length;
  for (let node = 0; node < nodes; node++) if (m.memory.tables[node]!.has(page)) {
    m.memory.shootDown(node, page, false);
    m.memory.tables[node]!.delete(page);
  }
  m.give(home, page);
  if (m.memory.shape.sharedLines) for (let node = 0; node < nodes; node++) if (node !== home) m.mapRemote(node, page, home);
}

const step = fc.record({
  what: fc.oneof({ weight: 12, arbitrary: fc.constant('access' as const) }, fc.constantFrom('move', 'end stores', 'serve') as fc.Arbitrary<'move' | 'end stores' | 'serve'>),
  core: fc.nat({ max: 5 }), line: fc.nat({ max: LINES.length - 1 }), write: fc.boolean(),
});
const shape = fc.record({
  nodes: fc.constantFrom(2, 3), sharedLines: fc.boolean(), l2Lines: fc.constantFrom(0, 4, 8), llcLines: fc.constantFrom(4, 8),
  steps: fc.array(step, { minLength: 20, maxLength: 120 }),
});

/** The first fault of the run, if there is one. */
function faultOf({ nodes, sharedLines, l2Lines, llcLines, steps }: (typeof shape) extends fc.Arbitrary<infer T> ? T : never, faults?: (caches: Caches) => void): string | undefined {
  const m = crowded(nodes, sharedLines, l2Lines, llcLines, faults);
  const { memory } = m;
  for (const { what, core: any, line, write } of steps) {
    const core = any % memory.nodeOf.length;
    const node = memory.nodeOf[core]!;
    const page = Math.floor(line / PAGE_LINES);
    if (what === 'move') settle(m, page, node);
    else if (what === 'end stores') {
      for (const [each, table] of memory.tables.entries()) {
        const entry = table.get(page);
        if (!entry) continue;
        memory.shootDown(each, page, true);
        table.set(page, { ...entry, writable: false });
      }
    } else if (memory.permits(core, LINE * line, 8, write)) {
      if (what === 'serve') memory.serve(node, LINE * line, 8, write);
      else memory.touch(core, LINE * line, 8, write);
    }
    const [fault] = cacheFaults(m.arena, memory, LINES);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

it('caches contain what those before them hold, and who may store holds alone, whatever happens', () => {
  fc.assert(fc.property(shape, (run) => expect(faultOf(run)).toBe(undefined)), { seed: 1, numRuns: 300 });
});

/** Replaces a part of the caches. */
const without = (name: string, instead: (...args: never[]) => unknown = () => undefined) => (caches: Caches): void => {
  Object.assign(caches, { [name]: instead });
};

describe('the invariants would show', () => {
  it.each<[string, (caches: Caches) => void]>([
    ['a line that survives a shootdown', (caches) => Object.assign(caches.llc[0]!, { linesIn: () => [] })],
    ['an eviction that leaves L1 behind', without('dropFromL1')],
    ['a store that leaves other readers', without('drop', () => 0)],
    ['a load that leaves the right to store', without('endStoresQuietly')],
    ['a store that other nodes do not notice', without('dropFromNode', () => false)],
    ['a second copy in a set', (caches) => Object.assign(caches.llc[0]!, { use: () => -1 })],
  ])('%s', (_, fault) => {
    expect(fc.sample(shape, { seed: 1, numRuns: 300 }).some((run) => faultOf(run, fault) !== undefined)).toBe(true);
  });
});

it('sets keep the order of use, whatever comes and goes', () => {
  const action = fc.record({ what: fc.constantFrom('use', 'insert', 'remove'), line: fc.nat({ max: 15 }) });
  fc.assert(fc.property(fc.array(action, { maxLength: 60 }), fc.constantFrom(1, 2, 4), (actions, sets) => {
    const { arena } = new TestMachine();
    const ways = new WaySets(arena, arena.coreOffset(0), sets, true);
    arena.u8.fill(0, 0, WaySets.bytes(sets, true));
    const model = Array.from({ length: sets }, () => [] as { line: number; notes: number }[]);
    let notes = 0;
    for (const { what, line } of actions) {
      const set = model[line % sets]!;
      const at = set.findIndex((each) => each.line === line);
      const [mine] = at < 0 ? [undefined] : set.splice(at, 1);
      if (what === 'remove') {
        expect(ways.remove(line)).toBe(at >= 0);
      } else if (what === 'use' || at >= 0) {
        const index = ways.use(line);
        expect(index < 0 ? undefined : arena.u32[index + 4]).toBe(mine?.notes);
        if (mine) set.unshift(mine);
      } else {
        set.unshift({ line, notes: ++notes });
        expect(ways.insert(line, false, notes)).toEqual(set.length > 4 ? set.pop() : undefined);
      }
      for (let each = 0; each < 16; each++) {
        const known = model[each % sets]!.find((one) => one.line === each);
        const index = ways.find(each);
        expect(index < 0 ? undefined : arena.u32[index + 4]).toBe(known?.notes);
      }
    }
  }), { seed: 3, numRuns: 200 });
});
