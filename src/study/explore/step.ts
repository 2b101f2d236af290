// One event in a small world: what vCPUs and their messages do, and what that asks of pages (`page.ts`).
import type { Want } from '../../server/hyperkernel/messages.js';
import type { ShellMessage } from '../../server/hyperkernel/protocol.js';
import { STALLS_BEFORE_INSISTING } from '../../server/hyperkernel/stall.js';
import { others, type WorldEvent } from './events.js';
import { Violation } from './rules.js';
import { VCPU, type Access, type Act, type Choose, type PageEvent, type PolicyAction, type Tell, type World, type WorldShape, type WorldVcpu } from './world.js';

const ACTIONS: readonly PolicyAction[] = ['bring', 'copy', 'send', 'remote'];

/** Changes `world` by one event. Throws a Violation where a rule breaks that only shows on the way. */
export function happen(world: World, shape: WorldShape, event: WorldEvent, choose: Choose, tell?: Tell): void {
  const stepper = new Stepper(world, shape, choose, tell);
  switch (event.kind) {
    case 'deliver': stepper.deliver(event.channel); break;
    case 'run': stepper.execute(event.vcpu); break;
    case 'drop':
      world.whimsLeft--;
      stepper.act(event.page, { kind: 'drop', node: event.node });
      break;
    case 'evict':
      world.whimsLeft--;
      stepper.act(event.page, { kind: 'evict', node: event.node, to: event.to });
      break;
    case 'move':
      world.whimsLeft--;
      stepper.move(event.vcpu, event.to);
      break;
  }
}

class Stepper {
  private readonly world: World;
  private readonly shape: WorldShape;
  private readonly choose: Choose;
  private readonly tell: Tell | undefined;
  private readonly own: WorldVcpu[] = [];

  constructor(world: World, shape: WorldShape, choose: Choose, tell: Tell | undefined) {
    this.world = world;
    this.shape = shape;
    this.choose = choose;
    this.tell = tell;
  }

  deliver(channel: number): void {
    const { world } = this;
    const whose = world.next(channel);
    world.take(channel);
    if (whose !== VCPU) {
      this.act(whose, { kind: 'deliver', channel });
      return;
    }
    const [flight, ...rest] = world.travellers[channel]!;
    world.travellers = world.travellers.with(channel, rest);
    this.arrive(flight!.message as ShellMessage, flight!.version, channel % this.shape.nodes);
  }

  execute(id: number): void {
    const vcpu = this.vcpu(id);
    if (vcpu.registers !== vcpu.done) {
      const { done, node, registers } = vcpu;
      throw new Violation(`vCPU ${id} on node ${node} runs with the registers of instruction ${registers}; it is at ${done}`);
    }
    const program = this.shape.programs[id]!;
    const accesses = program[vcpu.done]!.slice(vcpu.served);
    const right = (page: number) => this.world.view(page).nodes[vcpu.node]!.right;
    for (const access of accesses) {
      if (right(access.page) && (access.kind === 'read' || right(access.page)!.writable)) continue;
      this.stall(vcpu, access);
      return;
    }
    for (const { page, kind } of accesses) {
      this.act(page, { kind: 'access', node: right(page)!.home, write: kind !== 'read', vcpu: id });
    }
    this.attempted(vcpu, true);
    vcpu.done++;
    Object.assign(vcpu, { registers: vcpu.done, served: 0, age: null, sent: false, stalls: 0, stalledPage: -1, pinned: [] });
    if (vcpu.done === program.length) vcpu.state = 'done';
  }

  move(id: number, to: number): void {
    this.sendVcpu(this.vcpu(id), to, false);
  }

  act(page: number, event: PageEvent): void {
    for (const act of this.world.act(page, event, this.choose, this.tell)) this.carryOut(page, act);
  }

  private pick<T>(from: readonly T[], about: string): T {
    const picked = from[this.choose(from.length)]!;
    this.tell?.(`${about} ${picked}`);
    return picked;
  }

  /** This world's own record of the vCPU, to be changed. */
  private vcpu(id: number): WorldVcpu {
    let vcpu = this.own[id];
    if (!vcpu) {
      vcpu = this.own[id] = { ...this.world.vcpus[id]! };
      this.world.vcpus = this.world.vcpus.with(id, vcpu);
    }
    return vcpu;
  }

  private arrive(message: ShellMessage, registers: number, to: number): void {
    const vcpu = this.vcpu(message.vcpu);
    Object.assign(vcpu, { node: to, state: 'run', registers, sent: vcpu.age !== null });
    if (!message.swap) return;
    const movable = this.world.vcpus
      .filter(({ id, node, state, age }) => id !== vcpu.id && node === to && state === 'run' && age === null).map(({ id }) => id);
    if (movable.length > 0) this.sendVcpu(this.vcpu(this.pick(movable, 'swapped for vCPU')), message.from, false);
  }

  private stall(vcpu: WorldVcpu, { page, kind }: Access): void {
    vcpu.age ??= [++this.world.clock, vcpu.id];
    vcpu.stalls++;
    this.attempted(vcpu, false);
    Object.assign(vcpu, { state: 'wait', stalledPage: page, performed: false });
    const { owns, owner, asks } = this.world.view(page).nodes[vcpu.node]!;
    const insist = vcpu.sent || vcpu.stalls > (this.shape.insistAfter ?? STALLS_BEFORE_INSISTING) || vcpu.pinned.length > 0;
    const action = owns || insist ? 'bring' : this.pick(this.shape.actions ?? ACTIONS, 'the policy answers');
    const direct = owner >= 0 && !asks ? this.directMove(action, vcpu.node, owner) : -1;
    if (direct >= 0) {
      this.sendVcpu(vcpu, direct, action === 'swap');
      return;
    }
    const want = owns ? 'upgrade' : this.wanted(action, vcpu, kind !== 'read');
    this.act(page, { kind: 'stall', node: vcpu.node, vcpu: vcpu.id, time: vcpu.age[0], access: kind, want, insist });
  }

  private directMove(action: PolicyAction, node: number, owner: number): number {
    if (action === 'meet') {
      const third = others(this.shape.nodes, node, owner);
      return third.length > 0 ? this.pick(third, 'they meet on node') : -1;
    }
    return (action === 'send' || action === 'swap') && owner !== node ? owner : -1;
  }

  private wanted(action: PolicyAction, vcpu: WorldVcpu, write: boolean): Want {
    switch (action) {
      case 'bring': return 'bring';
      case 'copy': return write ? 'bring' : 'copy';
      case 'send': case 'swap': case 'meet': return 'locate';
      case 'remote':
        if (this.shape.loadStore) return 'map';
        // An instruction of two accesses stands for one that crosses pages: it is never served remotely.
        return this.shape.programs[vcpu.id]![vcpu.done]!.length > 1 ? 'bring' : 'service';
    }
  }

  private attempted(vcpu: WorldVcpu, retired: boolean): void {
    for (const page of vcpu.pinned) this.act(page, { kind: 'attempted', node: vcpu.node, vcpu: vcpu.id, retired });
  }

  private carryOut(page: number, act: Act): void {
    if (act.do === 'post') {
      this.world.post(act.channel, page);
      return;
    }
    const vcpu = this.waiting(act.vcpu, act.node);
    switch (act.do) {
      case 'wake':
        vcpu.state = 'run';
        if (act.pinned) vcpu.pinned = [...vcpu.pinned, vcpu.stalledPage];
        break;
      case 'perform':
        if (vcpu.performed) throw new Violation(`an access of vCPU ${vcpu.id} to page ${page} is performed twice`);
        vcpu.performed = true;
        break;
      case 'answer':
        if (!vcpu.performed) throw new Violation(`vCPU ${vcpu.id} got an answer that nobody gave`);
        vcpu.served++;
        vcpu.state = 'run';
        break;
      case 'send': this.sendVcpu(vcpu, act.to, false); break;
    }
  }

  private waiting(id: number, node: number): WorldVcpu {
    const vcpu = this.vcpu(id);
    if (vcpu.state !== 'wait' || vcpu.node !== node) throw new Violation(`vCPU ${id}, which does not wait on node ${node}, is told to go on there`);
    return vcpu;
  }

  private sendVcpu(vcpu: WorldVcpu, to: number, swap: boolean): void {
    const { registers, node: from } = vcpu;
    Object.assign(vcpu, { state: 'move', pinned: [], registers: -1 });
    const flight = { from, to, version: registers, message: { kind: 'vcpu', vcpu: vcpu.id, from, swap, reason: '' } } as const;
    for (const sent of this.shape.tamper ? this.shape.tamper(flight) : [flight]) {
      const channel = sent.from * this.shape.nodes + sent.to;
      const { travellers } = this.world;
      this.world.travellers = travellers.with(channel, [...travellers[channel]!, { message: sent.message, version: sent.version }]);
      this.world.post(channel, VCPU);
    }
  }
}
