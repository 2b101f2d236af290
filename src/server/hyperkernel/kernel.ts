// One node's hyperkernel: runs protocol steps, as messages, stalls and what waits for frames ask for them.
// Its handlers take core time, and nothing is answered before the time of the cores that it concerns (SEMANTICS 4).
import type { StallRecord } from '../../guest/machine/engine.js';
import { guestCores } from '../nodes.js';
import type { EpochMove, Policy, Stall } from '../placement/seam.js';
import { stepPs } from './durations.js';
import { EVICT, mayEvict } from './evict.js';
import type { Age, Envelope, Grant, Message, PageRequest } from './messages.js';
import { step, type Input, type ShellMessage } from './protocol.js';
import { Room, stillWanted, type RoomUser, type Waiting } from './room.js';
import type { Core } from './scheduler.js';
import { NodeShell } from './shell.js';
import { checked, stallInput, stallNote } from './stall.js';
import { isOwner, learnOwner, mayStore, pageState } from './state.js';
import { countMove } from './statistics.js';
import type { Vcpu } from './vcpu.js';

export type { KernelState } from './shell.js';

export class NodeKernel extends NodeShell implements RoomUser {
  readonly room = new Room(this, this);

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
    this.room.track(page);
    return slot;
  }

  /** A message has arrived. */
  receive(envelope: Envelope, nowPs: number): void {
    this.hearsay.loads[envelope.from] = envelope.load;
    this.hearsay.freeFrames[envelope.from] = envelope.freeFrames;
    this.room.heard(envelope);
    const core = this.scheduler.interrupt(nowPs);
    const { message } = envelope;
    if (message.kind === 'vcpu') this.migration.arrived(envelope, message, core, this.policy, this.view);
    else if (message.kind === 'ask' || message.kind === 'load') this.balancing.receive(envelope, core);
    else if (!this.room.waitsBehind(envelope)) this.take(envelope, core);
  }

  private take(envelope: Envelope, core: Core): void {
    if (this.room.isNeedless(envelope)) this.discard(envelope, core);
    else if (this.room.mustWait(envelope)) this.room.waitForMessage(envelope, core);
    else this.handle(envelope, core);
  }

  /** The owner goes on listing the copy; invalidations of copies that are gone are acknowledged like all others. */
  private discard({ message, payload }: Envelope, core: Core): void {
    this.scheduler.occupy(core, this.hardware.scenario.machine.kernel.notePs);
    if (payload >= 0) this.hardware.arena.freeSlot(payload);
    const { page, serial } = message as Grant;
    const s = this.state.pages.get(page)!;
    if (s.pledge !== serial) return;
    s.pledge = null;
    this.twins.endPledge(page);
  }

  private handle(envelope: Envelope, core: Core): void {
    const message = envelope.message as Exclude<Message, ShellMessage>;
    // It has been seen to that there is a frame.
    if (message.kind === 'request' && (message.want === 'service' || message.want === 'map')) this.needFrame(message.page);
    this.process(message, core, envelope);
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
    vcpu.waitPart = outcome.kind === 'stall' && outcome.want === 'service' ? 'served' : 'pageWait';
    if (outcome.kind === 'move') {
      core.timePs += this.hardware.scenario.machine.kernel.vcpuSavePs;
      this.migration.send(vcpu, outcome.to, outcome.swap, outcome.reason, core.timePs);
      this.scheduler.release(core);
      return;
    }
    core.timePs += this.hardware.scenario.machine.kernel.stallPs;
    this.scheduler.detach(core);
    // The request leaves before the core takes another vCPU.
    if (this.room.mayGoOn(outcome)) this.process(outcome, core, undefined);
    else this.room.wait({ what: 'stall', vcpu: vcpu.id, page: record.page, age: outcome.age, input: outcome }, core);
    this.scheduler.takeNext(core);
  }

  /** A frame is there for what waited. */
  resume(waiting: Waiting, core: Core): void {
    if (waiting.what === 'message') {
      // There is a frame for the first; others may find that they need one more.
      const [first, ...others] = waiting.envelopes;
      this.handle(first!, core);
      for (const envelope of others) if (!this.room.waitsBehind(envelope)) this.take(envelope, core);
      return;
    }
    if (waiting.what === 'stall') {
      const input = stillWanted(waiting.input, this.state.pages.get(waiting.page)!);
      if (input) {
        // What this node kept of the page may have made way meanwhile.
        const holds = input.want === 'upgrade' ? 0 : this.versions.held(waiting.page);
        this.process({ ...input, holds }, core, undefined);
        return;
      }
    } else {
      this.scheduler.occupy(core, this.hardware.scenario.machine.kernel.resumePs);
      this.regainZeros(this.hardware.vcpus[waiting.vcpu]!, waiting.page, waiting.age, core);
    }
    this.wake(this.hardware.vcpus[waiting.vcpu]!, core.timePs, true);
  }

  unpin(id: number, core: Core): void {
    const vcpu = this.hardware.vcpus[id]!;
    const pages = vcpu.pinned;
    vcpu.pinned = [];
    for (const page of pages) this.process({ kind: 'attempted', page, vcpu: id, retired: true }, core, undefined);
  }

  drop(page: number, core: Core): boolean {
    return this.process({ kind: 'drop', page }, core, undefined);
  }

  offer(page: number, to: number, core: Core): void {
    this.process({ kind: 'evict', page, to, reason: EVICT }, core, undefined);
  }

  giveUpZeros(page: number, core: Core): boolean {
    return this.giveUpZeroPage(page, core.timePs);
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
    this.room.track(page);
    this.statistics.zeroPages++;
    countMove(this.statistics, 'zeros', EVICT);
    this.hardware.changed(page);
    return true;
  }

  /** No message and no policy: the node owns the page. The instruction restarts at once. */
  private touchZeroPage(core: Core, page: number): void {
    const { stallPs, resumePs } = this.hardware.scenario.machine.kernel;
    const vcpu = this.hardware.vcpus[core.vcpu]!;
    vcpu.instruction ??= { firstStallPs: core.timePs, stalls: 0, sent: false };
    const age: Age = [vcpu.instruction.firstStallPs, vcpu.id];
    this.scheduler.occupy(core, stallPs);
    if (this.room.admits(page, age)) {
      this.regainZeros(vcpu, page, age, core);
      this.scheduler.occupy(core, resumePs);
      this.scheduler.continueOrGiveWay(core, false);
      return;
    }
    vcpu.state = 'waiting';
    vcpu.waitPart = 'pageWait';
    this.scheduler.detach(core);
    this.room.wait({ what: 'zeros', vcpu: vcpu.id, page, age }, core);
    this.scheduler.takeNext(core);
  }

  /** Like a page that came, it stays until the instruction retires (SEMANTICS 18), unless it has gone while the vCPU waited. */
  private regainZeros(vcpu: Vcpu, page: number, age: Age, core: Core): void {
    if (!this.frames.isZeroPage(page)) return;
    this.needFrame(page);
    vcpu.pinned = [...vcpu.pinned.filter((other) => other !== page), page];
    this.process({ kind: 'touched', page, vcpu: vcpu.id, age }, core, undefined);
  }

  /** Whether anything came of it. */
  private process(input: Exclude<Input, ShellMessage>, core: Core, envelope: Envelope | undefined): boolean {
    const effects = step(this.state, input, {
      ownerDecision: (request) => this.ownerDecision(request), hasRoom: (page) => this.room.takes(page, envelope!, core),
    });
    this.hardware.changed(input.page);
    const durationPs = stepPs(this.hardware.scenario.machine.kernel, input, effects);
    // What a retired instruction set free is the kernel's to see to, not its vCPU's.
    const worker = input.kind === 'attempted' && durationPs > 0 ? this.scheduler.beside(core) : core;
    this.scheduler.occupy(worker, durationPs);
    // Rights end first; then what left the node may be sent, at the time of the last core that had the right.
    let atPs = worker.timePs;
    for (const effect of effects) atPs = Math.max(atPs, this.carryOut(effect, atPs, envelope, worker));
    this.room.settle(input.page, input.kind === 'decline', atPs);
    return effects.length > 0;
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
