// One software-defined server: nodes with their hyperkernels, joined by a fabric, running one guest to its end.
// Slices and messages run in order of simulated time; interrupts, limits and events act at slice ends only.
import { randomStream } from '../base/random.js';
import { become, copyPlain } from '../base/plain.js';
import type { Image } from '../guest/asm/image.js';
import type { Isa } from '../guest/lang/model.js';
import { Arena, ArenaFull } from '../guest/machine/arena.js';
import { contextLayout } from '../guest/machine/context.js';
import type { Engine } from '../guest/machine/engine.js';
import { coreLayout } from '../guest/machine/core-block.js';
import { MemorySystem } from '../guest/machine/memory.js';
import { checkGuestCalls } from '../guest/os/guest-calls.js';
import { Agenda, type OtherEvent, type SliceEvent } from './agenda.js';
import { createEngine, DEFAULT_ENGINE } from './engines.js';
import { Fabric, oneWayLatencyPs } from './fabric/fabric.js';
import { Load } from './fabric/load.js';
import { hopTable } from './fabric/topology.js';
import { ServerFailure } from './hyperkernel/frames.js';
import type { Hardware } from './hyperkernel/hardware.js';
import { NodeKernel } from './hyperkernel/kernel.js';
import type { Envelope } from './hyperkernel/messages.js';
import type { Core } from './hyperkernel/scheduler.js';
import { account, newVcpu, type Vcpu } from './hyperkernel/vcpu.js';
import { checkFits, checkRoom, checkTags } from './capacity.js';
import { loadImage, startRegisters } from './loader.js';
import type { Observer } from './observe.js';
import { allGuestCores, firstCore, guestCores, nodeSpecs } from './nodes.js';
import { balancerFor } from './placement/balancer-table.js';
import { policyModule, resolveOptions } from './placement/catalogue.js';
import type { PolicyModule } from './placement/seam.js';
import type { Scenario } from './spec.js';
import { Slices, type SlicePart } from './slices.js';
import type { Ending, RunState, ServerEvent, ServerState, Snapshot, StepEvent } from './snapshot.js';
import { Windows, type Mark } from './windows.js';

/** How far `advance` goes. */
export interface Reach {
  readonly pauseAfter?: number | undefined;
  readonly ahead?: boolean;
}

const AHEAD: Reach = { ahead: true };

/** What a server is told beside what it simulates. */
export interface HostOptions {
  readonly observer?: Observer;
  /** Instead of the catalogue's policy of the scenario's name. */
  readonly policyModule?: PolicyModule;
  /** For tests: sees every message before it is delivered, and returns what is delivered instead. */
  readonly tamper?: (envelope: Envelope) => readonly Envelope[];
  /** For tests: called after every event, with the pages whose state it changed. */
  readonly afterEvent?: (server: Server, pages: ReadonlySet<number>) => void;
}

export interface ServerOptions extends HostOptions {
  readonly isa: Isa;
  readonly image: Image;
  readonly scenario: Scenario;
}

export class Server {
  readonly isa: Isa;
  readonly image: Image;
  readonly scenario: Scenario;
  readonly engine: Engine;
  readonly memory: MemorySystem;
  readonly arena: Arena;
  readonly fabric: Fabric;
  readonly load: Load;
  readonly kernels: readonly NodeKernel[];
  readonly vcpus: readonly Vcpu[];
  readonly policyOptions: Readonly<Record<string, number>>;
  readonly quantumPs: number;
  /** Name of the load balancer. */
  readonly balance: string;

  private state: RunState = { position: 0, output: '', marks: [], ending: null, epochs: 0, paused: null };
  private readonly queue: Agenda;
  private readonly options: ServerOptions;
  /** By global number. */
  readonly cores: readonly Core[];
  private readonly changed = new Set<number>();
  private readonly slices: Slices;
  readonly windows: Windows;
  private handling = false;

  /** A server at the start of the run; at the snapshot, if one is given. */
  constructor(options: ServerOptions, snapshot?: Snapshot) {
    const { isa, image, scenario } = options;
    const { machine } = scenario;
    const nodes = nodeSpecs(machine);
    checkGuestCalls(isa);
    checkFits(isa, image, scenario);
    checkTags(isa, scenario);
    this.options = options;
    this.isa = isa;
    this.image = image;
    this.scenario = scenario;
    this.quantumPs = machine.quantumPs ?? oneWayLatencyPs(machine.fabric);
    this.arena = new Arena({
      coreBytes: coreLayout(machine.core, machine.caches, nodes.length).bytes, cores: firstCore(nodes, nodes.length),
      contextBytes: contextLayout(isa).bytes, contexts: 2 * scenario.vcpus, pageBytes: machine.pageBytes,
    });
    this.memory = new MemorySystem(this.arena, {
      coresOf: nodes.map(({ cores }) => cores), core: machine.core, memory: machine.memory, caches: machine.caches,
      hops: hopTable(machine.fabric, machine.nodes), sharedLines: machine.fabric.kind === 'load-store',
      contentionWindowPs: 2 * this.quantumPs,
      low: isa.memory.low, high: isa.memory.high,
    });
    this.engine = createEngine(scenario.engine ?? DEFAULT_ENGINE, isa, this.arena, this.memory);
    this.fabric = new Fabric(machine.fabric, machine.nodes, scenario.seed);
    this.load = new Load({
      coresOf: nodes.map(({ cores }) => cores), lineBytes: machine.core.lineBytes, spec: machine.load,
      streamLines: machine.memory.streamLines, fabric: machine.fabric, quantumPs: this.quantumPs,
    }, this.memory);
    const seats = nodes.flatMap((spec, node) => new Array<number>(guestCores(spec)).fill(node));
    this.vcpus = Array.from({ length: scenario.vcpus }, (_, id) =>
      newVcpu(id, seats[Math.floor((id * seats.length) / scenario.vcpus)]!, this.arena.takeContext()));
    this.windows = new Windows(this.vcpus);
    this.queue = new Agenda(this.arena, machine.nodes, this.vcpus);
    const module = options.policyModule ?? policyModule(scenario.policy);
    this.policyOptions = resolveOptions(module, scenario.policyOptions);
    const balancer = balancerFor(scenario.balance, module, scenario.vcpus > allGuestCores(machine));
    this.balance = balancer.name;
    const hardware: Hardware = {
      scenario, nodes, arena: this.arena, memory: this.memory, fabric: this.fabric, load: this.load, engine: this.engine, vcpus: this.vcpus,
      observer: options.observer,
      queueSlice: (core) => this.queue.pushSlice(core.id, core.timePs),
      deliver: (atPs, envelope) => this.deliver(atPs, envelope),
      retryRoom: (node, atPs) => this.queue.push(atPs, { kind: 'room', node }),
      changed: (page) => this.changed.add(page),
    };
    this.kernels = Array.from({ length: machine.nodes }, (_, node) => new NodeKernel(node, hardware, module, this.policyOptions, balancer));
    this.cores = this.kernels.flatMap((kernel) => kernel.scheduler.cores);
    this.slices = new Slices(isa, image, hardware, this.kernels, this.queue, this.quantumPs, {
      exit: (atPs, code, message) => this.queue.push(atPs, { kind: 'exit', code, message }),
      print: (text) => this.print(text),
      mark: (vcpu, name, atPs) => this.mark(vcpu, name, atPs),
    });
    if (snapshot) this.restore(snapshot);
    else this.start();
  }

  /** A server of its own that goes on from the snapshot. */
  static restore(snapshot: Snapshot, options: HostOptions = {}): Server {
    const { isa, image, scenario } = snapshot;
    return new Server({ ...options, isa, image, scenario }, snapshot);
  }

  /** Runs to the guest's end, a limit, or a failure of the simulated server. */
  run(): Ending {
    while (!this.ending) this.advance(AHEAD);
    return this.ending!;
  }

  /** Runs until `pause`, which is asked before every event, or to the end. */
  runUntil(pause: (server: Server) => boolean): void {
    for (;;) {
      const event = this.upcoming();
      if (this.ending || (event && pause(this))) return;
      this.advance();
    }
  }

  /**
   * All simulated state as it is now. With `like`, an earlier snapshot of this run, it takes the memory of what differs
   * alone. An InputError if the policy cannot say what it remembers.
   */
  snapshot(like?: Snapshot): Snapshot {
    const { isa, image, scenario } = this;
    this.checkBetweenEvents();
    this.upcoming();
    const state: ServerState = {
      run: this.state, slices: this.slices.toState(), windows: this.windows.toState(), queue: this.queue.toState(), fabric: this.fabric.toState(),
      load: this.load.toState(), memory: this.memory.toState(), vcpus: this.vcpus, kernels: this.kernels.map((kernel) => kernel.toState()),
    };
    return { isa, image, scenario, state: copyPlain(state, like?.state), arena: this.arena.copyOut(like?.arena) };
  }

  /** Goes back, or forward, to a snapshot of this run. */
  restore({ isa, image, scenario, state, arena }: Snapshot): void {
    if (isa !== this.isa || image !== this.image || scenario !== this.scenario) throw new Error('a snapshot of another run');
    this.checkBetweenEvents();
    const { run, slices, windows, queue, fabric, load, memory, vcpus, kernels } = copyPlain(state);
    const shift = this.arena.copyIn(arena);
    this.state = run;
    this.slices.restore(slices);
    this.windows.restore(windows);
    this.fabric.restore(fabric);
    this.load.restore(load);
    this.memory.restore(memory, shift);
    // Others hold the vCPUs' records: they stay the same objects.
    this.vcpus.forEach((vcpu, i) => become(vcpu, vcpus[i]!));
    // It looks where vCPUs are.
    this.queue.restore(queue);
    this.kernels.forEach((kernel, i) => kernel.restore(kernels[i]!));
    this.engine.forget();
  }

  /** A second server that goes on from here by itself. */
  fork(options: HostOptions = {}): Server {
    const { policyModule: module } = this.options;
    return Server.restore(this.snapshot(), { ...(module && { policyModule: module }), ...options });
  }

  get output(): string { return this.state.output; }
  get marks(): readonly Mark[] { return this.state.marks; }
  get ending(): Ending | null { return this.state.ending; }

  /** Events that have been begun: the same number is the same place in every run of the scenario. */
  get position(): number { return this.state.position; }

  /** What waits to happen, earliest first. */
  pending(): readonly { readonly timePs: number; readonly event: ServerEvent }[] {
    return this.queue.toState().entries;
  }

  /** Time of the earliest event that waits, or Infinity. */
  get nextPs(): number {
    return this.queue.nextPs;
  }

  /** What `advance` will do. Undefined at the end, and where nothing can happen any more. */
  upcoming(): StepEvent | undefined {
    if (this.ending) return undefined;
    if (this.state.paused) return this.state.paused;
    for (;;) {
      const event = this.queue.next;
      if (event?.kind === 'cut') {
        // It changes nothing for the guest, and is no event that anybody counts.
        this.queue.pop();
        this.windows.cut(this.queue.nowPs);
        continue;
      }
      if (event?.kind === 'slice') {
        const core = this.cores[event.core]!;
        const free = core.vcpu < 0;
        if (!free && (core.timePs <= this.queue.nextPs || this.isHeldUp(core))) return event;
        this.queue.pop();
        // A handler has used the core meanwhile.
        if (!free) this.queue.pushSlice(core.id, core.timePs);
        continue;
      }
      // Epochs come round for ever; where nothing else is left, nothing will ever happen.
      return (event?.kind === 'epoch' || event?.kind === 'balance') && this.queue.size <= this.state.epochs ? undefined : event;
    }
  }

  private isHeldUp(core: Core): boolean {
    return this.kernels[this.vcpus[core.vcpu]!.node]!.scheduler.isHeldUp(core);
  }

  /**
   * Handles one event. Of a slice, at most `pauseAfter` instructions: calls that follow go on with it, and whether and where
   * it paused makes no difference to anything that happens. With `ahead`, slices that follow a slice with nothing between them
   * are handled too. Returns what of a slice ran.
   */
  advance(reach: Reach = {}): SlicePart | undefined {
    this.handling = true;
    try {
      return this.handle(this.upcoming(), reach);
    } catch (error) {
      if (!(error instanceof ServerFailure || error instanceof ArenaFull)) throw error;
      this.state.ending = { end: 'failed', exitCode: 126, message: error.message };
      return undefined;
    } finally {
      this.handling = false;
    }
  }

  /** An observer is told in the middle of an event, where state is half changed. */
  private checkBetweenEvents(): void {
    if (this.handling) throw new Error('snapshots are taken, and gone to, between events');
  }

  /** Simulated time of the last event, or of the last core, whichever is later. */
  get nowPs(): number {
    return Math.max(this.queue.nowPs, ...this.vcpus.map((vcpu) => vcpu.accountedPs));
  }

  /** Instructions that have retired. */
  get instructions(): number {
    return this.slices.instructions;
  }

  private print(text: string): void {
    this.state.output += text;
    this.options.observer?.output?.(text);
  }

  private mark(vcpu: number, name: string, atPs: number): void {
    this.state.marks.push({ name, vcpu, atPs });
    this.windows.mark({ name, vcpu, atPs });
    this.queue.push(atPs, { kind: 'cut' });
    this.options.observer?.mark?.(vcpu, name, atPs);
  }

  private start(): void {
    const { scenario } = this;
    loadImage(this.isa, this.image, this.arena, this.kernels, scenario, this.vcpus[0]!.node);
    const random = randomStream(scenario.seed, 'start');
    for (const vcpu of this.vcpus) {
      startRegisters(this.isa, this.image, this.arena, vcpu.context, vcpu.id, scenario.vcpus);
      const skewPs = Math.floor(random.next() * scenario.startSkewPs);
      this.queue.push(skewPs, { kind: 'start', vcpu: vcpu.id });
    }
    for (const { node, policy, balancing: { balancer } } of this.kernels) {
      if (policy.onEpoch && policy.epochPs) this.comeRound(policy.epochPs, { kind: 'epoch', node });
      if (balancer.onPeriod && balancer.periodPs) this.comeRound(balancer.periodPs, { kind: 'balance', node });
    }
  }

  private comeRound(firstPs: number, event: OtherEvent): void {
    this.queue.push(firstPs, event);
    this.state.epochs++;
  }

  private handle(event: StepEvent | undefined, reach: Reach): SlicePart | undefined {
    if (!event) throw new ServerFailure(this.describeDeadlock());
    if (!this.state.paused) {
      this.queue.pop();
      this.state.position++;
    }
    let part: SlicePart | undefined;
    switch (event.kind) {
      case 'slice': part = this.slice(event, reach); break;
      case 'deliver': this.kernels[event.envelope.to]!.receive(event.envelope, this.queue.nowPs); break;
      case 'start': {
        const vcpu = this.vcpus[event.vcpu]!;
        account(vcpu, 'unstarted', this.queue.nowPs, this.options.observer);
        this.kernels[vcpu.node]!.scheduler.makeReady(vcpu, this.queue.nowPs, false);
        break;
      }
      case 'epoch': {
        const kernel = this.kernels[event.node]!;
        kernel.epoch(this.queue.nowPs);
        this.queue.push(this.queue.nowPs + kernel.policy.epochPs!, event);
        break;
      }
      case 'balance': {
        const { balancing } = this.kernels[event.node]!;
        balancing.period(this.queue.nowPs);
        this.queue.push(this.queue.nowPs + balancing.balancer.periodPs!, event);
        break;
      }
      case 'room':
        checkRoom(this.kernels, event.node);
        this.kernels[event.node]!.room.retry(this.queue.nowPs);
        break;
      case 'exit': this.state.ending = { end: 'exit', exitCode: event.code, message: event.message }; break;
    }
    if (this.changed.size > 0) {
      this.options.afterEvent?.(this, this.changed);
      this.changed.clear();
    }
    return part;
  }

  private deliver(atPs: number, envelope: Envelope): void {
    const envelopes = this.options.tamper ? this.options.tamper(envelope) : [envelope];
    for (const delivered of envelopes) this.queue.push(atPs, { kind: 'deliver', envelope: delivered });
  }

  private slice(event: SliceEvent, { pauseAfter, ahead }: Reach): SlicePart {
    const part = this.slices.run(this.cores[event.core]!, { pauseAfter, ahead: ahead === true && !this.state.paused });
    this.state.position += part.followed;
    this.queue.passTo(part.beganPs);
    this.state.paused = part.stop.reason === 'paused' ? event : null;
    if (this.instructions >= this.scenario.maxInstructions && !this.ending) {
      this.state.ending = { end: 'limit', exitCode: 124, message: `stopped after ${this.instructions} instructions` };
    }
    return part;
  }

  private describeDeadlock(): string {
    const waiting = this.vcpus.filter((vcpu) => vcpu.state !== 'halted')
      .map((vcpu) => `vCPU ${vcpu.id} ${vcpu.state}${vcpu.stall ? ` for page 0x${vcpu.stall.page.toString(16)}` : ''}`);
    return `nothing can happen any more: ${waiting.join(', ')}`;
  }
}

export function createServer(options: ServerOptions): Server {
  return new Server(options);
}
