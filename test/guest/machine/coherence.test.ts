// Random accesses of several cores against two plain models: an array of bytes for the values, and one small record per
// cached line for times, rights and counts.
import fc from 'fast-check';
import { CYCLES, TestMachine, type Cost } from '../../support/machine.js';

const PAGES = 4;
const PAGE_BYTES = 64;
const LINE_BYTES = 16;
const L1_SETS = 4;
const TLB_ENTRIES = 2;
const SIZES = [1, 2, 3, 4, 5, 7, 8];

interface Access {
  readonly core: number;
  readonly address: number;
  readonly bytes: number;
  /** Undefined for a load. */
  readonly value: bigint | undefined;
}

function accesses(cores: number): fc.Arbitrary<Access[]> {
  return fc.array(fc.record({
    core: fc.nat({ max: cores - 1 }),
    address: fc.nat({ max: PAGES * PAGE_BYTES - 8 }),
    bytes: fc.constantFrom(...SIZES),
    value: fc.option(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), { nil: undefined }),
  }), { minLength: 20, maxLength: 120 });
}

it('every load sees the last bytes stored, whatever their size, place and core', () => {
  fc.assert(fc.property(accesses(3), (list) => {
    const machine = new TestMachine({ coresPerNode: 3, pageBytes: PAGE_BYTES, lineBytes: LINE_BYTES, l1Sets: L1_SETS });
    // Frames in another order than pages, so that neighbours in the guest are none in the host.
    for (const page of [2, 0, 3, 1]) machine.give(0, page);
    const bytes = new Uint8Array(PAGES * PAGE_BYTES);
    for (const { core, address, bytes: count, value } of list) {
      if (value === undefined) {
        const expected = bytes.slice(address, address + count).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
        expect(machine.memory.readBytes(core, address, count)).toBe(expected);
      } else {
        machine.memory.writeBytes(core, address, count, BigInt.asUintN(8 * count, value));
        for (let i = 0; i < count; i++) bytes[address + i] = Number((value >> BigInt(8 * i)) & 255n);
      }
    }
  }), { seed: 1, numRuns: 200 });
});

const CORES = [0, 1, 2, 3];
const ALL_LINES = Array.from({ length: PAGES * PAGE_BYTES / LINE_BYTES }, (_, line) => line);
const ONE_OWNER_OR_READERS = /^(\.*w\.*|[.r]*)$/;

/** What each core may do with a line: `w` store, `r` load. */
function tagsOf(holding: (core: number) => { readonly owned: boolean } | undefined): string {
  return CORES.map((core) => {
    const held = holding(core);
    return held ? (held.owned ? 'w' : 'r') : '.';
  }).join('');
}

/** Two nodes of two cores. Even pages lie on node 0, odd ones on node 1, and both nodes may use all. */
class Model {
  readonly counts = new Array<number>(2 * PAGES).fill(0);
  private readonly caches = Array.from({ length: 4 }, () => new Map<number, { line: number; owned: boolean }>());
  private readonly tlbs = Array.from({ length: 4 }, () => new Map<number, number>());

  access({ core, address, bytes, value }: Access): Cost {
    const total = { local: 0, remote: 0, misses: 0, remoteMisses: 0 };
    for (let line = Math.floor(address / LINE_BYTES); line <= Math.floor((address + bytes - 1) / LINE_BYTES); line++) {
      this.line(core, line, value !== undefined, total);
    }
    return total;
  }

  holding(core: number, line: number): { owned: boolean } | undefined {
    const entry = this.caches[core]!.get(line % L1_SETS);
    return entry?.line === line ? entry : undefined;
  }

  private line(core: number, line: number, write: boolean, total: { -readonly [K in keyof Cost]: number }): void {
    const node = core >> 1;
    const page = Math.floor(line * LINE_BYTES / PAGE_BYTES);
    const mine = this.holding(core, line);
    if (mine && (!write || mine.owned)) return;
    const others = CORES.filter((other) => other !== core && this.holding(other, line));
    const owner = others.find((other) => this.holding(other, line)!.owned);
    const supplier = owner ?? (write ? others[0] : undefined);
    for (const other of others) {
      if (write) this.caches[other]!.delete(line % L1_SETS);
      else this.holding(other, line)!.owned = false;
    }
    this.caches[core]!.set(line % L1_SETS, { line, owned: write });
    if (mine && supplier === undefined) return;
    total.misses++;
    this.counts[node * PAGES + page]!++;
    if (this.tlbs[core]!.get(page % TLB_ENTRIES) !== page) total.local += CYCLES.tlb;
    this.tlbs[core]!.set(page % TLB_ENTRIES, page);
    const beyond = supplier === undefined ? page % 2 !== node : supplier >> 1 !== node;
    if (beyond) {
      total.remoteMisses++;
      total.remote += supplier === undefined ? CYCLES.remote : CYCLES.far;
    } else {
      total.local += supplier === undefined ? CYCLES.local : CYCLES.near;
    }
  }
}

it('costs, rights to lines and misses per page are those of the model, access by access', () => {
  fc.assert(fc.property(accesses(4), (list) => {
    const machine = new TestMachine({
      nodes: 2, coresPerNode: 2, pageBytes: PAGE_BYTES, lineBytes: LINE_BYTES, l1Sets: L1_SETS, tlbEntries: TLB_ENTRIES,
      sharedLines: true,
    });
    for (let page = 0; page < PAGES; page++) {
      machine.give(page % 2, page);
      machine.mapRemote(1 - (page % 2), page, page % 2);
    }
    const model = new Model();
    for (const access of list) {
      const { core, address, bytes, value } = access;
      expect(value === undefined ? machine.load(core, address, bytes) : machine.store(core, address, bytes)).toEqual(model.access(access));
      const { lines } = machine.memory;
      const tags = ALL_LINES.map((line) => tagsOf((each) => (lines.holds(each, line) ? { owned: lines.writable(each, line) } : undefined)));
      expect(tags).toEqual(ALL_LINES.map((line) => tagsOf((each) => model.holding(each, line))));
      expect(tags.filter((each) => !ONE_OWNER_OR_READERS.test(each))).toEqual([]);
    }
    const harvested = [0, 1].flatMap((node) => Array.from({ length: PAGES }, (_, page) => machine.memory.harvestMisses(node, page)));
    expect(harvested).toEqual(model.counts);
  }), { seed: 2, numRuns: 60 });
});
