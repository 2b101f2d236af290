// What the random programs of a campaign do: the reference engine, one instruction at a time, and a count of what is to be
// among it. An engine that agrees on programs without loops has shown little.
import { DecodedWords } from '../../src/guest/engine/reference/decoded.js';
import { ReferenceEngine } from '../../src/guest/engine/reference/reference.js';
import type { Instruction, Isa } from '../../src/guest/lang/model.js';
import type { Arena } from '../../src/guest/machine/arena.js';
import { countAt, CYCLES_OFFSET, PC_OFFSET, RETIRED_OFFSET } from '../../src/guest/machine/context.js';
import type { Engine, EngineVcpu, SliceOptions, Stop } from '../../src/guest/machine/engine.js';
import { MemorySystem } from '../../src/guest/machine/memory.js';
import { shapeOf } from './roles.js';
import type { Makers } from './world.js';

const LINE_BYTES = 64;

export interface Tally {
  instructions: number;
  jumpsBack: number;
  indirectJumps: number;
  calls: number;
  pageCrossings: number;
  /** Stores into a line from which an instruction had come. */
  storesIntoCode: number;
  /** Slices by why they ended. */
  readonly stops: Map<Stop['reason'], number>;
}

/** Makers of a world that counts into `tally`. */
export function tallying(): { readonly tally: Tally; readonly makers: Makers } {
  const tally: Tally = {
    instructions: 0, jumpsBack: 0, indirectJumps: 0, calls: 0, pageCrossings: 0, storesIntoCode: 0, stops: new Map(),
  };
  const executed = new Set<number>();
  return {
    tally,
    makers: {
      engine: (isa, arena, memory) => new Counting(isa, arena, memory, tally, executed),
      memory: (arena, shape) => new CountingMemory(arena, shape, tally, executed),
    },
  };
}

class CountingMemory extends MemorySystem {
  private readonly tally: Tally;
  private readonly executed: ReadonlySet<number>;

  constructor(arena: Arena, shape: MemorySystem['shape'], tally: Tally, executed: ReadonlySet<number>) {
    super(arena, shape);
    this.tally = tally;
    this.executed = executed;
  }

  override touch(core: number, address: number, bytes: number, write: boolean): void {
    const last = address + bytes - 1;
    if (this.pageOf(address) !== this.pageOf(last)) this.tally.pageCrossings++;
    if (write && [address, last].some((at) => this.executed.has(Math.floor(at / LINE_BYTES)))) this.tally.storesIntoCode++;
    super.touch(core, address, bytes, write);
  }
}

class Counting implements Engine {
  readonly name = 'counting';
  private readonly isa: Isa;
  private readonly arena: Arena;
  private readonly memory: MemorySystem;
  private readonly inner: ReferenceEngine;
  private readonly tally: Tally;
  private readonly executed: Set<number>;

  constructor(isa: Isa, arena: Arena, memory: MemorySystem, tally: Tally, executed: Set<number>) {
    this.isa = isa;
    this.arena = arena;
    this.memory = memory;
    this.inner = new ReferenceEngine(isa, arena, memory);
    this.tally = tally;
    this.executed = executed;
  }

  run(vcpu: EngineVcpu, slice: SliceOptions): Stop {
    const at = (offset: number): number => countAt(this.arena, vcpu.context + offset);
    const cyclesBefore = at(CYCLES_OFFSET);
    // Where a slice pauses within the part that ends exactly, it goes on in that part.
    let { exactly = false } = slice;
    for (let left = slice.pauseAfter ?? Infinity; ;) {
      const [pc, retired] = [at(PC_OFFSET), at(RETIRED_OFFSET)];
      const instruction = this.instructionAt(slice.core, pc);
      const stop = this.inner.run(vcpu, {
        ...slice, exactly, pauseAfter: 1, budgetCycles: slice.budgetCycles - (at(CYCLES_OFFSET) - cyclesBefore),
      });
      if (at(RETIRED_OFFSET) > retired) this.count(instruction!, pc, at(PC_OFFSET));
      if (stop.reason === 'paused') {
        exactly = stop.exactly;
        if (--left > 0) continue;
      }
      this.tally.stops.set(stop.reason, (this.tally.stops.get(stop.reason) ?? 0) + 1);
      return stop;
    }
  }

  forget(): void {}

  applyUpdate(...args: Parameters<Engine['applyUpdate']>): bigint {
    return this.inner.applyUpdate(...args);
  }

  private count(instruction: Instruction, from: number, to: number): void {
    const { tally } = this;
    tally.instructions++;
    this.executed.add(Math.floor(from / LINE_BYTES));
    const { jumps, roles } = shapeOf(instruction);
    if (!jumps || to === from + instruction.bits / 8) return;
    if (to <= from) tally.jumpsBack++;
    if (roles.includes('codeBase')) tally.indirectJumps++;
    if (instruction.body.some((stmt) => stmt.k === 'set' && stmt.value.k === 'next')) tally.calls++;
  }

  private instructionAt(core: number, pc: number): Instruction | undefined {
    const decoded = DecodedWords.of(this.isa).at((i) => {
      const host = this.memory.addressable(pc + i, 1) ? this.memory.fetch(core, pc + i) : -1;
      return host < 0 ? 0 : this.arena.u8[host]!;
    });
    return 'illegal' in decoded ? undefined : decoded.instruction;
  }
}
