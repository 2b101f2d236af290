// A guest program on one core, without a hyperkernel: an engine, and a test that hands out pages and answers.
import { assemble } from '../../src/guest/asm/assemble.js';
import type { Image } from '../../src/guest/asm/image.js';
import type { Isa } from '../../src/guest/lang/model.js';
import { contextLayout, CYCLES_OFFSET, PC_OFFSET, RETIRED_OFFSET } from '../../src/guest/machine/context.js';
import type { Engine, EngineVcpu, StallRecord, Stop, Trap } from '../../src/guest/machine/engine.js';
import { imagePages } from '../../src/guest/machine/load.js';
import { makeGuestCall } from '../../src/guest/os/guest-calls.js';
import type { EngineName } from '../../src/server/spec.js';
import { builtinIsa, ISAS } from '../../isa/index.js';
import { accIsa } from '../isas/index.js';
import { testEngine } from './engine.js';
import { TestMachine, type MachineOptions } from './machine.js';

/** A built-in ISA, or the third one of the tests. */
export function isaNamed(name: string): Isa {
  return name in ISAS ? builtinIsa(name) : accIsa();
}

/** Register names to values, `pc`, and memory as `m16[0x2000]`. */
export type State = Readonly<Record<string, bigint>>;

export interface Ending {
  readonly end: 'halt' | 'exit' | 'trap';
  readonly trap?: Trap;
  readonly code?: number;
  readonly output: string;
  readonly stalls: readonly StallRecord[];
  /** Slices that ended for their budget or by `pause`. */
  readonly slices: number;
}

export interface SliceLimits {
  readonly budgetCycles?: number;
  readonly everyInstruction?: boolean;
  /** After how many instructions the slice pauses next, to go on at once. */
  readonly pauses?: () => number;
}

const MAX_STOPS = 100_000;

let engineName: EngineName = 'reference';

/** Runs the tests that the file registers next on that engine. */
export function onEngine(name: EngineName): void {
  beforeAll(() => { engineName = name; });
  afterAll(() => { engineName = 'reference'; });
}

export class Guest {
  readonly isa: Isa;
  readonly image: Image;
  readonly machine: TestMachine;
  readonly engine: Engine;
  readonly vcpu: EngineVcpu;
  private readonly fileOffsets: readonly number[];

  /** Assembles `text` for the ISA and loads it; vCPU 0 stands at its beginning with all registers 0. */
  constructor(isa: Isa, text: string, { engine = engineName, ...options }: MachineOptions & { readonly engine?: EngineName } = {}) {
    const { bytes, fileOffsets } = contextLayout(isa);
    this.isa = isa;
    this.fileOffsets = fileOffsets;
    this.image = assemble({ path: 'test.s', text }, isa).image;
    this.machine = new TestMachine({ low: isa.memory.low, high: isa.memory.high, contextBytes: bytes, ...options });
    this.engine = testEngine(engine, isa, this.machine.arena, this.machine.memory);
    this.vcpu = { context: this.machine.arena.takeContext(), answers: [] };
    for (const { page, pieces } of imagePages(this.image, this.machine.pageBytes)) {
      const slot = this.machine.give(0, page);
      for (const { offset, bytes: content } of pieces) this.machine.arena.writeSlot(slot, content, offset);
    }
    this.set({ pc: BigInt(this.image.entry) });
  }

  get cycles(): number { return Number(this.cell(CYCLES_OFFSET)); }
  get retired(): number { return Number(this.cell(RETIRED_OFFSET)); }

  symbol(name: string): bigint { return BigInt(this.image.symbols.get(name)!); }

  get(key: string): bigint {
    const memory = memoryKey(key);
    if (memory) {
      this.provide(memory.address, memory.bytes);
      return this.machine.memory.readBytes(0, memory.address, memory.bytes);
    }
    return this.cell(this.offsetOf(key));
  }

  set(state: State): void {
    for (const [key, value] of Object.entries(state)) {
      const memory = memoryKey(key);
      if (memory) {
        this.provide(memory.address, memory.bytes);
        this.machine.memory.writeBytes(0, memory.address, memory.bytes, value);
      } else {
        this.machine.arena.u64[(this.vcpu.context + this.offsetOf(key)) >> 3] = value;
      }
    }
  }

  /** All registers by their first names, and pc. */
  registers(): Record<string, bigint> {
    const state: Record<string, bigint> = { pc: this.get('pc') };
    for (const file of this.isa.files) for (const name of file.names) state[name] = this.get(name);
    return state;
  }

  /** One slice, be it in pieces. */
  slice({ budgetCycles = Infinity, everyInstruction = false, pauses }: SliceLimits = {}): Exclude<Stop, { reason: 'paused' | 'early' }> {
    this.machine.memory.takeAccesses(0);
    const startCycles = this.cycles;
    for (;;) {
      const pauseAfter = pauses?.();
      const stop = this.engine.run(this.vcpu, {
        core: 0, budgetCycles: budgetCycles - (this.cycles - startCycles), everyInstruction, ...(pauseAfter && { pauseAfter }),
      });
      if (stop.reason === 'early') throw new Error('nobody else has lines');
      if (stop.reason !== 'paused') return stop;
    }
  }

  /** Slices until the guest ends: absent pages come as zeros, guest calls are answered for vCPU 0 of 1. */
  run(limits: SliceLimits = {}): Ending {
    const stalls: StallRecord[] = [];
    let output = '';
    let slices = 0;
    for (let stops = 0; stops < MAX_STOPS; stops++) {
      const stop = this.slice(limits);
      if (stop.reason === 'budget' || stop.reason === 'yield') slices++;
      else if (stop.reason === 'trap') return { end: 'trap', trap: stop.trap, output, stalls, slices };
      else if (stop.reason === 'stall') stalls.push(this.resolve(stop.stall));
      else {
        const outcome = this.call(stop);
        switch (outcome.do) {
          case 'halt': return { end: 'halt', output, stalls, slices };
          case 'exit': return { end: 'exit', code: outcome.code, output, stalls, slices };
          case 'trap': return { end: 'trap', trap: outcome.trap, output, stalls, slices };
          case 'stall': stalls.push(this.resolve(outcome.stall)); continue;
          case 'print': output += outcome.text; break;
          default:
        }
        this.vcpu.answers = [...stop.prior, outcome.do === 'value' ? outcome.value : 0n];
      }
    }
    throw new Error('the guest does not end');
  }

  /** Makes the guest call that the engine stopped for. */
  call(stop: Extract<Stop, { reason: 'guest' }>): ReturnType<typeof makeGuestCall> {
    const { name, args } = this.isa.guestCalls[stop.call]!;
    const caller = { vcpu: 0, vcpus: 1, core: 0, nowPs: 1_234_567, memory: this.machine.memory, prior: stop.prior };
    return makeGuestCall(name, caller, stop.args, args[0] ?? 64);
  }

  /** Gives the page that an access lacked, or the right to store to it. */
  resolve(stall: StallRecord): StallRecord {
    const table = this.machine.memory.tables[0]!;
    const entry = table.get(stall.page);
    if (entry) table.set(stall.page, { ...entry, writable: true });
    else this.machine.give(0, stall.page);
    return stall;
  }

  private provide(address: number, bytes: number): void {
    const { memory } = this.machine;
    while (!memory.permits(0, address, bytes, false)) this.machine.give(0, memory.missingPage);
  }

  private cell(offset: number): bigint {
    return this.machine.arena.u64[(this.vcpu.context + offset) >> 3]!;
  }

  private offsetOf(name: string): number {
    if (name === 'pc') return PC_OFFSET;
    const place = this.isa.registerNames.get(name);
    if (!place) throw new Error(`${this.isa.name} has no register ${name}`);
    return this.fileOffsets[place.file]! + 8 * place.index;
  }
}

/** Runs `text`, followed by a halt, from the given state; the guest after it. */
export function run(isa: Isa, text: string, given: State = {}): Guest & { readonly ending: Ending } {
  const guest = new Guest(isa, `${text}\n halt\n`);
  guest.set(given);
  return Object.assign(guest, { ending: guest.run() });
}

function memoryKey(key: string): { readonly address: number; readonly bytes: number } | undefined {
  const match = /^m(\d+)\[(\w+)\]$/.exec(key);
  return match ? { address: Number(match[2]), bytes: Number(match[1]) / 8 } : undefined;
}
