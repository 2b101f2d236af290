// Carries out what a load balancer advises: vCPUs that wait for a core go to another node, nodes ask each other for one and tell
// each other their load. All of it is messages, and takes core time as other messages do.
import type { Balancer, BalancerModule, BalanceView, NodeView } from '../placement/seam.js';
import { NO_CARGO } from './cargo.js';
import type { Envelope } from './messages.js';
import type { Migration } from './migration.js';
import type { NodeParts } from './node.js';
import { policyState } from './policy-state.js';
import type { Post } from './post.js';
import type { Core } from './scheduler.js';
import { mayLeave } from './vcpu.js';

export interface BalancingState {
  /** Periods before this time are passed over. */
  restUntilPs: number;
  /** As the balancer gives it; null for one that remembers nothing. */
  readonly balancer: unknown;
}

export class Balancing {
  readonly balancer: Balancer;
  private restUntilPs = 0;
  private readonly module: BalancerModule;
  private readonly node: NodeParts;
  private readonly post: Post;
  private readonly migration: Migration;
  private readonly view: BalanceView;

  constructor(node: NodeParts, post: Post, migration: Migration, module: BalancerModule, view: NodeView) {
    this.node = node;
    this.post = post;
    this.migration = migration;
    this.module = module;
    const { vcpus } = node.hardware;
    this.view = Object.freeze<BalanceView>({
      ...view,
      present: () => vcpus.filter((vcpu) => vcpu.node === node.node && vcpu.state !== 'moving' && vcpu.state !== 'halted').length,
      movable: () => node.scheduler.ready.filter(({ vcpu, pinned }) => !pinned && mayLeave(vcpus[vcpu]!)).map(({ vcpu }) => vcpu),
    });
    this.balancer = module.create(this.view);
  }

  toState(): BalancingState {
    return { restUntilPs: this.restUntilPs, balancer: policyState('balancer', this.balancer, this.module) };
  }

  restore({ restUntilPs, balancer }: BalancingState): void {
    this.restUntilPs = restUntilPs;
    if (!this.module.stateless) this.balancer.setState!(balancer);
  }

  /** The balancer's period has passed. */
  period(nowPs: number): void {
    if (nowPs < this.restUntilPs) return;
    for (const action of this.balancer.onPeriod!(nowPs, this.view)) {
      if (action.what === 'give') {
        if (action.to !== this.node.node && this.view.cores(action.to) > 0) this.give(action.vcpu, action.to, action.reason, nowPs);
      } else {
        this.say(action.what === 'ask' ? 'ask' : 'load', action.what === 'ask' ? action.from : action.to, this.note(nowPs));
      }
    }
  }

  /** A node asks for a vCPU, or tells its load, which has been noted. */
  receive({ message, from }: Envelope, core: Core): void {
    this.node.scheduler.occupy(core, this.node.hardware.scenario.machine.kernel.notePs);
    if (message.kind !== 'ask') return;
    const goes = this.view.cores(from) > 0 ? this.balancer.onAsk?.(from, this.view) : undefined;
    if (!goes || !this.give(goes.vcpu, from, goes.reason, core.timePs)) this.say('load', from, core);
  }

  private give(vcpu: number, to: number, reason: string, nowPs: number): boolean {
    const leaving = this.node.scheduler.takeWaiting((candidate) => candidate.id === vcpu && mayLeave(candidate));
    if (!leaving) return false;
    this.migration.sendWaiting(leaving, to, reason, nowPs);
    this.node.hintedLoads[to] = Math.max(0, this.node.hintedLoads[to]!) + 1;
    return true;
  }

  private say(kind: 'ask' | 'load', to: number, core: Core): void {
    if (to !== this.node.node) this.post.send(to, { kind, from: this.node.node }, NO_CARGO, core.timePs);
  }

  private note(nowPs: number): Core {
    const { nodes, kernel: { notePs } } = this.node.hardware.scenario.machine;
    // Were all nodes to talk to one, it would take them half of a core. (Moves are few enough: a vCPU runs in between.)
    this.restUntilPs = Math.max(this.restUntilPs, nowPs) + 2 * nodes * notePs;
    const core = this.node.scheduler.interrupt(nowPs);
    this.node.scheduler.occupy(core, notePs);
    return core;
  }
}
