// vCPUs that come and go. A vCPU's registers travel in the message; the record follows when they arrive.
import type { NodeView, Policy } from '../placement/seam.js';
import { NO_CARGO } from './cargo.js';
import type { Envelope, Message } from './messages.js';
import type { NodeParts } from './node.js';
import type { Post } from './post.js';
import type { Core } from './scheduler.js';
import { countMove, type NodeStatistics } from './statistics.js';
import { settle } from './time-stack.js';
import { account, mayLeave, type Vcpu } from './vcpu.js';

export class Migration {
  private readonly node: NodeParts;
  private readonly post: Post;
  private readonly statistics: NodeStatistics;

  constructor(node: NodeParts, post: Post, statistics: NodeStatistics) {
    this.node = node;
    this.post = post;
    this.statistics = statistics;
  }

  /** The vCPU leaves at `departsPs`; its core is already free. With `swap` the other node sends one of its own back. */
  send(vcpu: Vcpu, to: number, swap: boolean, reason: string, departsPs: number): void {
    const { arena, scenario } = this.node.hardware;
    const flight = arena.takeContext();
    arena.copyContext(vcpu.context, flight);
    arena.freeContext(vcpu.context);
    vcpu.state = 'moving';
    this.node.scheduler.leave(vcpu);
    vcpu.stall = null;
    this.statistics.vcpusOut++;
    countMove(this.statistics, 'send', reason);
    const message: Message = { kind: 'vcpu', vcpu: vcpu.id, from: this.node.node, swap, reason };
    this.post.send(to, message, { ...NO_CARGO, payload: flight, bytes: scenario.machine.vcpuStateBytes }, departsPs);
  }

  /** Sends a vCPU of this node on the policy's own wish, if it may leave now. Any one if `id` is negative. */
  sendMovable(id: number, to: number, reason: string, nowPs: number): void {
    const vcpu = this.takeMovable(id);
    if (vcpu) this.sendWaiting(vcpu, to, reason, nowPs);
  }

  /** Sends a vCPU that is on no core and in no queue. */
  sendWaiting(vcpu: Vcpu, to: number, reason: string, nowPs: number): void {
    const { scheduler, hardware } = this.node;
    const core = scheduler.interrupt(nowPs);
    scheduler.occupy(core, hardware.scenario.machine.kernel.vcpuSavePs);
    this.send(vcpu, to, false, reason, core.timePs);
  }

  arrived(envelope: Envelope, message: Extract<Message, { kind: 'vcpu' }>, core: Core, policy: Policy, view: NodeView): void {
    const { hardware, node, scheduler } = this.node;
    const { arena, observer, scenario, vcpus } = hardware;
    const vcpu = vcpus[message.vcpu]!;
    scheduler.occupy(core, scenario.machine.kernel.vcpuRestorePs);
    observer?.vcpuMoved?.(vcpu.id, message.from, node, vcpu.accountedPs, core.timePs, message.reason);
    account(vcpu, 'migrating', core.timePs, observer);
    settle(vcpu);
    vcpu.context = arena.takeContext();
    arena.copyContext(envelope.payload, vcpu.context);
    arena.freeContext(envelope.payload);
    vcpu.node = node;
    vcpu.moves++;
    vcpu.ranHere = false;
    vcpu.recent.clear();
    scheduler.enter(vcpu);
    if (vcpu.instruction) vcpu.instruction.sent = true;
    this.statistics.vcpusIn++;
    policy.onArrive?.({ vcpu: vcpu.id, nowPs: core.timePs }, view);
    if (message.swap) this.sendMovable(-1, message.from, `swapped:${message.reason}`, core.timePs);
    scheduler.makeReady(vcpu, core.timePs, vcpu.instruction !== null);
  }

  /** A vCPU that may leave, waiting for a core or else running on one. */
  private takeMovable(id: number): Vcpu | undefined {
    const { scheduler, hardware } = this.node;
    const movable = (vcpu: Vcpu): boolean => mayLeave(vcpu) && (id < 0 || vcpu.id === id);
    const waiting = scheduler.takeWaiting(movable);
    if (waiting) return waiting;
    const core = scheduler.cores.find((candidate) => candidate.vcpu >= 0 && movable(hardware.vcpus[candidate.vcpu]!));
    if (!core) return undefined;
    const vcpu = hardware.vcpus[core.vcpu]!;
    scheduler.release(core);
    return vcpu;
  }
}
