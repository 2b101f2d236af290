// One machine of a pair that must stay equal: an engine, memory, and pages that move between nodes as hyperkernels would have
// it, but at the word of the test.
import type { Isa } from '../../src/guest/lang/model.js';
import { Arena } from '../../src/guest/machine/arena.js';
import { contextLayout, CYCLES_OFFSET, PC_OFFSET, RETIRED_OFFSET, type ContextLayout } from '../../src/guest/machine/context.js';
import { coreLayout } from '../../src/guest/machine/core-block.js';
import type { Engine, EngineVcpu, SliceOptions, StallRecord, Stop } from '../../src/guest/machine/engine.js';
import { MemorySystem, type MemoryShape } from '../../src/guest/machine/memory.js';
import type { CacheSpec, CoreSpec } from '../../src/guest/machine/spec.js';
import type { PageRequest } from '../../src/server/hyperkernel/messages.js';
import type { NodeParts } from '../../src/server/hyperkernel/node.js';
import { performService } from '../../src/server/hyperkernel/service.js';
import { layOut } from './layout.js';
import type { Program } from './program.js';

export interface WorldShape {
  readonly coresOf: readonly number[];
  readonly pageBytes: number;
  readonly l1Sets: number;
  readonly tlbEntries: number;
  readonly sharedLines: boolean;
  readonly contentionWindowPs: number;
  readonly streamLines: number;
  readonly caches: Pick<CacheSpec, 'l2Bytes' | 'llcBytesPerCore'> | null;
}

export interface Makers {
  readonly engine: (isa: Isa, arena: Arena, memory: MemorySystem) => Engine;
  /** For planted faults. */
  readonly memory?: (arena: Arena, shape: MemoryShape) => MemorySystem;
}

export const CYCLE_PS = 1000;
export const VCPUS = 3;

/** A page's owner, and the nodes that hold a copy of it or map its frame. */
interface Holders { owner: number; readonly copies: Set<number>; readonly mappers: Set<number> }

export class World {
  readonly isa: Isa;
  readonly arena: Arena;
  readonly memory: MemorySystem;
  readonly engine: Engine;
  readonly layout: ContextLayout;
  readonly pages = new Map<number, Holders>();
  vcpus: EngineVcpu[] = [];
  private readonly core: CoreSpec;

  constructor(isa: Isa, shape: WorldShape, makers: Makers) {
    const { coresOf, pageBytes, l1Sets, tlbEntries, sharedLines, contentionWindowPs, streamLines } = shape;
    const caches = shape.caches && { ...shape.caches, l2Ps: 5 * CYCLE_PS, llcPs: 15 * CYCLE_PS };
    this.isa = isa;
    this.layout = contextLayout(isa);
    this.core = { cyclePs: CYCLE_PS, lineBytes: 64, l1Sets, tlbEntries, tlbMissPs: 20 * CYCLE_PS };
    this.arena = new Arena({
      coreBytes: coreLayout(this.core, caches, coresOf.length).bytes, cores: coresOf.reduce((sum, cores) => sum + cores), contextBytes: this.layout.bytes,
      contexts: 2 * VCPUS, pageBytes,
    });
    const memory: MemoryShape = {
      coresOf, core: this.core, caches, sharedLines, contentionWindowPs, low: isa.memory.low, high: isa.memory.high,
      hops: coresOf.map((_, from) => coresOf.map((__, to) => Math.abs(from - to))),
      memory: {
        localPs: 100 * CYCLE_PS, cacheToCachePs: 40 * CYCLE_PS, remotePs: 300 * CYCLE_PS, remoteCacheToCachePs: 400 * CYCLE_PS,
        fartherPs: [500 * CYCLE_PS], streamLines,
      },
    };
    this.memory = makers.memory?.(this.arena, memory) ?? new MemorySystem(this.arena, memory);
    this.engine = makers.engine(isa, this.arena, this.memory);
  }

  /** Forgets what ran before; the code lies on node 0, data come when they are touched. */
  load(program: Program): void {
    for (const page of [...this.pages.keys()]) this.forget(page);
    this.memory.clocks.forEach((clock, core) => {
      this.memory.takeAccesses(core);
      clock.timePs = 0;
    });
    this.memory.contended.take();
    for (const { context } of this.vcpus) this.arena.freeContext(context);
    const { address, bytes, resolve } = layOut(program);
    for (let at = address; at <= address + bytes.length; at = (this.memory.pageOf(at) + 1) * program.space.pageBytes) {
      const slot = this.bring(0, this.memory.pageOf(at));
      const offset = at % program.space.pageBytes;
      this.arena.writeSlot(slot, bytes.subarray(at - address, at - address + program.space.pageBytes - offset), offset);
    }
    this.vcpus = program.vcpus.map(({ entry, files }) => {
      const context = this.arena.takeContext();
      this.arena.u8.fill(0, context, context + this.layout.bytes);
      this.arena.u64[(context + PC_OFFSET) >> 3] = resolve(entry);
      for (const [file, values] of files.entries()) {
        for (const [index, value] of values.entries()) {
          this.arena.u64[(context + this.layout.fileOffsets[file]! + 8 * index) >> 3] = BigInt.asUintN(this.isa.files[file]!.width, resolve(value));
        }
      }
      return { context, answers: [] };
    });
  }

  run(vcpu: number, slice: SliceOptions): Stop {
    return this.engine.run(this.vcpus[vcpu]!, slice);
  }

  /** What a server does between slices: the core's time goes on, what it counted is taken. */
  book(vcpu: number, core: number): void {
    const accesses = this.memory.takeAccesses(core);
    const at = this.vcpus[vcpu]!.context >> 3;
    const { u64 } = this.arena;
    this.memory.clocks[core]!.timePs += CYCLE_PS * Number(u64[at + (CYCLES_OFFSET >> 3)]!);
    if (accesses) this.memory.clocks[core]!.timePs += accesses.localPs + accesses.remotePs;
    u64[at + (CYCLES_OFFSET >> 3)] = 0n;
    u64[at + (RETIRED_OFFSET >> 3)] = 0n;
  }

  setPc(vcpu: number, pc: bigint): void {
    this.arena.u64[(this.vcpus[vcpu]!.context + PC_OFFSET) >> 3] = pc;
    this.vcpus[vcpu]!.answers = [];
  }

  /** The vCPU's state lies elsewhere from now on, as after a journey. */
  moveContext(vcpu: number): void {
    const { context, answers } = this.vcpus[vcpu]!;
    const fresh = this.arena.takeContext();
    this.arena.copyContext(context, fresh);
    this.arena.freeContext(context);
    this.vcpus[vcpu] = { context: fresh, answers };
  }

  /** The node becomes the page's only holder; a page that nobody has touched is zeros. Returns the frame's slot. */
  bring(node: number, page: number): number {
    const holders = this.pages.get(page);
    if (!holders) {
      const slot = this.arena.takeSlot();
      this.arena.zeroSlot(slot);
      this.memory.tables[node]!.set(page, { slot, writable: true, home: node });
      this.pages.set(page, { owner: node, copies: new Set(), mappers: new Set() });
      return slot;
    }
    this.ownerAlone(page, holders);
    const { slot } = this.memory.tables[holders.owner]!.get(page)!;
    if (holders.owner === node) {
      this.memory.tables[node]!.set(page, { slot, writable: true, home: node });
      return slot;
    }
    const frame = this.arena.takeSlot();
    this.arena.copySlot(slot, frame);
    this.take(holders.owner, page);
    this.memory.tables[node]!.set(page, { slot: frame, writable: true, home: node });
    holders.owner = node;
    return frame;
  }

  /** The node gets a copy to read, and the owner may no longer store. */
  copy(node: number, page: number): void {
    const holders = this.pages.get(page)!;
    for (const mapper of holders.mappers) this.unmap(mapper, page, holders);
    this.endStores(page);
    const frame = this.arena.takeSlot();
    this.arena.copySlot(this.memory.tables[holders.owner]!.get(page)!.slot, frame);
    this.memory.tables[node]!.set(page, { slot: frame, writable: false, home: node });
    holders.copies.add(node);
  }

  /** The owner may no longer store. */
  endStores(page: number): void {
    const { owner } = this.pages.get(page)!;
    this.memory.shootDown(owner, page, true);
    this.memory.tables[owner]!.set(page, { ...this.memory.tables[owner]!.get(page)!, writable: false });
  }

  /** The node maps the owner's frame, with the right to store unless there are copies. */
  map(node: number, page: number): void {
    const holders = this.pages.get(page)!;
    const { slot } = this.memory.tables[holders.owner]!.get(page)!;
    const writable = holders.copies.size === 0;
    if (writable) this.memory.tables[holders.owner]!.set(page, { slot, writable, home: holders.owner });
    this.memory.tables[node]!.set(page, { slot, writable, home: holders.owner });
    holders.mappers.add(node);
  }

  /** The owner performs the access; returns what the restarted instruction is to see. */
  serve(stall: StallRecord): bigint {
    const holders = this.pages.get(stall.page)!;
    if (stall.kind !== 'read') this.ownerAlone(stall.page, holders);
    const { slot } = this.memory.tables[holders.owner]!.get(stall.page)!;
    const owner = {
      node: holders.owner, hardware: { arena: this.arena, memory: this.memory, engine: this.engine }, frames: { slotOf: () => slot },
    } as unknown as NodeParts;
    return performService(owner, { page: stall.page, service: stall } as unknown as PageRequest);
  }

  /** Takes the page from a node that is not its owner. */
  drop(node: number, page: number): void {
    const holders = this.pages.get(page)!;
    if (holders.copies.delete(node)) this.take(node, page);
    else if (holders.mappers.has(node)) this.unmap(node, page, holders);
  }

  private ownerAlone(page: number, holders: Holders): void {
    for (const node of [...holders.copies, ...holders.mappers]) this.drop(node, page);
  }

  private unmap(node: number, page: number, holders: Holders): void {
    this.memory.shootDown(node, page, false);
    this.memory.tables[node]!.delete(page);
    holders.mappers.delete(node);
  }

  /** Takes the page and its frame from the node. */
  private take(node: number, page: number): void {
    const { slot } = this.memory.tables[node]!.get(page)!;
    this.memory.shootDown(node, page, false);
    this.memory.tables[node]!.delete(page);
    this.arena.freeSlot(slot);
  }

  private forget(page: number): void {
    const holders = this.pages.get(page)!;
    this.ownerAlone(page, holders);
    this.take(holders.owner, page);
    for (const node of this.memory.tables.keys()) {
      this.memory.harvestMisses(node, page);
      this.memory.forgetMisses(node, page);
    }
    this.pages.delete(page);
  }
}
