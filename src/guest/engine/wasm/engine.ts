// The WebAssembly engine: an interpreter for cold code and compiled regions for hot code, made from the same lowering of the
// ISA. What neither can do (a page that the node lacks, a guest call, a trap, a store into code) is done by the reference engine,
// one instruction at a time, so that it is done as the definition says.
import type { Expr } from '../../lang/ir.js';
import type { Isa } from '../../lang/model.js';
import type { Arena } from '../../machine/arena.js';
import { contextLayout, countAt, CYCLES_OFFSET, PC_OFFSET, RETIRED_OFFSET, type ContextLayout } from '../../machine/context.js';
import { classesOf, COUNTS } from '../../machine/core-block.js';
import type { Ahead, AheadPart, Engine, EngineVcpu, SliceOptions, Stop } from '../../machine/engine.js';
import type { MemorySystem } from '../../machine/memory.js';
import { PAGE_HEADER_BYTES } from '../../machine/page-table.js';
import { ReferenceEngine } from '../reference/reference.js';
import { CodeCache } from './code-cache.js';
import { Regions } from './regions.js';
import { EVICTED_BYTES, EngineLayout, HOT_ARRIVALS, LEFT, MAX_REGIONS, RUN, SLOT, SLOT_BYTES } from './layout.js';
import { instantiate, type Instance } from './instance.js';
import { MOST_FOLLOW } from './succession.js';

/** Cycles that compiled code counts to before it reports, in a slice without an end. */
const MOST_CYCLES = 2 ** 30;
/** Slices of other cores, one after another, before the server hears of it. */
const MOST_SWITCHES = 8192;
const TWO_32 = 4294967296;
/** In the lower half of a limit, where limits have nothing. */
const NEVER = 1;
const BUDGET: Stop = { reason: 'budget' };
const YIELD: Stop = { reason: 'yield' };
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
  /** Cores whose slots say what the run block will say of them. */
  private readonly knownCores = new Set<number>();
  /** Hard-wired registers, which the interpreter reads like others, by their offset in a context: there it is 0 from the start. */
  private readonly fixed: readonly { readonly offset: number; readonly value: bigint }[];
  /** Of the slice that runs. */
  private vcpu!: EngineVcpu;
  private core = 0;
  private budgetCycles = 0;
  private own!: SliceOptions;
  private ahead: Ahead | undefined;
  /** The parts of the cores whose slices have run ahead. */
  private readonly parts: { readonly core: number; readonly part: AheadPart }[] = [];
  /** Runs with slices ahead so far, by which slots that are filled are known. */
  private runs = 0;
  /** With so many instructions more, no slice begins; and what of that the run block was last told. */
  private instructions = 0;
  private toldInstructions = 0;
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
    memory.lines.fast.use();
    this.layout = new EngineLayout(isa, arena, memory, hotArrivals);
    this.instance = instantiate(isa, arena, memory, this.layout, {
      drain: () => this.drain(), verify: (region) => (this.regions.verify(region, this.node) ? 1 : 0),
      admit: (core) => (this.admit(core) ? 1 : 0),
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
    const { core, budgetCycles, ahead } = slice;
    this.vcpu = vcpu;
    this.core = core;
    this.budgetCycles = budgetCycles;
    this.ahead = undefined;
    this.own = slice;
    // Those who look into a slice, or at every access, see what the definition does.
    if (slice.everyInstruction || slice.pauseAfter !== undefined || this.memory.watch) return this.reference.run(vcpu, slice);
    this.code.settle();
    this.begin(vcpu, core);
    this.allow(ahead && budgetCycles <= MOST_CYCLES / MOST_FOLLOW ? ahead : undefined);
    try {
      this.exactly = slice.exactly === true;
      const stop = (vcpu.answers.length > 0 ? this.step() : undefined) ?? this.go();
      if (stop.reason !== 'budget' || slice.endPs === undefined || this.leftPs() <= 0) return stop;
      this.exactly = true;
      return this.go();
    } finally {
      this.drain();
      this.exactly = false;
      if (this.ahead) this.report(this.ahead);
    }
  }

  forget(): void {
    this.readyContext = -1;
    this.code.forgetAll();
  }

  applyUpdate(update: { readonly slot: number; readonly f: Expr }, old: bigint): bigint {
    return this.reference.applyUpdate(update, old);
  }

  private go(): Stop {
    for (;;) {
      const left = this.enter();
      switch (left) {
        case LEFT.yield: return YIELD;
        case LEFT.limit:
          if ((this.exactly ? this.leftPs() : this.remaining()) > 0) continue;
          return BUDGET;
        case LEFT.decode: if (this.code.fill(this.core, this.pc, (pc) => this.regions.at(pc))) continue; break;
        case LEFT.hot:
          this.onCompile?.(true);
          this.regions.compile(this.core, this.pc, this.code);
          this.onCompile?.(false);
          if (this.exactly && this.leftPs() <= 0) return BUDGET;
          continue;
        default:
      }
      const stop = this.step();
      if (stop) return stop;
    }
  }

  /** Says in the run block which slices may follow. */
  private allow(ahead: Ahead | undefined): void {
    const { u32, f64 } = this.arena;
    const at = this.layout.run;
    u32[(at + RUN.mayFollow) >>> 2] = 0;
    u32[(at + RUN.ahead) >>> 2] = 0;
    if (!ahead) return;
    const part = ahead.part(this.core);
    if (!part) return;
    this.ahead = ahead;
    this.runs = (this.runs + 1) % TWO_32 || 1;
    this.parts.length = 0;
    u32[(at + RUN.ahead) >>> 2] = this.runs;
    u32[(at + RUN.maySwitch) >>> 2] = MOST_SWITCHES;
    u32[(at + RUN.begun) >>> 2] = 0;
    u32[(at + RUN.due) >>> 2] = ahead.due.at;
    u32[(at + RUN.budget) >>> 2] = 0;
    u32[(at + RUN.budget + 4) >>> 2] = Math.ceil(ahead.budgetCycles);
    f64[(at + RUN.until) >>> 3] = ahead.untilPs;
    f64[(at + RUN.turn) >>> 3] = ahead.turnPs;
    f64[(at + RUN.bookedPs) >>> 3] = this.memory.clocks[this.core]!.timePs;
    this.fillSlot(this.core, part, f64[(at + RUN.bookedPs) >>> 3]!);
    this.instructions = ahead.instructions;
    u32[(at + RUN.mayFollow) >>> 2] = ahead.due.size === 0 ? MOST_FOLLOW : 0;
    f64[(at + RUN.followUntil) >>> 3] = Math.min(ahead.untilPs, part.untilPs, part.turnEndsPs);
  }

  /** Whether the core's slice, which is due, may follow; its slot is filled then. */
  private admit(core: number): boolean {
    const part = this.ahead!.part(core);
    if (!part) return false;
    this.fillSlot(core, part, this.ahead!.due.timePs);
    return true;
  }

  private fillSlot(core: number, part: AheadPart, bookedPs: number): void {
    const { u32, f64 } = this.arena;
    const at = this.slotOf(core);
    u32[(at + RUN.context) >>> 2] = part.vcpu.context;
    u32[(at + SLOT.ahead) >>> 2] = this.runs;
    f64[(at + RUN.bookedPs) >>> 3] = bookedPs;
    f64[(at + SLOT.until) >>> 3] = part.untilPs;
    f64[(at + SLOT.turnEnds) >>> 3] = part.turnEndsPs;
    this.setFixed(part.vcpu.context);
    this.parts.push({ core, part });
  }

  /** Tells who allowed it what slices have followed. */
  private report(ahead: Ahead): void {
    const { u32, f64 } = this.arena;
    ahead.begun = u32[(this.layout.run + RUN.begun) >>> 2]!;
    ahead.core = this.core;
    for (const { core, part } of this.parts) part.turnEndsPs = f64[(this.slotOf(core) + SLOT.turnEnds) >>> 3]!;
  }

  /** Runs compiled and interpreted code; why it came back. Context and counters say how far. */
  private enter(): number {
    const { u32 } = this.arena;
    const at = this.layout.run;
    u32[(at + RUN.limit) >>> 2] = 0;
    // Less than nothing is left where memory has taken more: it counts for when the slice ends.
    const cycles = this.exactly ? this.safeCycles() : Math.ceil(this.remaining());
    u32[(at + RUN.limit + 4) >>> 2] = Math.max(-MOST_CYCLES, Math.min(MOST_CYCLES, cycles));
    u32[(at + RUN.whole) >>> 2] = NEVER;
    this.toldInstructions = Math.max(0, Math.min(MOST_CYCLES, this.instructions));
    u32[(at + RUN.instructions) >>> 2] = this.toldInstructions;
    const left = this.instance.enter();
    this.takeSpent();
    return left;
  }

  /** Adds what compiled code has run to the context's counters, and notes whose slice it is now. */
  private takeSpent(): void {
    const { u32 } = this.arena;
    const at = this.layout.run;
    const core = u32[(at + RUN.core) >>> 2]!;
    if (core !== this.core) {
      this.core = this.readyCore = core;
      this.vcpu = this.parts.find((each) => each.core === core)!.part.vcpu;
      this.readyContext = this.vcpu.context;
    }
    const spent = (at + RUN.spent) >>> 2;
    const leftCycles = (u32[(at + RUN.limit + 4) >>> 2]! | 0) - u32[spent + 1]!;
    this.count(this.vcpu.context + RETIRED_OFFSET, u32[spent]!);
    this.count(this.vcpu.context + CYCLES_OFFSET, u32[spent + 1]!);
    this.instructions -= this.toldInstructions - u32[(at + RUN.instructions) >>> 2]! + u32[spent]!;
    u32[spent] = u32[spent + 1] = 0;
    // What the context has counted belongs to several slices now; the limit is the last one's.
    if (this.ahead && u32[(at + RUN.begun) >>> 2]! > 0) this.budgetCycles += leftCycles - this.remaining();
  }

  /** Executes one instruction by the reference engine; undefined if the slice goes on. */
  private step(): Stop | undefined {
    const { vcpu, core } = this;
    const given = vcpu.answers;
    if (this.arena.u32[(this.layout.run + RUN.priorCount) >>> 2]! > 0) vcpu.answers = this.takePriors();
    const stop = this.reference.run(vcpu, {
      core, everyInstruction: false, pauseAfter: 1, ...this.taking(core),
      budgetCycles: this.budgetCycles - countAt(this.arena, vcpu.context + CYCLES_OFFSET),
      exactly: this.exactly, endPs: this.exactly ? this.own.endPs : undefined,
    });
    const retired = stop.reason === 'paused' || stop.reason === 'budget' || stop.reason === 'yield';
    if (retired) this.instructions--;
    else vcpu.answers = given;
    return stop.reason === 'paused' ? undefined : stop;
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
  private remaining(): number {
    const cycles = countAt(this.arena, this.vcpu.context + CYCLES_OFFSET);
    return this.budgetCycles - cycles - this.memory.unbookedCycles(this.core);
  }

  /** When the core's times were last taken, and up to when it takes lines from others. */
  private taking(core: number): Pick<SliceOptions, 'bookedPs' | 'takesUntilPs'> {
    if (!this.ahead) return { bookedPs: this.own.bookedPs, takesUntilPs: this.own.takesUntilPs };
    const { due, nextOtherPs } = this.ahead;
    return { bookedPs: this.arena.f64[(this.layout.run + RUN.bookedPs) >>> 3]!, takesUntilPs: Math.min(due.earliestBut(core), nextOtherPs) };
  }

  /** How long the slice may still run to its exact end. */
  private leftPs(): number {
    const cycles = countAt(this.arena, this.vcpu.context + CYCLES_OFFSET);
    return this.own.endPs! - cycles * this.memory.shape.core.cyclePs - this.memory.unbookedPs(this.core);
  }

  /**
   * Cycles that code may count without coming beyond the exact end, and at least one. It counts whole ones for an access, which can
   * take up to half a cycle more: much of a line that is part of a stream.
   */
  private safeCycles(): number {
    const { costs, nodeOf, shape } = this.memory;
    return Math.max(1, Math.floor(this.leftPs() / shape.core.cyclePs / (1 + costs.excess(nodeOf[this.core]!))));
  }

  /** Whether code asks after every instruction whether it has reached the limit. */
  private get exactly(): boolean { return this.arena.u32[(this.layout.run + RUN.exactly) >>> 2] === 1; }
  private set exactly(value: boolean) { this.arena.u32[(this.layout.run + RUN.exactly) >>> 2] = value ? 1 : 0; }

  /** Of the core that runs. */
  private get node(): number {
    return this.arena.u32[(this.layout.run + RUN.node) >>> 2]!;
  }

  private get pc(): number {
    return countAt(this.arena, this.vcpu.context + PC_OFFSET);
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
    const { u32 } = this.arena;
    const [at, slot] = [this.layout.run >>> 2, this.slotOf(core) >>> 2];
    for (let word = 0; word < SLOT.words >> 2; word++) u32[at + word] = u32[slot + word]!;
    u32[at + (RUN.context >> 2)] = context;
    this.setFixed(context);
  }

  private setFixed(context: number): void {
    for (const { offset, value } of this.fixed) this.arena.u64[(context + offset) >>> 3] = value;
  }

  /** Where the core's slot lies; what of it depends on the core alone is written when it is first asked for. */
  private slotOf(core: number): number {
    const at = this.layout.slots + SLOT_BYTES * core;
    if (this.knownCores.has(core)) return at;
    this.knownCores.add(core);
    const { arena, layout, memory } = this;
    const node = memory.nodeOf[core]!;
    const { first, end } = memory.sharers(core);
    const costs = memory.costs.tableOf(node);
    const words = {
      coreBlock: arena.coreOffset(core), fastTags: memory.lines.fast.coreOffset(core), tableHeader: memory.tableHeaders + PAGE_HEADER_BYTES * node,
      core, scanFirst: first, scanEnd: end, node, ready: layout.ready + MAX_REGIONS * node,
      homeCounts: arena.coreOffset(core) + COUNTS + 4 * classesOf(node), homeCosts: costs + 8 * classesOf(node),
      costs, psCosts: memory.costs.psTableOf(node),
    } satisfies Partial<Record<keyof typeof RUN, number>>;
    for (const [field, value] of Object.entries(words)) arena.u32[(at + RUN[field as keyof typeof words]) >>> 2] = value;
    return at;
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
