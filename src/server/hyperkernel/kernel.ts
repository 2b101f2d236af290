// One node's hyperkernel: runs protocol steps and carries out their effects on frames, cores, vCPUs and the fabric.
// Its handlers take core time, and nothing is answered before the time of the cores that it concerns (SEMANTICS 4).
import type { StallRecord } from '../../guest/machine/engine.js';
import { become } from '../../base/plain.js';
import { randomStream, type RandomState, type RandomStream } from '../../base/random.js';
import { DEFAULT_PROTOCOL } from '../spec.js';
import type { Hardware } from './hardware.js';
import { guestCores, guestFrames } from '../nodes.js';
import type { EpochMove, NodeView, Policy, PolicyModule, Stall } from '../placement/seam.js';
import { NO_CARGO, type Cargo } from './cargo.js';
import { stepPs } from './durations.js';
import type { Effect, PageMessage } from './effects.js';
import { mayEvict } from './evict.js';
import { Frames, type FramesState } from './frames.js';
import type { Envelope, Grant, Message, PageRequest } from './messages.js';
import { Migration } from './migration.js';
import type { NodeParts } from './node.js';
import { policyState } from './policy-state.js';
import { Post } from './post.js';
import { step, type Input, type ShellMessage } from './protocol.js';
import { Scheduler, type Core, type SchedulerState } from './scheduler.js';
import { performService } from './service.js';
import { checked, stallInput, stallNote } from './stall.js';
import { isOwner, learnOwner, mayStore, newNodeState, pageState, type NodeState } from './state.js';
import { countMove, newStatistics, type NodeStatistics } from './statistics.js';
import { account, type Vcpu } from './vcpu.js';
import { Twins, type TwinsState } from './twins.js';
import { Versions, type VersionsState } from './versions.js';
import { nodeView } from './view.js';

/** Of each number in what a policy notes about a page. */
const NOTE_NUMBER_BYTES = 4;

/** What `diffPs` is the time for. */
const DIFF_BYTES = 4096;

/** What a node has been told, and has told its policy. */
interface Hearsay {
  /** Load and free frames that each other node last told, or -1. */
  readonly loads: number[];
  readonly freeFrames: number[];
  /** By page that this node owns: line misses that the policy has been told of. */
  readonly toldMisses: Map<number, number>;
}

/** All that a node knows. Plain data. */
export interface KernelState {
  readonly pages: NodeState;
  readonly frames: FramesState;
  readonly twins: TwinsState;
  readonly versions: VersionsState;
  readonly scheduler: SchedulerState;
  readonly statistics: NodeStatistics;
  readonly hearsay: Hearsay;
  readonly random: RandomState;
  /** As the policy gives it; null for one that remembers nothing. */
  readonly policy: unknown;
}

export class NodeKernel implements NodeParts {
  readonly node: number;
  readonly state: NodeState;
  readonly frames: Frames;
  readonly versions: Versions;
  readonly scheduler: Scheduler;
  readonly statistics: NodeStatistics = newStatistics();
  readonly policy: Policy;
  readonly hardware: Hardware;
  private readonly twins: Twins;
  private readonly module: PolicyModule;
  private readonly post: Post;
  private readonly migration: Migration;
  private readonly random: RandomStream;
  private readonly view: NodeView;
  private hearsay: Hearsay;

  constructor(node: number, hardware: Hardware, module: PolicyModule, options: Readonly<Record<string, number>>) {
    const { machine, protocol = DEFAULT_PROTOCOL, seed, timeScale } = hardware.scenario;
    this.node = node;
    this.hardware = hardware;
    this.module = module;
    this.state = newNodeState(node, machine.nodes, protocol);
    this.twins = new Twins(hardware.arena);
    const capacity = guestFrames(hardware.nodes[node]!, machine.pageBytes);
    this.frames = new Frames(node, capacity, hardware.arena, hardware.memory, this.twins);
    this.versions = new Versions(protocol.transfer, this.frames, this.twins, hardware.arena);
    this.scheduler = new Scheduler(node, hardware.nodes, machine, hardware.vcpus, hardware.observer, hardware.queueSlice);
    this.post = new Post(this);
    this.migration = new Migration(this, this.post, this.statistics);
    const untold = new Array<number>(machine.nodes).fill(-1);
    this.hearsay = { loads: untold, freeFrames: [...untold], toldMisses: new Map() };
    this.random = randomStream(seed, `policy/${node}`);
    this.view = nodeView(this, this.random, timeScale);
    this.policy = module.create(options, this.view);
  }

  get hintedLoads(): readonly number[] { return this.hearsay.loads; }
  get hintedFreeFrames(): readonly number[] { return this.hearsay.freeFrames; }

  toState(): KernelState {
    return {
      pages: this.state, frames: this.frames.toState(), twins: this.twins.toState(), versions: this.versions.toState(),
      scheduler: this.scheduler.toState(), statistics: this.statistics, hearsay: this.hearsay, random: this.random.state(),
      policy: policyState(this.policy, this.module),
    };
  }

  restore({ pages, frames, twins, versions, scheduler, statistics, hearsay, random, policy }: KernelState): void {
    become(this.state, pages);
    this.frames.restore(frames);
    this.twins.restore(twins);
    this.versions.restore(versions);
    this.scheduler.restore(scheduler);
    become(this.statistics, statistics);
    this.hearsay = hearsay;
    this.random.restore(random);
    if (!this.module.stateless) this.policy.setState!(policy);
  }

  /** The node that this node's policy gives an image page to. */
  placeImagePage(page: number): number {
    const stall: Stall = {
      vcpu: 0, page, kind: 'write', nowPs: 0, dormant: true, owner: -1, holdsCopy: false, repeats: 0, run: 0,
    };
    return checked(this.policy.onStall(stall, this.view), this, 'dormant').node;
  }

  /** Becomes the page's first owner before the guest starts; returns the arena slot of its frame. */
  adopt(page: number): number {
    const s = pageState(this.state, page);
    learnOwner(s, this.node, 1);
    s.right = 'exclusive';
    const slot = this.frames.take(page);
    this.versions.begin(page, 1);
    this.grant(page, mayStore(this.state, false));
    return slot;
  }

  /** A message has arrived. */
  receive(envelope: Envelope, nowPs: number): void {
    this.hearsay.loads[envelope.from] = envelope.load;
    this.hearsay.freeFrames[envelope.from] = envelope.freeFrames;
    const core = this.scheduler.interrupt(nowPs);
    if (envelope.message.kind === 'vcpu') this.migration.arrived(envelope, envelope.message, core, this.policy, this.view);
    else this.process(envelope.message, core, envelope);
  }

  /** The vCPU on `core` stalled: decide, and let the core take another vCPU. */
  stall(core: Core, record: StallRecord): void {
    if (this.frames.isZeroPage(record.page)) {
      this.touchZeroPage(core, record.page);
      return;
    }
    const vcpu = this.hardware.vcpus[core.vcpu]!;
    const stalledPs = core.timePs;
    this.statistics.stalls++;
    vcpu.stalls++;
    const outcome = stallInput(this, this.policy, this.view, vcpu, record, stalledPs);
    this.hardware.observer?.stalled?.(stallNote(this.state, vcpu.id, record, outcome, stalledPs));
    vcpu.stall = record;
    vcpu.state = 'waiting';
    vcpu.waitPart = outcome.kind === 'stall' && outcome.want === 'service' ? 'remote' : 'pageWait';
    if (outcome.kind === 'move') {
      core.timePs += this.hardware.scenario.machine.kernel.vcpuSavePs;
      this.migration.send(vcpu, outcome.to, outcome.swap, outcome.reason, core.timePs);
      this.scheduler.release(core);
      return;
    }
    core.timePs += this.hardware.scenario.machine.kernel.stallPs;
    this.scheduler.detach(core);
    // The request leaves before the core takes another vCPU.
    this.process(outcome, core, undefined);
    this.scheduler.takeNext(core);
  }

  /** After a slice in which the stalled instruction retired, or was tried and stalled again. */
  attempted(vcpu: Vcpu, retired: boolean, core: Core): void {
    const pages = vcpu.pinned;
    if (retired) {
      vcpu.pinned = [];
      vcpu.instruction = null;
    }
    for (const page of pages) this.process({ kind: 'attempted', page, vcpu: vcpu.id, retired }, core, undefined);
  }

  /** The policy's epoch: moves that it asks for. */
  epoch(nowPs: number): void {
    for (const move of this.policy.onEpoch!(nowPs, this.view)) this.startMove(move, nowPs);
  }

  private startMove(move: EpochMove, nowPs: number): void {
    if (move.to === this.node) return;
    if (move.what === 'vcpu') {
      if (guestCores(this.hardware.nodes[move.to]!) === 0) return;
      this.migration.sendMovable(move.vcpu, move.to, move.reason, nowPs);
      return;
    }
    const held = this.state.pages.get(move.page);
    if (!held || !isOwner(held)) return;
    const core = this.scheduler.interrupt(nowPs);
    this.process({ kind: 'evict', page: move.page, to: move.to, reason: move.reason }, core, undefined);
  }

  /**
   * An owned page whose bytes are all zero gives up its frame: so zeros cost no memory, and a full node can take another's
   * page. It stays this node's; what other nodes ask of it is answered as ever; a local touch takes a frame again, so
   * whoever calls this must see to it that one can be had. False if it has other bytes, or may not go now.
   */
  giveUpZeroPage(page: number, nowPs: number): boolean {
    const s = this.state.pages.get(page);
    if (!s || !mayEvict(s) || s.pledge !== null || s.mappers.length > 0) return false;
    if (this.frames.isZeroPage(page) || !this.frames.hasOnlyZeros(page)) return false;
    this.scheduler.occupy(this.scheduler.interrupt(nowPs), this.hardware.scenario.machine.kernel.invalidatePs);
    this.frames.shootDown(page, false);
    this.frames.giveUpZeros(page);
    this.hardware.changed(page);
    return true;
  }

  /** No message and no policy: the node owns the page. The instruction restarts at once. */
  private touchZeroPage(core: Core, page: number): void {
    const { stallPs, resumePs } = this.hardware.scenario.machine.kernel;
    this.needFrame(page);
    this.scheduler.occupy(core, stallPs + resumePs);
    this.scheduler.continueOrGiveWay(core, false);
  }

  /** The owned page is about to be used: if it is a page of zeros without a frame, it gets one. */
  private needFrame(page: number): void {
    if (!this.frames.isZeroPage(page)) return;
    this.frames.regainZeros(page);
    this.grant(page, this.state.pages.get(page)!.right === 'exclusive' && mayStore(this.state, false));
    this.hardware.changed(page);
  }

  /** A page of zeros without a frame is granted as a core touches it. */
  private grant(page: number, writable: boolean): void {
    if (this.frames.isZeroPage(page)) return;
    if (writable) this.versions.storing(page);
    this.frames.grant(page, writable);
  }

  private process(input: Exclude<Input, ShellMessage>, core: Core, envelope: Envelope | undefined): void {
    const effects = step(this.state, input, {
      ownerDecision: (request) => this.ownerDecision(request), hasRoom: () => this.frames.free > 0,
    });
    this.hardware.changed(input.page);
    const durationPs = stepPs(this.hardware.scenario.machine.kernel, input, effects);
    // What a retired instruction set free is the kernel's to see to, not its vCPU's.
    const worker = input.kind === 'attempted' && durationPs > 0 ? this.scheduler.beside(core) : core;
    this.scheduler.occupy(worker, durationPs);
    // Rights end first; then what left the node may be sent, at the time of the last core that had the right.
    let atPs = worker.timePs;
    for (const effect of effects) atPs = Math.max(atPs, this.carryOut(effect, atPs, envelope, worker));
  }

  /** Carries out one effect at `atPs`; returns the time from which the following ones count. */
  private carryOut(effect: Effect, atPs: number, envelope: Envelope | undefined, core: Core): number {
    const { observer } = this.hardware;
    switch (effect.do) {
      case 'shootDown':
        this.frames.shootDown(effect.page, effect.keepReadable);
        return Math.max(atPs, this.scheduler.latestRunningPs());
      case 'send': {
        const { right } = this.state.pages.get(effect.message.page)!;
        if (effect.payload === 'page' && right === 'invalid') this.statistics.pagesOut++;
        const cargo = this.cargo(effect.message, effect.payload);
        const noteBytes = 'note' in effect.message ? NOTE_NUMBER_BYTES * effect.message.note!.length : 0;
        const departsPs = cargo.compared ? atPs + this.compare(core) : atPs;
        this.post.send(effect.to, effect.message, { ...cargo, bytes: cargo.bytes + noteBytes }, departsPs);
        return departsPs;
      }
      case 'freeFrame':
        this.versions.drop(effect.page);
        this.hearsay.toldMisses.delete(effect.page);
        break;
      case 'reserveFrame': this.frames.reserve(); break;
      case 'releaseFrame': this.frames.release(); break;
      case 'pledge': this.twins.pledge(effect.page, effect.version); break;
      case 'endPledge': this.twins.endPledge(effect.page); break;
      case 'install':
        this.versions.install(effect.page, envelope!, (envelope!.message as Grant).holds);
        return envelope!.patchBytes > 0 ? atPs + this.compare(core) : atPs;
      case 'discard': if (envelope!.payload >= 0) this.hardware.arena.freeSlot(envelope!.payload); break;
      case 'zeroFrame': this.placePage(effect, atPs); break;
      case 'grantRights': this.grant(effect.page, effect.writable); break;
      case 'mapRemote': this.frames.mapRemote(effect.page, envelope!.payload, effect.owner, effect.writable); break;
      case 'serve': {
        this.needFrame(effect.request.page);
        if (effect.request.write) this.versions.storing(effect.request.page);
        const value = performService(this, effect.request);
        this.statistics.services++;
        countMove(this.statistics, 'remote', effect.request.reason);
        observer?.pageMoved?.(effect.request.page, 'remote', this.node, effect.request.from, atPs, effect.request.reason);
        const { page, vcpu, serial, from } = effect.request;
        const answer = { kind: 'answer', page, vcpu, serial, value, owner: this.node, epoch: effect.epoch } as const;
        this.post.send(from, answer, { ...NO_CARGO, bytes: 8 }, atPs);
        break;
      }
      case 'answer': {
        const vcpu = this.hardware.vcpus[effect.vcpu]!;
        vcpu.answers = [...vcpu.stall!.prior, effect.value];
        this.wake(vcpu, atPs, true);
        break;
      }
      case 'wake': {
        const vcpu = this.hardware.vcpus[effect.vcpu]!;
        if (effect.pinned && vcpu.stall) vcpu.pinned = [...vcpu.pinned.filter((page) => page !== vcpu.stall!.page), vcpu.stall.page];
        this.wake(vcpu, atPs, effect.pinned);
        break;
      }
      case 'sendVcpu': {
        const vcpu = this.hardware.vcpus[effect.vcpu]!;
        if (guestCores(this.hardware.nodes[effect.to]!) === 0) {
          // Nothing runs there: the instruction restarts, and its next stall brings the page.
          vcpu.instruction!.sent = true;
          this.wake(vcpu, atPs, false);
          break;
        }
        const { vcpuSavePs, stallPs } = this.hardware.scenario.machine.kernel;
        this.migration.send(vcpu, effect.to, false, effect.reason, atPs + Math.max(0, vcpuSavePs - stallPs));
        break;
      }
      case 'note': this.note(effect, atPs, envelope); break;
    }
    return atPs;
  }

  private cargo(message: PageMessage, payload: 'none' | 'page' | 'mapping'): Cargo {
    if (payload === 'none') return NO_CARGO;
    const { page, holds, writable } = message as Grant;
    if (payload === 'page') return this.versions.pack(page, holds);
    this.needFrame(page);
    if (writable) this.versions.storing(page);
    return { ...NO_CARGO, payload: this.frames.slotOf(page)! };
  }

  /** The core compares a page's bytes with others, or changes them by what differs; returns how long. */
  private compare(core: Core): number {
    const { kernel, pageBytes } = this.hardware.scenario.machine;
    const durationPs = Math.round((kernel.diffPs * pageBytes) / DIFF_BYTES);
    this.scheduler.occupy(core, durationPs);
    return durationPs;
  }

  private wake(vcpu: Vcpu, atPs: number, first: boolean): void {
    vcpu.stall = null;
    account(vcpu, vcpu.waitPart, atPs, this.hardware.observer);
    this.scheduler.makeReady(vcpu, atPs, first);
  }

  private placePage(effect: Extract<Effect, { do: 'zeroFrame' }>, atPs: number): void {
    this.frames.zero(effect.page);
    this.versions.begin(effect.page, 0);
    if (effect.wanted === this.node) this.statistics.numaHit++;
    else this.statistics.numaMiss++;
    if (effect.toucher === this.node) this.statistics.localNode++;
    else this.statistics.otherNode++;
    if (this.module.interleaves && effect.wanted === this.node) this.statistics.interleaveHit++;
    countMove(this.statistics, 'place', effect.reason);
    this.hardware.observer?.pageMoved?.(effect.page, 'place', -1, this.node, atPs, effect.reason);
  }

  private note(effect: Extract<Effect, { do: 'note' }>, atPs: number, envelope: Envelope | undefined): void {
    const { statistics } = this;
    const ends = effect.what === 'invalidate' || effect.what === 'drop';
    if (effect.what === 'bring') statistics.pagesIn++;
    else if (effect.what === 'copy' || effect.what === 'own') statistics.copiesIn++;
    else if (effect.what === 'map') statistics.mapsIn++;
    else if (effect.what === 'invalidate') statistics.invalidations++;
    else statistics.copiesDropped++;
    if (!ends) {
      countMove(statistics, effect.what, effect.reason);
      const message = envelope!.message;
      const note = message.kind === 'grant' ? message.note : undefined;
      this.policy.onArrive?.({ page: effect.page, nowPs: atPs, ...(note && { note }) }, this.view);
    }
    const from = ends ? this.node : envelope!.from;
    const what = effect.what === 'drop' ? 'invalidate' : effect.what;
    this.hardware.observer?.pageMoved?.(effect.page, what, from, this.node, atPs, effect.reason);
  }

  private ownerDecision(request: PageRequest): ReturnType<NonNullable<Policy['onOwnerRequest']>> {
    if (!this.policy.onOwnerRequest) return { action: 'serve', reason: '' };
    const localMisses = this.hardware.memory.harvestMisses(this.node, request.page);
    const newLocalMisses = localMisses - (this.hearsay.toldMisses.get(request.page) ?? 0);
    this.hearsay.toldMisses.set(request.page, localMisses);
    return this.policy.onOwnerRequest({
      page: request.page, from: request.from, want: request.want as 'bring', write: request.write, nowPs: request.age[0],
      copies: this.state.pages.get(request.page)!.copies.length, localMisses, newLocalMisses,
    }, this.view);
  }
}
