// What accesses cost and whom they take lines from, case by case (SEMANTICS: an access; lines).
import { CYCLES, FREE, missBeyond, missWithin, TestMachine, type MachineOptions } from '../../support/machine.js';

const { local, near, remote, far, tlb } = CYCLES;

function machine(options: MachineOptions = {}): TestMachine {
  const made = new TestMachine({ coresPerNode: 3, ...options });
  for (const page of [0, 1]) made.give(0, page);
  return made;
}

/** Two nodes of two cores; node 1 maps page 0 of node 0, and both share its lines. */
function twoNodes(): TestMachine {
  const made = new TestMachine({ nodes: 2, coresPerNode: 2, sharedLines: true });
  made.give(0, 0);
  made.mapRemote(1, 0, 0);
  return made;
}

describe('an access of a core alone', () => {
  it('misses the TLB once a page, the cache once a line, and is free after that', () => {
    const m = machine();
    expect(m.load(0, 0x40)).toEqual(missWithin(tlb + local));
    expect(m.load(0, 0x78)).toEqual(FREE);
    expect(m.store(0, 0x48)).toEqual(FREE);
    expect(m.load(0, 0x80)).toEqual(missWithin(local));
    expect(m.store(0, 0x1000)).toEqual(missWithin(tlb + local));
  });

  it('misses twice where it crosses a line, with two TLB misses where it crosses a page', () => {
    const m = machine();
    expect(m.load(0, 0x7d)).toEqual({ ...missWithin(tlb + 2 * local), misses: 2 });
    expect(m.store(0, 0xffc)).toEqual({ ...missWithin(2 * local + tlb), misses: 2 });
    expect(m.load(0, 0xffc)).toEqual(FREE);
  });

  it('loses its line to another that maps to the same set', () => {
    const m = machine({ l1Sets: 4 });
    m.load(0, 0);
    expect(m.load(0, 4 * 64)).toEqual(missWithin(local));
    expect(m.load(0, 0)).toEqual(missWithin(local));
  });

  it('loses its translation to a page that maps to the same entry, but not the lines', () => {
    const m = machine({ tlbEntries: 1 });
    m.load(0, 0);
    m.load(0, 0x1040);
    expect(m.load(0, 0)).toEqual(FREE);
    expect(m.load(0, 0x80)).toEqual(missWithin(tlb + local));
  });

  it('has the rights of its own node, however many cores the nodes before have', () => {
    const m = new TestMachine({ coresOf: [1, 3, 2] });
    m.give(1, 0);
    for (const core of [1, 2, 3]) expect(m.load(core, 0)).toEqual(missWithin(tlb + local));
    for (const core of [0, 4, 5]) expect(() => m.load(core, 0)).toThrow(`core ${core} has no right`);
    m.store(1, 0);
    expect(m.load(2, 0)).toEqual(missWithin(near));
    m.memory.shootDown(1, 0, false);
    expect(m.memory.harvestMisses(1, 0)).toBe(5);
  });

  it('goes to the node that holds the frame', () => {
    const m = twoNodes();
    expect(m.load(2, 0)).toEqual(missBeyond(remote, tlb));
    expect(m.load(2, 8)).toEqual(FREE);
  });
});

describe('lines between cores', () => {
  it('come from memory while they are only read', () => {
    const m = machine();
    m.load(0, 0);
    expect(m.load(1, 0)).toEqual(missWithin(tlb + local));
    expect(m.load(0, 0)).toEqual(FREE);
  });

  it('a load takes the right to store from the holder, which keeps the line', () => {
    const m = machine();
    m.store(0, 0);
    expect(m.load(1, 0)).toEqual(missWithin(tlb + near));
    expect(m.load(0, 0)).toEqual(FREE);
    expect(m.store(0, 0)).toEqual(missWithin(near));
    expect(m.load(1, 0)).toEqual(missWithin(near));
  });

  it('a store takes the line from all others', () => {
    const m = machine();
    m.load(0, 0);
    m.load(1, 0);
    expect(m.store(2, 0)).toEqual(missWithin(tlb + near));
    expect(m.load(0, 0)).toEqual(missWithin(near));
    expect(m.load(1, 0)).toEqual(missWithin(local));
  });

  it('a store to a line that nobody else holds costs nothing, though it was only read', () => {
    const m = machine();
    m.load(0, 0);
    expect(m.store(0, 0)).toEqual(FREE);
  });

  it('travel farther between nodes, and from memory of another node', () => {
    const m = twoNodes();
    m.store(0, 0);
    expect(m.load(2, 0)).toEqual(missBeyond(far, tlb));
    expect(m.store(3, 0)).toEqual(missBeyond(far, tlb));
    expect(m.load(2, 0)).toEqual(missWithin(near));
    m.store(2, 64);
    expect(m.load(0, 64)).toEqual(missBeyond(far));
  });

  it('of different nodes do not meet where the fabric has no loads and stores', () => {
    const m = new TestMachine({ nodes: 2 });
    m.give(0, 0);
    m.give(1, 0);
    m.store(0, 0);
    expect(m.store(1, 0)).toEqual(missWithin(tlb + local));
    expect(m.store(0, 0)).toEqual(FREE);
  });

  it('are told apart by line, not by page', () => {
    const m = machine();
    m.store(0, 0);
    m.store(1, 64);
    expect(m.store(0, 8)).toEqual(FREE);
    expect(m.store(1, 72)).toEqual(FREE);
  });
});

describe('contention', () => {
  it('names both cores when a line is taken that its holder got within the window', () => {
    const m = machine({ contentionWindowPs: 5000 });
    [1000, 6000, 0].forEach((ps, core) => { m.memory.clocks[core]!.timePs = ps; });
    m.store(0, 0);
    m.load(1, 64);
    expect(m.memory.contended.take()).toEqual([]);
    m.store(1, 0);
    expect(m.memory.contended.take()).toEqual([0, 1]);
  });

  it('is none when the holder got the line before the window', () => {
    const m = machine({ contentionWindowPs: 5000 });
    [1000, 6001, 0].forEach((ps, core) => { m.memory.clocks[core]!.timePs = ps; });
    m.store(0, 0);
    m.store(1, 0);
    expect(m.memory.contended.take()).toEqual([]);
  });
});

describe('rights', () => {
  it('are those of the node, and the lowest page that lacks them is named', () => {
    const m = machine();
    m.give(0, 3, false);
    const refused = (address: number, bytes: number, write: boolean): number | null =>
      (m.memory.permits(0, address, bytes, write) ? null : m.memory.missingPage);
    expect(refused(0x1ff8, 8, true)).toBe(null);
    expect(refused(0x1ffc, 8, false)).toBe(2);
    expect(refused(0x2ffc, 8, true)).toBe(2);
    expect(refused(0x3000, 8, false)).toBe(null);
    expect(refused(0x3000, 8, true)).toBe(3);
  });

  it('end with a shootdown: the next access misses TLB and cache again', () => {
    const m = machine();
    m.store(0, 0);
    m.store(1, 64);
    m.load(0, 0x1080);
    m.memory.shootDown(0, 0, false);
    expect(m.load(0, 0)).toEqual(missWithin(tlb + local));
    expect(m.load(1, 64)).toEqual(missWithin(tlb + local));
    expect(m.load(0, 0x1080)).toEqual(FREE);
  });

  it('to store alone end with a shootdown that leaves the lines readable', () => {
    const m = machine();
    m.store(0, 0);
    m.memory.shootDown(0, 0, true);
    expect(m.load(0, 0)).toEqual(FREE);
    expect(m.memory.lines.writable(0, 0)).toBe(false);
  });

  it('are kept to the addresses of the guest', () => {
    const { memory } = machine({ low: 0x100, high: 0x2000 });
    const inside = ([address, bytes]: readonly [number, number]): boolean => memory.addressable(address, bytes);
    expect(([[0x100, 1], [0xff, 1], [0xff, 2], [0x1ff8, 8], [0x1ff9, 8], [2 ** 64, 1]] as const).map(inside))
      .toEqual([true, false, false, true, false, false]);
  });
});

describe('an instruction fetch', () => {
  it('needs the page and has no effect on caches, TLB or time', () => {
    const m = machine();
    expect(m.memory.fetch(0, 0x1004)).toBe(m.memory.hostOffset(0, 0x1004));
    expect(m.load(0, 0x1004, 4)).toEqual(missWithin(tlb + local));
    expect([m.memory.fetch(0, 0x5000), m.memory.missingPage]).toEqual([-1, 5]);
  });
});

describe('misses of a page', () => {
  it('add up over cores and evictions, until they are forgotten', () => {
    const m = machine({ tlbEntries: 1 });
    m.load(0, 0);
    m.load(0, 64);
    m.load(1, 128);
    m.load(0, 0x1000);
    expect([m.memory.harvestMisses(0, 0), m.memory.harvestMisses(0, 0), m.memory.harvestMisses(0, 1)]).toEqual([3, 3, 1]);
    m.memory.forgetMisses(0, 0);
    m.load(1, 192);
    expect(m.memory.harvestMisses(0, 0)).toBe(1);
  });

  it('survive a shootdown', () => {
    const m = machine();
    m.load(0, 0);
    m.memory.shootDown(0, 0, false);
    expect(m.memory.harvestMisses(0, 0)).toBe(1);
  });

  it('count a store that takes the line from other readers', () => {
    const m = machine();
    m.load(0, 0);
    m.load(1, 0);
    m.store(0, 0);
    expect(m.memory.harvestMisses(0, 0)).toBe(3);
  });
});

describe('a line from another node', () => {
  const hops = [[0, 1, 2, 3], [1, 0, 1, 2], [2, 1, 0, 1], [3, 2, 1, 0]];
  /** Cycles of a load by node 3, without the TLB's, of a page of each other node. */
  function remoteCycles(fartherCycles: readonly number[], dirty: boolean): number[] {
    return [2, 1, 0].map((home) => {
      const m = new TestMachine({ nodes: 4, sharedLines: true, hops, fartherCycles });
      m.give(home, 0);
      m.mapRemote(3, 0, home);
      if (dirty) m.store(home, 0);
      return m.load(3, 0).remote;
    });
  }

  it('takes longer by the hops to it, from memory and by as much out of a cache', () => {
    expect(remoteCycles([350, 420], false)).toEqual([remote, 350, 420]);
    expect(remoteCycles([350, 420], true)).toEqual([far, far + 50, far + 120]);
  });

  it('takes what the last number of hops takes beyond it, and the same from everywhere if there is none', () => {
    expect(remoteCycles([350], false)).toEqual([remote, 350, 350]);
    expect(remoteCycles([], false)).toEqual([remote, remote, remote]);
  });
});
