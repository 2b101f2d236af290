// A machine without hyperkernels: cores with caches and TLBs, and pages that the test itself hands to nodes.
// Costs are round numbers of cycles, so that a test can state what it expects.
import { Arena } from '../../src/guest/machine/arena.js';
import { coreLayout } from '../../src/guest/machine/core-block.js';
import { MemorySystem } from '../../src/guest/machine/memory.js';
import type { CacheSpec, CoreSpec, MemorySpec } from '../../src/guest/machine/spec.js';

/** Cycles of a miss, by where the line comes from; a TLB miss comes on top. */
export const CYCLES = { local: 100, near: 40, remote: 300, far: 400, tlb: 20, l2: 5, llc: 15 } as const;

export const CYCLE_PS = 1000;
const NOTHING = { localPs: 0, remotePs: 0, lineMisses: 0, remoteMisses: 0 };

export interface MachineOptions {
  readonly nodes?: number;
  readonly coresPerNode?: number;
  /** Of each node, where they differ. */
  readonly coresOf?: readonly number[];
  readonly pageBytes?: number;
  readonly lineBytes?: number;
  readonly l1Sets?: number;
  readonly tlbEntries?: number;
  readonly sharedLines?: boolean;
  readonly contentionWindowPs?: number;
  /** None if not given. */
  readonly caches?: Pick<CacheSpec, 'l2Bytes' | 'llcBytesPerCore'> | undefined;
  readonly low?: number;
  readonly high?: number;
  readonly contextBytes?: number;
  /** From row to column; one hop between any two nodes if not given. */
  readonly hops?: readonly (readonly number[])[];
  /** Cycles of a line from memory two hops away, three, and so on. */
  readonly fartherCycles?: readonly number[];
  /** 1 if not given: a line costs the same whatever came before. */
  readonly streamLines?: number;
}

/** What accesses cost a core. */
export interface Cost {
  readonly local: number;
  readonly remote: number;
  readonly misses: number;
  readonly remoteMisses: number;
}

export class TestMachine {
  readonly arena: Arena;
  readonly memory: MemorySystem;
  readonly pageBytes: number;

  constructor(options: MachineOptions = {}) {
    const coresOf = options.coresOf ?? new Array<number>(options.nodes ?? 1).fill(options.coresPerNode ?? 1);
    const { pageBytes = 4096, lineBytes = 64, l1Sets = 64, tlbEntries = 16 } = options;
    const core: CoreSpec = { cyclePs: CYCLE_PS, lineBytes, l1Sets, tlbEntries, tlbMissPs: CYCLES.tlb * CYCLE_PS };
    const memory: MemorySpec = {
      localPs: CYCLES.local * CYCLE_PS, cacheToCachePs: CYCLES.near * CYCLE_PS,
      remotePs: CYCLES.remote * CYCLE_PS, remoteCacheToCachePs: CYCLES.far * CYCLE_PS,
      fartherPs: (options.fartherCycles ?? []).map((cycles) => cycles * CYCLE_PS), streamLines: options.streamLines ?? 1,
    };
    // No more than some lines, and no address that is too far for them.
    const caches: CacheSpec | null = options.caches
      ? { ...options.caches, l2Ps: CYCLES.l2 * CYCLE_PS, llcPs: CYCLES.llc * CYCLE_PS } : null;
    this.pageBytes = pageBytes;
    this.arena = new Arena({
      coreBytes: coreLayout(core, caches, coresOf.length).bytes, cores: coresOf.reduce((sum, cores) => sum + cores),
      contextBytes: options.contextBytes ?? 64, contexts: 4, pageBytes,
    });
    const oneHop = coresOf.map((_, from) => coresOf.map((__, to) => (from === to ? 0 : 1)));
    this.memory = new MemorySystem(this.arena, {
      coresOf, core, memory, caches, hops: options.hops ?? oneHop, sharedLines: options.sharedLines ?? false,
      contentionWindowPs: options.contentionWindowPs ?? 0, low: options.low ?? 0, high: options.high ?? 2 ** 52,
    });
  }

  /** The node gets a frame of zeros for the page, and its cores the right to it; returns the frame's slot. */
  give(node: number, page: number, writable = true): number {
    const slot = this.arena.takeSlot();
    this.arena.zeroSlot(slot);
    this.memory.tables[node]!.set(page, { slot, writable, home: node });
    return slot;
  }

  /** The node may load and store the frame that `home` has of the page. */
  mapRemote(node: number, page: number, home: number): void {
    const { slot, writable } = this.memory.tables[home]!.get(page)!;
    this.memory.tables[node]!.set(page, { slot, writable, home });
  }

  load(core: number, address: number, bytes = 8): Cost { return this.access(core, address, bytes, false); }
  store(core: number, address: number, bytes = 8): Cost { return this.access(core, address, bytes, true); }

  /** What accesses of the core have cost since this was last asked. */
  cost(core: number): Cost {
    const { localPs, remotePs, lineMisses, remoteMisses } = this.memory.takeAccesses(core) ?? NOTHING;
    return { local: localPs / CYCLE_PS, remote: remotePs / CYCLE_PS, misses: lineMisses, remoteMisses };
  }

  /** What the access cost, and nothing before it. */
  private access(core: number, address: number, bytes: number, write: boolean): Cost {
    if (!this.memory.permits(core, address, bytes, write)) throw new Error(`core ${core} has no right to ${address}`);
    this.memory.takeAccesses(core);
    this.memory.touch(core, address, bytes, write);
    return this.cost(core);
  }
}

export const FREE: Cost = { local: 0, remote: 0, misses: 0, remoteMisses: 0 };

/** One miss within the node. */
export function missWithin(local: number): Cost {
  return { local, remote: 0, misses: 1, remoteMisses: 0 };
}

/** One miss that another node served; `local` is what it cost besides. */
export function missBeyond(remote: number, local = 0): Cost {
  return { local, remote, misses: 1, remoteMisses: 1 };
}
