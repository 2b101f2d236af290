// Slices that an engine may run ahead: those that begin before anything else happens, of cores whose slices need nothing of the
// server but to be booked. They are booked together when the engine comes back, which all that adds up over slices allows.
import type { Ahead, AheadPart } from '../guest/machine/engine.js';
import type { DueSlices } from '../guest/machine/due-slices.js';
import type { Hardware } from './hyperkernel/hardware.js';
import type { NodeKernel } from './hyperkernel/kernel.js';
import type { Core } from './hyperkernel/scheduler.js';
import type { Vcpu } from './hyperkernel/vcpu.js';

interface Part extends AheadPart {
  vcpu: Vcpu;
  untilPs: number;
  turnEndsPs: number;
}

export class SlicesAhead implements Ahead {
  readonly due: DueSlices;
  readonly budgetCycles: number;
  readonly turnPs: number;
  untilPs = 0;
  nextOtherPs = 0;
  instructions = 0;
  begun = 0;
  core = 0;
  private first = 0;
  /** Cores whose slices have run ahead, the first among them. */
  private readonly ran: Core[] = [];
  private readonly parts: readonly Part[];
  private readonly hardware: Hardware;
  private readonly quantumPs: number;
  private readonly kernels: readonly NodeKernel[];
  private readonly cores: readonly Core[];

  constructor(hardware: Hardware, kernels: readonly NodeKernel[], due: DueSlices, quantumPs: number) {
    const { core, timeSlicePs } = hardware.scenario.machine;
    this.hardware = hardware;
    this.kernels = kernels;
    this.due = due;
    this.cores = kernels.flatMap((kernel) => kernel.scheduler.cores);
    this.budgetCycles = quantumPs / core.cyclePs;
    this.turnPs = timeSlicePs;
    this.quantumPs = quantumPs;
    this.parts = this.cores.map(() => ({ vcpu: hardware.vcpus[0]!, untilPs: 0, turnEndsPs: 0 }));
  }

  /** For an engine that begins with a slice of `first`. */
  from(first: Core, untilPs: number, nextOtherPs: number, instructions: number): this {
    this.untilPs = untilPs;
    this.nextOtherPs = nextOtherPs;
    this.instructions = instructions;
    this.begun = 0;
    this.core = this.first = first.id;
    this.ran.length = 0;
    return this;
  }

  part(id: number): AheadPart | undefined {
    const core = this.cores[id]!;
    // A slice that was overtaken, or whose core a handler has used meanwhile, is the server's.
    if (core.vcpu < 0 || (id !== this.first && core.timePs !== this.due.timePs)) return undefined;
    const vcpu = this.hardware.vcpus[core.vcpu]!;
    const { scheduler } = this.kernels[vcpu.node]!;
    // No instruction has a pin that its end takes away, and nobody takes over at the slice's end.
    if (core.fineUntilPs > core.timePs || core.oneInstruction || vcpu.instruction || (id !== this.first && vcpu.answers.length > 0)
      || scheduler.ready[0]?.pinned) return undefined;
    const part = this.parts[id]!;
    const turnEndsPs = scheduler.turnEndsPs(core);
    const waited = scheduler.ready.length > 0;
    // A slice in which the turn ends is cut short.
    const untilPs = waited ? turnEndsPs - this.quantumPs : Infinity;
    if (id !== this.first && core.timePs > untilPs) return undefined;
    part.vcpu = vcpu;
    part.untilPs = untilPs;
    part.turnEndsPs = waited ? Infinity : turnEndsPs;
    this.ran.push(core);
    return part;
  }

  /** Once the engine is back: `book` takes what the slices of each core but the last have counted. Returns the last core. */
  settle(book: (core: Core) => void): Core {
    const last = this.cores[this.core]!;
    for (const core of this.ran) {
      if (core === last) continue;
      book(core);
      this.settleTurn(core);
    }
    // The engine has begun its slice.
    this.due.clear(last.id);
    return last;
  }

  /** What the core ran has been booked: its turns, too, have followed one another. */
  settleTurn(core: Core): void {
    if (this.begun === 0) return;
    const { vcpu, turnEndsPs } = this.parts[core.id]!;
    this.kernels[vcpu.node]!.scheduler.ranOn(core, turnEndsPs);
  }
}
