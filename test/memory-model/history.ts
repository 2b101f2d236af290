// What the vCPUs of a running server did to memory: every access of a retired instruction, with its values, in the order
// of each vCPU's program. Taken at the seam of engines, one instruction at a time, which changes no schedule (SEMANTICS 2);
// instructions are read as the card of tiny spells them (docs/tiny.md), so nothing of an engine is trusted.
import type { Image } from '../../src/guest/asm/image.js';
import { contextLayout, CYCLES_OFFSET, PC_OFFSET, RETIRED_OFFSET } from '../../src/guest/machine/context.js';
import type { Engine, EngineVcpu, SliceOptions, Stop } from '../../src/guest/machine/engine.js';
import type { Envelope } from '../../src/server/hyperkernel/messages.js';
import type { Server } from '../../src/server/server.js';

export interface Access {
  readonly vcpu: number;
  readonly address: number;
  readonly bytes: number;
  /** What it found; undefined if it only stores, or if its result went to the register that is always 0. */
  readonly found?: bigint;
  /** What it left; undefined if it only loads. */
  readonly left?: bigint;
  /** When it took place, by a count of all accesses of the server. */
  readonly at: number;
}

/** By vCPU, in program order. */
export type History = readonly (readonly Access[])[];

const CLASS_LOAD = 0x3;
const CLASS_STORE = 0x4;
const CLASS_ATOMIC = 0x7;
const BYTES: Readonly<Record<number, number>> = { 0x8: 8, 0x4: 4, 0x1: 1 };

export class Recorder {
  private readonly accesses: Access[][] = [];
  private server!: Server;
  private count = 0;
  /** By vCPU: the access that an owner has performed, and whose instruction has not retired. */
  private readonly served = new Map<number, Access>();

  /** With accesses that were performed as the run ended, before their instructions retired. */
  get history(): History {
    return this.accesses.map((accesses, vcpu) => [...accesses, ...(this.served.has(vcpu) ? [this.served.get(vcpu)!] : [])]);
  }

  /** For `ServerOptions.tamper`, which sees an answer in the moment in which the owner has performed the access. */
  readonly tamper = (envelope: Envelope): readonly Envelope[] => {
    const { message } = envelope;
    if (message.kind === 'answer') {
      const { vcpu, value } = message;
      const { kind, address, bytes, value: stored, update } = this.server.vcpus[vcpu]!.stall!;
      const left = kind === 'write' ? stored : kind === 'rmw' ? this.server.engine.applyUpdate(update!, value) : undefined;
      this.served.set(vcpu, {
        vcpu, address, bytes, at: this.count++, ...(kind !== 'write' && { found: value }), ...(left !== undefined && { left }),
      });
    }
    return [envelope];
  };

  watch(server: Server): void {
    this.server = server;
    this.accesses.push(...server.vcpus.map(() => []));
    const engine = server.engine as { run: Engine['run'] };
    const run = engine.run.bind(server.engine);
    engine.run = (vcpu, slice) => this.steps(run, vcpu, slice);
  }

  /** The slice, instruction by instruction. */
  private steps(run: Engine['run'], vcpu: EngineVcpu, slice: SliceOptions): Stop {
    const { u64 } = this.server.arena;
    const cell = (offset: number) => u64[(vcpu.context + offset) >> 3]!;
    const begun = cell(CYCLES_OFFSET);
    for (;;) {
      const retired = cell(RETIRED_OFFSET);
      const seen = this.next(vcpu, slice.core);
      const spent = Number(cell(CYCLES_OFFSET) - begun);
      const stop = run(vcpu, { ...slice, budgetCycles: slice.budgetCycles - spent, pauseAfter: 1 });
      if (cell(RETIRED_OFFSET) > retired) seen?.();
      if (stop.reason !== 'paused') return stop;
    }
  }

  /** What there is to note down if the instruction at pc retires; undefined if it accesses no data. */
  private next(vcpu: EngineVcpu, core: number): (() => void) | undefined {
    const { arena, isa, memory, vcpus } = this.server;
    const [file] = contextLayout(isa).fileOffsets;
    const register = (i: number) => (i === 0 ? 0n : arena.u64[(vcpu.context + file! + 8 * i) >> 3]!);
    const host = memory.fetch(core, Number(arena.u64[(vcpu.context + PC_OFFSET) >> 3]!));
    if (host < 0) return undefined;
    const word = arena.u32[host >>> 2]!;
    const digit = (place: number) => (word >>> (4 * place)) & 0xf;
    const kind = digit(0);
    if (kind !== CLASS_LOAD && kind !== CLASS_STORE && kind !== CLASS_ATOMIC) return undefined;
    const target = digit(2);
    const bytes = kind === CLASS_ATOMIC ? 8 : BYTES[digit(1)]!;
    const offset = kind === CLASS_ATOMIC ? 0n : BigInt(word >> 16);
    const address = Number(register(digit(3)) + offset);
    const [expected, operand, stored] = [register(target), register(digit(4)), BigInt.asUintN(8 * bytes, register(target))];
    const { id } = vcpus.find(({ context }) => context === vcpu.context)!;
    const answered = vcpu.answers.length > 0;
    return () => {
      const old = target === 0 ? undefined : BigInt.asUintN(8 * bytes, register(target));
      const at = answered ? this.served.get(id)!.at : this.count++;
      this.served.delete(id);
      const found = kind === CLASS_STORE ? undefined : old;
      const left = kind === CLASS_STORE ? stored : kind === CLASS_ATOMIC ? updated(digit(1), old!, expected, operand) : undefined;
      this.accesses[id]!.push({
        vcpu: id, address, bytes, at, ...(found === undefined ? {} : { found }), ...(left === undefined ? {} : { left }),
      });
    };
  }
}

/** What stands in memory before a run of the image. */
export function imageByte(image: Image): (address: number) => bigint {
  return (at) => {
    const segment = image.segments.find(({ address, bytes }) => at >= address && at < address + bytes.length);
    return BigInt(segment?.bytes[at - segment.address] ?? 0);
  };
}

/** swap, aadd, cas. */
function updated(kind: number, old: bigint, expected: bigint, operand: bigint): bigint {
  if (kind === 1) return operand;
  if (kind === 2) return BigInt.asUintN(64, old + operand);
  return old === expected ? operand : old;
}
