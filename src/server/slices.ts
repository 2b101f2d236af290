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

/** A core that took a contended line runs this many slices with the fine quantum (SEMANTICS 3). */
const FINE_SLICES = 8;
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
  /** When the next thing happens that is no slice: slices that begin before it follow at once where nothing lies between them. */
  readonly untilPs?: number;
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
  private readonly ahead: SlicesAhead;
  private readonly quantumPs: number;
  private readonly events: GuestEvents;

  constructor(
    isa: Isa, image: Image, hardware: Hardware, kernels: readonly NodeKernel[], due: DueSlices, quantumPs: number, events: GuestEvents,
  ) {
    this.isa = isa;
    this.image = image;
    this.hardware = hardware;
    this.kernels = kernels;
    this.cores = kernels.flatMap((kernel) => kernel.scheduler.cores);
    this.ahead = new SlicesAhead(hardware, kernels, due, quantumPs);
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
  run(first: Core, { pauseAfter, untilPs = 0 }: SliceReach): SlicePart {
    const { arena, engine, load, memory, observer, scenario } = this.hardware;
    const begins = this.vcpuOf(first);
    const retiredBefore = countAt(arena, begins.context + RETIRED_OFFSET);
    load.beginSlice(first.timePs);
    // Costs are constant while slices follow.
    const reachPs = Math.min(untilPs, load.untilPs);
    memory.clocks[first.id]!.timePs = first.timePs;
    const budgetPs = first.fineSlices > 0 ? scenario.machine.memory.cacheToCachePs : this.quantumPs;
    // Whoever watches gets slices one by one.
    const ahead = first.timePs + this.quantumPs < reachPs && first.fineSlices === 0 && !observer?.span
      ? this.ahead.from(first, reachPs, scenario.maxInstructions - this.instructions) : undefined;
    const slice: SliceOptions = {
      core: first.id, everyInstruction: scenario.sliceMode === 'instruction' || first.oneInstruction,
      budgetCycles: budgetPs / scenario.machine.core.cyclePs - countAt(arena, begins.context + CYCLES_OFFSET),
      ahead,
    };
    const stop = engine.run(begins, pauseAfter ? { ...slice, pauseAfter } : slice);
    if (stop.reason === 'paused') return { stop, retired: pauseAfter!, followed: 0, beganPs: first.timePs };
    const core = ahead?.settle(this.bookCore) ?? first;
    const vcpu = this.vcpuOf(core);
    const kernel = this.kernels[vcpu.node]!;
    const retired = this.book(core, vcpu, kernel);
    ahead?.settleTurn(core);
    this.refineContended(core);
    if (vcpu.instruction && (retired > 0 || stop.reason === 'stall')) kernel.attempted(vcpu, retired > 0, core);
    this.stopped(stop, core, vcpu, kernel);
    observer?.progress?.(this.instructions, core.timePs);
    return { stop, retired: retired - retiredBefore, followed: ahead?.begun ?? 0, beganPs: memory.clocks[core.id]!.timePs };
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
    if (core.fineSlices > 0) core.fineSlices--;
    const { contended } = this.hardware.memory;
    if (!contended.none) for (const id of contended.take()) this.cores[id]!.fineSlices = FINE_SLICES;
  }

  private stopped(stop: Exclude<Stop, { reason: 'paused' }>, core: Core, vcpu: Vcpu, kernel: NodeKernel): void {
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
