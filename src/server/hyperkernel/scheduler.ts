// One node's cores and the vCPUs that wait for them. Reserved cores run handlers alone; the others run vCPUs, and handlers
// where no core is reserved. The cores share one queue, as those of a socket do under Xen's Credit2. A freed core takes the
// vCPU that has had least core time (virtual run time, as in Linux's kernel/sched/fair.c), and it gives way after a time slice.
// A vCPU whose page has come runs next (SEMANTICS 18): for a turn if that is due to it, else for the one instruction.
import { firstCore } from '../nodes.js';
import { become } from '../../base/plain.js';
import type { Observer } from '../observe.js';
import type { MachineSpec, NodeSpec } from '../spec.js';
import { account, type Vcpu } from './vcpu.js';

export interface Core {
  /** Global number. */
  readonly id: number;
  /** Local time: the core is busy up to here. */
  timePs: number;
  /** The vCPU it runs, or -1. */
  vcpu: number;
  lastVcpu: number;
  /** Its vCPU has been charged for what the core did up to here. */
  chargedPs: number;
  /** Virtual run time of its vCPU when the turn began. */
  turnFromPs: number;
  /** Its vCPU has had more than those who wait: it is here for the one instruction whose page has come. */
  oneInstruction: boolean;
  /** Its slices have the fine quantum up to here (SEMANTICS 3). */
  fineUntilPs: number;
  /** Its slice has paused within the part that ends exactly. */
  endsExactly: boolean;
  handlerPs: number;
  /** Of that, since its vCPU came or last ran a slice. */
  heldUpPs: number;
  busyPs: number;
}

export interface SchedulerState {
  /** All of them, by number; the reserved ones first. */
  readonly cores: readonly Core[];
  /** vCPUs that wait for a core: those whose page has come, first come first served, then by virtual run time. */
  readonly ready: { readonly vcpu: number; readonly pinned: boolean }[];
  /** Nobody who becomes runnable has had less than this: whoever waited for something else saves no core time up. */
  floorPs: number;
  /** Since when vCPUs whose pages have come go before one that waits for a turn; null where none does. */
  passedFromPs: number | null;
  /** How often a core took another vCPU than it had before. */
  switches: number;
  /** Handlers so far, and by how much cores had run past what they then handled (SEMANTICS 4). */
  handled: number;
  skewSumPs: number;
  skewMaxPs: number;
}

export class Scheduler {
  private state: SchedulerState;
  private readonly reserved: readonly Core[];
  private readonly guest: readonly Core[];
  private readonly spec: MachineSpec;
  private readonly vcpus: readonly Vcpu[];
  private readonly observer: Observer | undefined;
  /** Schedules the core's next slice at its local time. */
  private readonly queueSlice: (core: Core) => void;

  constructor(
    node: number, nodes: readonly NodeSpec[], spec: MachineSpec, vcpus: readonly Vcpu[], observer: Observer | undefined,
    queueSlice: (core: Core) => void,
  ) {
    this.spec = spec;
    this.vcpus = vcpus;
    this.observer = observer;
    this.queueSlice = queueSlice;
    const first = firstCore(nodes, node);
    const cores = Array.from({ length: nodes[node]!.cores }, (_, i) => ({
      id: first + i, timePs: 0, vcpu: -1, lastVcpu: -1, chargedPs: 0, turnFromPs: 0, oneInstruction: false,
      fineUntilPs: 0, endsExactly: false, handlerPs: 0, heldUpPs: 0, busyPs: 0,
    }));
    this.reserved = cores.slice(0, nodes[node]!.reserve.cores);
    this.guest = cores.slice(nodes[node]!.reserve.cores);
    this.state = { cores, ready: [], floorPs: 0, passedFromPs: null, switches: 0, handled: 0, skewSumPs: 0, skewMaxPs: 0 };
  }

  get cores(): readonly Core[] { return this.state.cores; }
  get ready(): SchedulerState['ready'] { return this.state.ready; }
  get switches(): number { return this.state.switches; }
  get skew(): Readonly<Pick<SchedulerState, 'handled' | 'skewSumPs' | 'skewMaxPs'>> { return this.state; }

  toState(): SchedulerState { return this.state; }
  restore(state: SchedulerState): void {
    // Others hold the cores' records: they stay the same objects.
    this.state = { ...state, cores: this.state.cores.map((core, i) => become(core, state.cores[i]!)) };
  }

  /** vCPUs that run or wait for a core here. */
  load(): number {
    return this.state.ready.length + this.cores.filter((core) => core.vcpu >= 0).length;
  }

  /** The vCPU can run from `atPs` on. */
  makeReady(vcpu: Vcpu, atPs: number, pinned: boolean): void {
    vcpu.state = 'ready';
    vcpu.virtualPs = Math.max(vcpu.virtualPs, this.raiseFloor());
    // A core that is about to take the next is no idle one.
    const idle = this.state.ready.length > 0 ? [] : this.guest.filter((core) => core.vcpu < 0);
    const core = idle.find((candidate) => candidate.lastVcpu === vcpu.id) ?? earliest(idle);
    if (core) {
      core.timePs = Math.max(core.timePs, atPs);
      this.dispatch(core, vcpu, pinned);
    } else {
      this.queue(vcpu, pinned);
    }
  }

  /** The vCPU leaves the node: what it has had counts relative to the others here. */
  leave(vcpu: Vcpu): void {
    const floorPs = this.raiseFloor();
    vcpu.virtualPs = Math.max(0, vcpu.virtualPs - floorPs);
  }

  /** A vCPU that left another node has come. */
  enter(vcpu: Vcpu): void {
    vcpu.virtualPs += this.raiseFloor();
  }

  /** The core's vCPU leaves it; the next takes over. */
  release(core: Core): void {
    this.detach(core);
    this.takeNext(core);
  }

  /** The core's vCPU leaves it, and the kernel has the core to itself until `takeNext`. */
  detach(core: Core): void {
    this.charge(core);
    this.vcpus[core.vcpu]!.core = -1;
    core.vcpu = -1;
  }

  /** If the core is idle, the next vCPU that waits takes it. */
  takeNext(core: Core): void {
    if (core.vcpu >= 0 || this.state.ready.length === 0) return;
    const [next] = this.state.ready.splice(this.nextPlace(core), 1);
    this.dispatch(core, this.vcpus[next!.vcpu]!, next!.pinned);
  }

  /** At the end of a slice: goes on with the vCPU, or lets a waiting one have the core. */
  continueOrGiveWay(core: Core, yields: boolean): void {
    if (this.goesOn(core, yields)) this.queueSlice(core);
  }

  /** Local time of the core at which its vCPU's turn is over, if it runs on. */
  turnEndsPs(core: Core): number {
    return core.chargedPs + core.turnFromPs + this.spec.timeSlicePs - this.vcpus[core.vcpu]!.virtualPs;
  }

  /** The core's vCPU has run on up to now, through turns of its own that follow one another, the last of which ends at `turnEndsPs`. */
  ranOn(core: Core, turnEndsPs: number): void {
    this.charge(core);
    if (turnEndsPs < Infinity) core.turnFromPs = this.vcpus[core.vcpu]!.virtualPs - (core.timePs + this.spec.timeSlicePs - turnEndsPs);
  }

  /** At the end of a slice: whether the core's vCPU keeps it, as where nobody waits. If not, a waiting one has the core now. */
  goesOn(core: Core, yields: boolean): boolean {
    this.charge(core);
    const vcpu = this.vcpus[core.vcpu]!;
    const last = this.state.ready.at(-1);
    // Who yields goes behind all who wait.
    if (yields && last && !last.pinned) vcpu.virtualPs = Math.max(vcpu.virtualPs, this.vcpus[last.vcpu]!.virtualPs);
    const turnIsOver = core.oneInstruction || vcpu.virtualPs - core.turnFromPs >= this.spec.timeSlicePs;
    if (this.state.ready[0]?.pinned || ((yields || turnIsOver) && vcpu.virtualPs >= this.leastPs())) {
      vcpu.state = 'ready';
      this.detach(core);
      this.queue(vcpu, false);
      this.takeNext(core);
      return false;
    }
    if (turnIsOver) this.beginTurn(core, vcpu);
    return true;
  }

  /** Takes a vCPU that only waits for a core out of the queue, if there is one that `movable` accepts. */
  takeWaiting(movable: (vcpu: Vcpu) => boolean): Vcpu | undefined {
    const place = this.state.ready.findIndex((entry) => !entry.pinned && movable(this.vcpus[entry.vcpu]!));
    return place < 0 ? undefined : this.vcpus[this.state.ready.splice(place, 1)[0]!.vcpu];
  }

  /** A core for a handler, at its local time: a reserved one, else an idle one, else the one least ahead of `nowPs`. */
  interrupt(nowPs: number): Core {
    const core = earliest(this.reserved) ?? earliest(this.guest.filter(({ vcpu }) => vcpu < 0)) ?? earliest(this.guest)!;
    const skewPs = Math.max(0, core.timePs - nowPs);
    this.state.handled++;
    this.state.skewSumPs += skewPs;
    this.state.skewMaxPs = Math.max(this.state.skewMaxPs, skewPs);
    core.timePs = Math.max(core.timePs, nowPs);
    return core;
  }

  /** A core for what the kernel does on account of a vCPU that runs on: a reserved one, else that vCPU's. */
  beside(core: Core): Core {
    const reserved = earliest(this.reserved);
    if (!reserved) return core;
    reserved.timePs = Math.max(reserved.timePs, core.timePs);
    return reserved;
  }

  /** The core works for the kernel; a vCPU on it stands still. */
  occupy(core: Core, durationPs: number): void {
    core.timePs += durationPs;
    core.handlerPs += durationPs;
    core.heldUpPs += durationPs;
    core.chargedPs += durationPs;
    if (core.vcpu >= 0) account(this.vcpus[core.vcpu]!, 'handlers', core.timePs, this.observer);
  }

  /**
   * Whether the core's vCPU runs before further handlers: they have had the core for a time slice. Without that, a node that
   * many ask at once answers for ever, and what they wait for is never done: receive livelock (Mogul and Ramakrishnan,
   * "Eliminating Receive Livelock in an Interrupt-Driven Kernel", ACM TOCS 1997).
   */
  isHeldUp(core: Core): boolean {
    return core.heldUpPs >= this.spec.timeSlicePs;
  }

  /** Local time of the core furthest ahead that runs a vCPU, or 0: what it did up to then has been done. */
  latestRunningPs(): number {
    let latestPs = 0;
    for (const core of this.cores) if (core.vcpu >= 0) latestPs = Math.max(latestPs, core.timePs);
    return latestPs;
  }

  private queue(vcpu: Vcpu, pinned: boolean): void {
    const { ready } = this.state;
    const place = ready.findIndex((entry) => !entry.pinned && (pinned || this.vcpus[entry.vcpu]!.virtualPs > vcpu.virtualPs));
    ready.splice(place < 0 ? ready.length : place, 0, { vcpu: vcpu.id, pinned });
  }

  private dispatch(core: Core, vcpu: Vcpu, pinned: boolean): void {
    const switches = core.lastVcpu >= 0 && core.lastVcpu !== vcpu.id;
    if (switches) this.state.switches++;
    const fromPs = Math.max(core.timePs, vcpu.accountedPs);
    const startPs = fromPs + (switches ? this.spec.kernel.contextSwitchPs : 0);
    vcpu.longestCoreWaitPs = Math.max(vcpu.longestCoreWaitPs, startPs - vcpu.accountedPs);
    account(vcpu, 'coreWait', startPs, this.observer);
    vcpu.state = 'running';
    vcpu.core = core.id;
    core.vcpu = vcpu.id;
    core.lastVcpu = vcpu.id;
    core.timePs = startPs;
    core.chargedPs = fromPs;
    core.heldUpPs = 0;
    this.charge(core);
    this.beginTurn(core, vcpu);
    core.oneInstruction = pinned && vcpu.virtualPs - this.leastPs() >= this.spec.timeSlicePs;
    this.queueSlice(core);
  }

  private beginTurn(core: Core, vcpu: Vcpu): void {
    core.turnFromPs = vcpu.virtualPs;
    core.oneInstruction = false;
  }

  /** What the core did since it was last charged for is its vCPU's core time; handlers have been taken out. */
  private charge(core: Core): void {
    this.vcpus[core.vcpu]!.virtualPs += core.timePs - core.chargedPs;
    core.chargedPs = core.timePs;
  }

  /**
   * Place in the queue of who is next. Where vCPUs come for their pages faster than they can be run, those who wait for a turn
   * get one all the same: when others have gone first for as long as turns of all who wait would take.
   */
  private nextPlace(core: Core): number {
    const { ready } = this.state;
    const waiting = ready.findIndex(({ pinned }) => !pinned);
    if (waiting <= 0) {
      this.state.passedFromPs = null;
      return 0;
    }
    this.state.passedFromPs ??= core.timePs;
    if (core.timePs - this.state.passedFromPs < this.spec.timeSlicePs * ready.length) return 0;
    this.state.passedFromPs = null;
    // Who has waited longest, not who has had least: else those who come with little behind them pass it every time.
    let longest = waiting;
    for (let place = waiting + 1; place < ready.length; place++) {
      if (this.vcpus[ready[place]!.vcpu]!.accountedPs < this.vcpus[ready[longest]!.vcpu]!.accountedPs) longest = place;
    }
    return longest;
  }

  /** Virtual run time of the vCPU that has had least, of those who wait for a turn; or Infinity. */
  private leastPs(): number {
    const first = this.state.ready.find(({ pinned }) => !pinned);
    return first ? this.vcpus[first.vcpu]!.virtualPs : Infinity;
  }

  private raiseFloor(): number {
    let leastPs = Infinity;
    for (const { vcpu } of this.state.ready) leastPs = Math.min(leastPs, this.vcpus[vcpu]!.virtualPs);
    for (const core of this.guest) {
      if (core.vcpu < 0) continue;
      this.charge(core);
      leastPs = Math.min(leastPs, this.vcpus[core.vcpu]!.virtualPs);
    }
    if (leastPs < Infinity) this.state.floorPs = Math.max(this.state.floorPs, leastPs);
    return this.state.floorPs;
  }
}

function earliest(cores: readonly Core[]): Core | undefined {
  let best: Core | undefined;
  for (const core of cores) if (!best || core.timePs < best.timePs) best = core;
  return best;
}
