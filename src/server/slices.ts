// Runs one slice of a vCPU and does what its end asks for: books time, lets others have the core, resolves stalls and
// guest calls.
import type { Image } from '../guest/asm/image.js';
import type { Isa } from '../guest/lang/model.js';
import { clearCount, countAt, CYCLES_OFFSET, RETIRED_OFFSET } from '../guest/machine/context.js';
import type { DueSlices } from '../guest/machine/due-slices.js';
import type { SliceOptions, Stop } from '../guest/machine/engine.js';
import { makeGuestCall } from '../guest/os/guest-calls.js';
import type { Hardware } from './hyperkernel/hardware.js';
import type { NodeKernel } from './hyperkernel/kernel.js';
import type { Core } from './hyperkernel/scheduler.js';
import { addAccesses, beginSlices } from './hyperkernel/time-stack.js';
import { account, type Vcpu } from './hyperkernel/vcpu.js';
import { SlicesAhead } from './ahead.js';
import { describeTrap } from './trap.js';

/** Cores that fight over a line run with the fine quantum for so many whole ones (SEMANTICS 3): in one, each comes to the other's time. */
const FINE_QUANTA = 2;
/** A slice that is cut short ends after whichever instruction reaches its end: from the last jump back on, if that is so near. */
const LAST_PS = 200_000;
/** Exit code of a guest that faulted, as a shell reports a segmentation fault. */
const FAULT_EXIT_CODE = 139;

/** What the guest does that concerns the whole server. */
export interface GuestEvents {
  exit(atPs: number, code: number, message: string | null): void;
  print(text: string): void;
  mark(vcpu: number, name: string, atPs: number): void;
}

/** A slice, or the part of it up to a pause. */
export interface SlicePart {
  readonly stop: Stop;
  readonly retired: number;
  /** Slices that followed the first at once. */
  readonly followed: number;
  /** Local time of its core at which the last of them began. */
  readonly beganPs: number;
}

/** How far a call may go. */
export interface SliceReach {
  /** Pauses the slice after so many instructions. */
  readonly pauseAfter?: number | undefined;
  /** Slices may follow at once where nothing lies between them. */
  readonly ahead: boolean;
}

/** What waits to happen. */
interface Upcoming {
  readonly slices: DueSlices;
  /** What is known to happen to a node, slices apart. */
  readonly due: { nextPs(node: number): number };
  readonly nextPs: number;
  /** Slices apart. */
  readonly nextOtherPs: number;
}

export interface SlicesState {
  /** Instructions that have retired on the whole server. */
  instructions: number;
  /** vCPUs that have not halted. */
  running: number;
}

export class Slices {
  private state: SlicesState;
  private readonly isa: Isa;
  private readonly image: Image;
  private readonly hardware: Hardware;
  private readonly kernels: readonly NodeKernel[];
  private readonly cores: readonly Core[];
  private readonly agenda: Upcoming;
  private readonly ahead: SlicesAhead;
  private readonly quantumPs: number;
  private readonly events: GuestEvents;

  constructor(
    isa: Isa, image: Image, hardware: Hardware, kernels: readonly NodeKernel[], agenda: Upcoming, quantumPs: number, events: GuestEvents,
  ) {
    this.isa = isa;
    this.image = image;
    this.hardware = hardware;
    this.kernels = kernels;
    this.cores = kernels.flatMap((kernel) => kernel.scheduler.cores);
    this.agenda = agenda;
    this.ahead = new SlicesAhead(hardware, kernels, agenda.slices, quantumPs);
    this.quantumPs = quantumPs;
    this.events = events;
    this.state = { instructions: 0, running: hardware.vcpus.length };
  }

  get instructions(): number { return this.state.instructions; }

  toState(): SlicesState { return this.state; }
  restore(state: SlicesState): void { this.state = state; }

  /**
   * Runs the core's vCPU from the core's local time on: a slice, or as much of it as `pauseAfter` allows, or on from there.
   * What a slice costs counts when it ends, so that where it paused leaves no trace.
   */
  run(first: Core, { pauseAfter, ahead: mayFollow }: SliceReach): SlicePart {
    const { arena, engine, load, memory, observer, scenario } = this.hardware;
    const { agenda, quantumPs } = this;
    const begins = this.vcpuOf(first);
    const beginsOn = this.kernels[begins.node]!;
    const retiredBefore = countAt(arena, begins.context + RETIRED_OFFSET);
    load.beginSlice(first.timePs);
    memory.clocks[first.id]!.timePs = first.timePs;
    // It has its turn at last, whatever comes before.
    const heldUp = beginsOn.scheduler.isHeldUp(first);
    const budgetPs = this.budgetPs(first, beginsOn);
    const cut = budgetPs < quantumPs;
    const everyInstruction = budgetPs <= 0 || this.isForOne(first, begins, beginsOn);
    // Costs are constant while slices follow, and those that begin later are cut short. Whoever watches gets slices one by one.
    const untilPs = Math.min(agenda.nextOtherPs - quantumPs, load.untilPs);
    const ahead = mayFollow && !cut && !everyInstruction && !heldUp && first.timePs < untilPs && !observer?.span
      ? this.ahead.from(first, untilPs, agenda.nextOtherPs, scenario.maxInstructions - this.instructions) : undefined;
    const spentCycles = countAt(arena, begins.context + CYCLES_OFFSET);
    const slice: SliceOptions = {
      core: first.id, everyInstruction, ahead,
      budgetCycles: (cut ? budgetPs - LAST_PS : budgetPs) / scenario.machine.core.cyclePs - spentCycles,
      endPs: cut ? budgetPs : undefined, exactly: cut && (first.endsExactly || budgetPs <= LAST_PS),
      bookedPs: first.timePs, takesUntilPs: everyInstruction || heldUp ? Infinity : agenda.nextPs,
    };
    const stop = engine.run(begins, pauseAfter ? { ...slice, pauseAfter } : slice);
    first.endsExactly = stop.reason === 'paused' && stop.exactly;
    if (stop.reason === 'paused') return { stop, retired: pauseAfter!, followed: 0, beganPs: first.timePs };
    const core = ahead?.settle(this.bookCore) ?? first;
    const vcpu = this.vcpuOf(core);
    const kernel = this.kernels[vcpu.node]!;
    const retired = this.book(core, vcpu, kernel);
    ahead?.settleTurn(core);
    this.refineContended(core);
    if (vcpu.instruction && (retired > 0 || stop.reason === 'stall')) kernel.attempted(vcpu, retired > 0, core);
    const beganPs = memory.clocks[core.id]!.timePs;
    // What a core does to others happens in the order of time: it is tried again when all that comes before it has been done.
    const acts = stop.reason === 'stall' || stop.reason === 'guest';
    const isEarly = acts && !heldUp && core.timePs > beganPs && core.timePs >= agenda.nextPs;
    if (stop.reason === 'early' || isEarly) kernel.scheduler.continueOrGiveWay(core, false);
    else this.stopped(stop, core, vcpu, kernel);
    observer?.progress?.(this.instructions, core.timePs);
    return { stop, retired: retired - retiredBefore, followed: ahead?.begun ?? 0, beganPs };
  }

  /** The slice is one instruction: of all slices, or of those that a pin or a vCPU whose page has come waits for. */
  private isForOne(core: Core, vcpu: Vcpu, { scheduler }: NodeKernel): boolean {
    return this.hardware.scenario.sliceMode === 'instruction' || core.oneInstruction || vcpu.instruction !== null
      || scheduler.ready[0]?.pinned === true;
  }

  /**
   * Up to where something is known to happen to the node, or where somebody waits for the turn to end. A core that has been held up
   * so long has gone beyond what is known.
   */
  private budgetPs(core: Core, { node, scheduler }: NodeKernel): number {
    const longestPs = core.fineUntilPs > core.timePs ? this.hardware.scenario.machine.memory.cacheToCachePs : this.quantumPs;
    const leftPs = this.agenda.due.nextPs(node) - core.timePs;
    const turnPs = scheduler.ready.length > 0 ? Math.max(0, scheduler.turnEndsPs(core) - core.timePs) : Infinity;
    return Math.min(longestPs, turnPs, leftPs > 0 ? leftPs : longestPs);
  }

  private vcpuOf(core: Core): Vcpu {
    return this.hardware.vcpus[core.vcpu]!;
  }

  private readonly bookCore = (core: Core): void => {
    const vcpu = this.vcpuOf(core);
    this.book(core, vcpu, this.kernels[vcpu.node]!);
  };

  /** Adds the slice's cycles to times and counters; returns how many instructions retired. */
  private book(core: Core, vcpu: Vcpu, kernel: NodeKernel): number {
    const { arena } = this.hardware;
    const { cyclePs } = this.hardware.scenario.machine.core;
    const accesses = this.hardware.memory.takeAccesses(core.id);
    const computePs = countAt(arena, vcpu.context + CYCLES_OFFSET) * cyclePs;
    const memoryPs = accesses ? accesses.localPs + accesses.remotePs : 0;
    const retired = countAt(arena, vcpu.context + RETIRED_OFFSET);
    clearCount(arena, vcpu.context + CYCLES_OFFSET);
    clearCount(arena, vcpu.context + RETIRED_OFFSET);
    const durationPs = computePs + memoryPs;
    this.hardware.observer?.span?.(vcpu.id, vcpu.node, core.id, 'running', core.timePs, core.timePs + durationPs);
    if (vcpu.time.slices === null) beginSlices(vcpu, !kernel.scheduler.isHeldUp(core));
    vcpu.parts.compute += computePs;
    core.timePs += durationPs;
    this.hardware.load.ran(core.id, core.timePs, accesses?.lines);
    core.busyPs += durationPs;
    core.heldUpPs = 0;
    vcpu.accountedPs = core.timePs;
    vcpu.retired += retired;
    vcpu.ranHere ||= retired > 0;
    this.state.instructions += retired;
    // Most slices of a program that computes wait for nothing.
    if (accesses) {
      addAccesses(vcpu.parts, accesses);
      kernel.statistics.lineMisses += accesses.lineMisses;
      kernel.statistics.remoteMisses += accesses.remoteMisses;
    }
    return retired;
  }

  /** Cores that fight over a line run with the quantum of one line transfer for a while (SEMANTICS 3). */
  private refineContended(core: Core): void {
    const { contended } = this.hardware.memory;
    if (!contended.none) for (const id of contended.take()) this.cores[id]!.fineUntilPs = core.timePs + FINE_QUANTA * this.quantumPs;
  }

  private stopped(stop: Exclude<Stop, { reason: 'paused' | 'early' }>, core: Core, vcpu: Vcpu, kernel: NodeKernel): void {
    switch (stop.reason) {
      case 'budget': case 'yield': kernel.scheduler.continueOrGiveWay(core, stop.reason === 'yield'); break;
      case 'stall': kernel.stall(core, stop.stall); break;
      case 'guest': this.guestCall(stop, core, vcpu, kernel); break;
      case 'trap': {
        const message = `vCPU ${vcpu.id}: ${describeTrap(stop.trap, this.isa, this.image, this.hardware.arena, vcpu.context)}`;
        this.events.exit(core.timePs, FAULT_EXIT_CODE, message);
        kernel.scheduler.release(core);
        vcpu.state = 'halted';
        break;
      }
    }
  }

  private guestCall(stop: Extract<Stop, { reason: 'guest' }>, core: Core, vcpu: Vcpu, kernel: NodeKernel): void {
    const declared = this.isa.guestCalls[stop.call]!;
    const outcome = makeGuestCall(declared.name, {
      vcpu: vcpu.id, vcpus: this.hardware.vcpus.length, core: core.id, nowPs: core.timePs, memory: this.hardware.memory, prior: stop.prior,
    }, stop.args, declared.args[0] ?? 64);
    // The string that was read counts for the next slice's memory time.
    if (outcome.do === 'stall') { kernel.stall(core, outcome.stall); return; }
    if (outcome.do === 'trap') { this.stopped({ reason: 'trap', trap: outcome.trap }, core, vcpu, kernel); return; }
    core.timePs += this.hardware.scenario.machine.kernel.guestCallPs;
    account(vcpu, 'calls', core.timePs, this.hardware.observer);
    if (outcome.do === 'print') this.events.print(outcome.text);
    else if (outcome.do === 'mark') this.events.mark(vcpu.id, outcome.name, core.timePs);
    else if (outcome.do === 'exit' || outcome.do === 'halt') {
      // It will not retire any more: what was pinned for it is free.
      kernel.attempted(vcpu, true, core);
      vcpu.state = 'halted';
      kernel.scheduler.release(core);
      if (outcome.do === 'exit') this.events.exit(core.timePs, outcome.code, null);
      else if (--this.state.running === 0) this.events.exit(core.timePs, 0, null);
      return;
    }
    vcpu.answers = [...stop.prior, outcome.do === 'value' ? outcome.value : 0n];
    kernel.scheduler.continueOrGiveWay(core, false);
  }
}
