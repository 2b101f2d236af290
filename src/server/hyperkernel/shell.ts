// What a node is made of, and what the effects of a protocol step do to it: to frames, cores, vCPUs and the fabric.
import { become } from '../../base/plain.js';
import { randomStream, type RandomState, type RandomStream } from '../../base/random.js';
import { guestCores, guestFrames } from '../nodes.js';
import type { BalancerModule, NodeView, Policy, PolicyModule } from '../placement/seam.js';
import { DEFAULT_PROTOCOL } from '../spec.js';
import { Balancing, type BalancingState } from './balancing.js';
import { NO_CARGO, type Cargo } from './cargo.js';
import type { Effect, PageMessage } from './effects.js';
import { isEviction } from './evict.js';
import { Frames, type FramesState } from './frames.js';
import type { Hardware } from './hardware.js';
import type { Envelope, Grant } from './messages.js';
import { Migration } from './migration.js';
import type { NodeParts } from './node.js';
import { policyState } from './policy-state.js';
import { Post } from './post.js';
import type { Room, RoomState } from './room.js';
import { Scheduler, type Core, type SchedulerState } from './scheduler.js';
import { performService } from './service.js';
import { mayStore, newNodeState, type NodeState } from './state.js';
import { countMove, newStatistics, type NodeStatistics } from './statistics.js';
import { Twins, type TwinsState } from './twins.js';
import { account, type Vcpu } from './vcpu.js';
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
  readonly room: RoomState;
  readonly statistics: NodeStatistics;
  readonly hearsay: Hearsay;
  readonly random: RandomState;
  /** As the policy gives it; null for one that remembers nothing. */
  readonly policy: unknown;
  readonly balancing: BalancingState;
}

export abstract class NodeShell implements NodeParts {
  readonly node: number;
  readonly state: NodeState;
  readonly frames: Frames;
  readonly versions: Versions;
  readonly scheduler: Scheduler;
  abstract readonly room: Room;
  readonly statistics: NodeStatistics = newStatistics();
  readonly policy: Policy;
  readonly hardware: Hardware;
  readonly balancing: Balancing;
  protected readonly twins: Twins;
  protected readonly module: PolicyModule;
  protected readonly post: Post;
  protected readonly migration: Migration;
  protected readonly random: RandomStream;
  protected readonly view: NodeView;
  protected hearsay: Hearsay;

  constructor(
    node: number, hardware: Hardware, module: PolicyModule, options: Readonly<Record<string, number>>, balancer: BalancerModule,
  ) {
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
    this.balancing = new Balancing(this, this.post, this.migration, balancer, this.view);
  }

  get hintedLoads(): number[] { return this.hearsay.loads; }
  get hintedFreeFrames(): readonly number[] { return this.hearsay.freeFrames; }

  toState(): KernelState {
    return {
      pages: this.state, frames: this.frames.toState(), twins: this.twins.toState(), versions: this.versions.toState(),
      scheduler: this.scheduler.toState(), room: this.room.toState(), statistics: this.statistics, hearsay: this.hearsay,
      random: this.random.state(), policy: policyState('policy', this.policy, this.module),
      balancing: this.balancing.toState(),
    };
  }

  restore({ pages, frames, twins, versions, scheduler, room, statistics, hearsay, random, policy, balancing }: KernelState): void {
    become(this.state, pages);
    this.frames.restore(frames);
    this.twins.restore(twins);
    this.versions.restore(versions);
    this.scheduler.restore(scheduler);
    this.room.restore(room);
    become(this.statistics, statistics);
    this.hearsay = hearsay;
    this.random.restore(random);
    if (!this.module.stateless) this.policy.setState!(policy);
    this.balancing.restore(balancing);
  }

  /** The owned page is about to be used: if it is a page of zeros without a frame, it gets one. */
  protected needFrame(page: number): void {
    if (!this.frames.isZeroPage(page)) return;
    this.frames.regainZeros(page);
    this.grant(page, this.state.pages.get(page)!.right === 'exclusive' && mayStore(this.state, false));
    this.room.track(page);
    this.hardware.changed(page);
  }

  /** A page of zeros without a frame is granted as a core touches it. */
  protected grant(page: number, writable: boolean): void {
    if (this.frames.isZeroPage(page)) return;
    if (writable) this.versions.storing(page);
    this.frames.grant(page, writable);
  }

  /** Carries out one effect at `atPs`; returns the time from which the following ones count. */
  protected carryOut(effect: Effect, atPs: number, envelope: Envelope | undefined, core: Core): number {
    const { observer } = this.hardware;
    switch (effect.do) {
      case 'shootDown':
        this.frames.shootDown(effect.page, effect.keepReadable);
        return Math.max(atPs, this.scheduler.latestRunningPs());
      case 'send': {
        const { right } = this.state.pages.get(effect.message.page)!;
        if (effect.payload === 'page' && right === 'invalid') this.statistics.pagesOut++;
        if (isEviction(effect.message)) this.statistics.pagesEvicted++;
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
      case 'reserveFrame': this.frames.promise(effect.page); break;
      case 'releaseFrame': this.frames.endPromise(effect.page); break;
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

  protected cargo(message: PageMessage, payload: 'none' | 'page' | 'mapping'): Cargo {
    if (payload === 'none') return NO_CARGO;
    const { page, holds, writable } = message as Grant;
    if (payload === 'page') return this.versions.pack(page, holds);
    this.needFrame(page);
    if (writable) this.versions.storing(page);
    return { ...NO_CARGO, payload: this.frames.slotOf(page)! };
  }

  /** The core compares a page's bytes with others, or changes them by what differs; returns how long. */
  protected compare(core: Core): number {
    const { kernel, pageBytes } = this.hardware.scenario.machine;
    const durationPs = Math.round((kernel.diffPs * pageBytes) / DIFF_BYTES);
    this.scheduler.occupy(core, durationPs);
    return durationPs;
  }

  protected wake(vcpu: Vcpu, atPs: number, first: boolean): void {
    vcpu.stall = null;
    account(vcpu, vcpu.waitPart, atPs, this.hardware.observer);
    this.scheduler.makeReady(vcpu, atPs, first);
  }

  protected placePage(effect: Extract<Effect, { do: 'zeroFrame' }>, atPs: number): void {
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

  protected note(effect: Extract<Effect, { do: 'note' }>, atPs: number, envelope: Envelope | undefined): void {
    const { statistics } = this;
    const ends = effect.what === 'invalidate' || effect.what === 'drop';
    if (effect.what === 'bring') statistics.pagesIn++;
    else if (effect.what === 'copy' || effect.what === 'own') statistics.copiesIn++;
    else if (effect.what === 'map') statistics.mapsIn++;
    else if (effect.what === 'invalidate') statistics.invalidations++;
    else {
      statistics.copiesDropped++;
      countMove(statistics, 'drop', effect.reason);
    }
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
}
