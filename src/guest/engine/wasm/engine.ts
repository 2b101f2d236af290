// The WebAssembly engine: an interpreter for cold code and compiled regions for hot code, made from the same lowering of the
// ISA. What neither can do (a page that the node lacks, a guest call, a trap, a store into code) is done by the reference engine,
// one instruction at a time, so that it is done as the definition says.
import type { Expr } from '../../lang/ir.js';
import type { Isa } from '../../lang/model.js';
import type { Arena } from '../../machine/arena.js';
import { contextLayout, countAt, CYCLES_OFFSET, PC_OFFSET, RETIRED_OFFSET, type ContextLayout } from '../../machine/context.js';
import { classesOf, COUNTS } from '../../machine/core-block.js';
import type { Engine, EngineVcpu, Following, SliceOptions, Stop } from '../../machine/engine.js';
import type { MemorySystem } from '../../machine/memory.js';
import { PAGE_HEADER_BYTES } from '../../machine/page-table.js';
import { ReferenceEngine } from '../reference/reference.js';
import { CodeCache } from './code-cache.js';
import { Regions } from './regions.js';
import { EVICTED_BYTES, EngineLayout, HOT_ARRIVALS, LEFT, MAX_REGIONS, RUN } from './layout.js';
import { instantiate, type Instance } from './instance.js';

/** Cycles that compiled code counts to before it reports, in a slice without an end. */
const MOST_CYCLES = 2 ** 30;
/** V8 changes to better code only where a function is called anew: a loop is left now and then. */
const MOST_STAYS = 64;
const TWO_32 = 4294967296;
const BUDGET: Stop = { reason: 'budget' };
const YIELD: Stop = { reason: 'yield' };
/** Words of the run block that depend on the core alone. */
const CORE_FIELDS = [
  RUN.coreBlock, RUN.fastTags, RUN.tableHeader, RUN.core, RUN.scanFirst, RUN.scanEnd, RUN.node, RUN.ready,
  RUN.homeCounts, RUN.homeCosts, RUN.costs, RUN.psCosts,
].map((bytes) => bytes >> 2);

export class WasmEngine implements Engine {
  readonly name = 'wasm';
  /** For those who have a clock: called before a region is made, and after. */
  onCompile: ((begins: boolean) => void) | undefined;
  private readonly isa: Isa;
  private readonly arena: Arena;
  private readonly memory: MemorySystem;
  private readonly reference: ReferenceEngine;
  private readonly layout: EngineLayout;
  private readonly contexts: ContextLayout;
  private readonly instance: Instance;
  private readonly code: CodeCache;
  private readonly regions: Regions;
  /** By core: what the run block says of it. */
  private readonly coreWords: (readonly number[])[] = [];
  /** Hard-wired registers, which the interpreter reads like others, by their offset in a context: there it is 0 from the start. */
  private readonly fixed: readonly { readonly offset: number; readonly value: bigint }[];
  private vcpu!: EngineVcpu;
  private slice!: SliceOptions;
  /** How often compiled code may still go on at a limit before it leaves. */
  private stays = 0;
  /** Of the slice that runs. */
  private budgetCycles = 0;
  /** In the context: where so many have retired, no slice begins without asking. */
  private mostRetired = 0;
  /** What the run block was last written for. */
  private readyContext = -1;
  private readyCore = -1;

  constructor(isa: Isa, arena: Arena, memory: MemorySystem, hotArrivals = HOT_ARRIVALS) {
    this.isa = isa;
    this.arena = arena;
    this.memory = memory;
    this.reference = new ReferenceEngine(isa, arena, memory);
    this.contexts = contextLayout(isa);
    this.fixed = isa.files.flatMap(({ fixed }, file) => (
      [...fixed].map(([index, value]) => ({ offset: this.contexts.fileOffsets[file]! + 8 * index, value }))))
      .filter(({ value }) => value !== 0n);
    this.layout = new EngineLayout(isa, arena, memory, hotArrivals);
    this.instance = instantiate(isa, arena, memory, this.layout, {
      drain: () => this.drain(), verify: (region) => (this.regions.verify(region, this.node) ? 1 : 0),
      atLimit: () => (this.atLimit() ? 1 : 0),
    });
    this.regions = new Regions(isa, arena, memory, this.contexts, this.layout, this.instance);
    this.code = new CodeCache(isa, arena, memory, this.contexts, this.layout, this.instance.handles, {
      line: (line) => this.regions.dropLine(line, this.code),
      page: (node, page) => this.regions.forgetReady(node, page),
      all: () => this.regions.dropAll(this.code),
    });
    memory.codeWatcher = this.code;
  }

  run(vcpu: EngineVcpu, slice: SliceOptions): Stop {
    this.vcpu = vcpu;
    this.slice = slice;
    this.budgetCycles = slice.budgetCycles;
    this.arena.u32[(this.layout.run + RUN.mayFollow) >>> 2] = 0;
    // Those who look into a slice, or at every access, see what the definition does.
    if (slice.everyInstruction || slice.pauseAfter !== undefined || this.memory.watch) return this.reference.run(vcpu, slice);
    this.code.settle();
    this.begin(vcpu, slice.core);
    try {
      return (vcpu.answers.length > 0 ? this.step(vcpu, slice) : undefined) ?? this.go(vcpu, slice);
    } finally {
      this.drain();
    }
  }

  forget(): void {
    this.readyContext = -1;
    this.code.forgetAll();
  }

  applyUpdate(update: { readonly slot: number; readonly f: Expr }, old: bigint): bigint {
    return this.reference.applyUpdate(update, old);
  }

  private go(vcpu: EngineVcpu, slice: SliceOptions): Stop {
    for (;;) {
      const left = this.enter(vcpu, slice);
      switch (left) {
        case LEFT.yield: return YIELD;
        case LEFT.limit:
          // No budget is left where it has been asked already.
          if (this.budgetCycles > 0 && (this.remaining(vcpu, slice) > 0 || this.follows(slice))) continue;
          return BUDGET;
        case LEFT.decode: if (this.code.fill(slice.core, this.pc(vcpu), (pc) => this.regions.at(pc))) continue; break;
        case LEFT.hot:
          this.onCompile?.(true);
          this.regions.compile(slice.core, this.pc(vcpu), this.code);
          this.onCompile?.(false);
          continue;
        default:
      }
      const stop = this.step(vcpu, slice);
      if (stop && !(stop.reason === 'budget' && this.follows(slice))) return stop;
    }
  }

  /** At the end of a slice: whether another follows at once. */
  private follows({ ahead, core }: SliceOptions): boolean {
    const following = ahead?.again();
    this.budgetCycles = following?.budgetCycles ?? 0;
    if (!following) return false;
    ahead!.begun++;
    this.allow(following, this.memory.clocks[core]!.timePs);
    return true;
  }

  /** Says in the run block which slices compiled code may begin by itself. */
  private allow({ budgetCycles, untilPs, instructions }: Following, bookedPs: number): void {
    const { u32, f64 } = this.arena;
    const at = this.layout.run;
    u32[(at + RUN.budget) >>> 2] = 0;
    u32[(at + RUN.budget + 4) >>> 2] = Math.ceil(budgetCycles);
    f64[(at + RUN.followUntil) >>> 3] = untilPs;
    f64[(at + RUN.bookedPs) >>> 3] = bookedPs;
    this.mostRetired = instructions;
    u32[(at + RUN.mayFollow) >>> 2] = Math.floor(MOST_CYCLES / budgetCycles);
  }

  /** Runs compiled and interpreted code; why it came back. Context and counters say how far. */
  private enter(vcpu: EngineVcpu, slice: SliceOptions): number {
    this.setLimit(vcpu, slice);
    this.stays = MOST_STAYS;
    const left = this.instance.enter();
    this.takeSpent(vcpu, slice);
    return left;
  }

  private setLimit(vcpu: EngineVcpu, slice: SliceOptions): void {
    const { u32 } = this.arena;
    const limit = (this.layout.run + RUN.limit) >>> 2;
    u32[limit] = 0;
    u32[limit + 1] = Math.max(0, Math.min(MOST_CYCLES, Math.ceil(this.remaining(vcpu, slice))));
    const retired = countAt(this.arena, vcpu.context + RETIRED_OFFSET);
    u32[(this.layout.run + RUN.followInstructions) >>> 2] = Math.max(0, Math.min(MOST_CYCLES, this.mostRetired - retired));
  }

  /** Adds what compiled code has run to the context's counters, and notes the slices that it began. */
  private takeSpent(vcpu: EngineVcpu, slice: SliceOptions): void {
    const { u32 } = this.arena;
    const spent = (this.layout.run + RUN.spent) >>> 2;
    const leftCycles = (u32[(this.layout.run + RUN.limit + 4) >>> 2]! | 0) - u32[spent + 1]!;
    this.count(vcpu.context + RETIRED_OFFSET, u32[spent]!);
    this.count(vcpu.context + CYCLES_OFFSET, u32[spent + 1]!);
    u32[spent] = u32[spent + 1] = 0;
    const followed = (this.layout.run + RUN.followed) >>> 2;
    if (u32[followed] === 0) return;
    slice.ahead!.begun += u32[followed]!;
    u32[followed] = 0;
    // What the context has counted belongs to several slices now; the limit is the last one's.
    this.budgetCycles += leftCycles - this.remaining(vcpu, slice);
  }

  /** Compiled code has come to its limit, and has said what it ran: whether it goes on. */
  private atLimit(): boolean {
    const { vcpu, slice } = this;
    this.takeSpent(vcpu, slice);
    if (this.stays-- <= 0) return false;
    if (this.remaining(vcpu, slice) <= 0 && !this.follows(slice)) return false;
    this.setLimit(vcpu, slice);
    return true;
  }

  /** Executes one instruction by the reference engine; undefined if the slice goes on. */
  private step(vcpu: EngineVcpu, slice: SliceOptions): Stop | undefined {
    const given = vcpu.answers;
    if (this.arena.u32[(this.layout.run + RUN.priorCount) >>> 2]! > 0) vcpu.answers = this.takePriors();
    const stop = this.reference.run(vcpu, {
      core: slice.core, everyInstruction: false, pauseAfter: 1,
      budgetCycles: this.budgetCycles - countAt(this.arena, vcpu.context + CYCLES_OFFSET),
    });
    if (stop.reason === 'paused') return undefined;
    const retired = stop.reason === 'budget' || stop.reason === 'yield';
    if (!retired) vcpu.answers = given;
    return stop;
  }

  /** Results of accesses that the instruction had made when compiled code gave it up. */
  private takePriors(): bigint[] {
    const { u32, u64 } = this.arena;
    const at = (this.layout.run + RUN.priorCount) >>> 2;
    const priors = Array.from({ length: u32[at]! }, (_, i) => u64[((this.layout.run + RUN.priors) >>> 3) + i]!);
    u32[at] = 0;
    return priors;
  }

  /** Cycles that the slice may still take, as SEMANTICS 1 counts them. */
  private remaining(vcpu: EngineVcpu, slice: SliceOptions): number {
    const cycles = countAt(this.arena, vcpu.context + CYCLES_OFFSET);
    return this.budgetCycles - cycles - this.memory.unbookedCycles(slice.core);
  }

  /** Of the core that runs. */
  private get node(): number {
    return this.arena.u32[(this.layout.run + RUN.node) >>> 2]!;
  }

  private pc(vcpu: EngineVcpu): number {
    return countAt(this.arena, vcpu.context + PC_OFFSET);
  }

  private count(cell: number, by: number): void {
    const { u32 } = this.arena;
    const sum = u32[cell >>> 2]! + by;
    u32[cell >>> 2] = sum;
    if (sum >= TWO_32) u32[(cell >>> 2) + 1]!++;
  }

  private begin(vcpu: EngineVcpu, core: number): void {
    const { context } = vcpu;
    if (this.readyContext === context && this.readyCore === core) return;
    this.readyContext = context;
    this.readyCore = core;
    const { u32, u64 } = this.arena;
    const at = this.layout.run >>> 2;
    const words = this.coreWords[core] ??= this.wordsOf(core);
    for (let i = 0; i < CORE_FIELDS.length; i++) u32[at + CORE_FIELDS[i]!] = words[i]!;
    u32[at + (RUN.context >> 2)] = context;
    for (const { offset, value } of this.fixed) u64[(context + offset) >>> 3] = value;
  }

  /** What the run block says of a core, in the order of CORE_FIELDS. */
  private wordsOf(core: number): readonly number[] {
    const { arena, layout, memory } = this;
    const node = memory.nodeOf[core]!;
    const { first, end } = memory.sharers(core);
    const costs = memory.costs.tableOf(node);
    return [
      arena.coreOffset(core), memory.lines.fast.coreOffset(core), memory.tableHeaders + PAGE_HEADER_BYTES * node, core, first, end, node,
      layout.ready + MAX_REGIONS * node,
      arena.coreOffset(core) + COUNTS + 4 * classesOf(node), costs + 8 * classesOf(node), costs, memory.costs.psTableOf(node),
    ];
  }

  /** Line misses of pages that left the TLB in compiled code go where those of the slow path go. */
  private drain(): void {
    const { u32, f64 } = this.arena;
    const at = (this.layout.run + RUN.evicted) >>> 2;
    for (let i = 0; i < u32[at]!; i++) {
      const entry = (this.layout.evicted + EVICTED_BYTES * i) >>> 3;
      this.memory.addMisses(this.node, f64[entry]!, f64[entry + 1]!);
    }
    u32[at] = 0;
  }
}
