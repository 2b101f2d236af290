// One step of the small world, and the rules that must hold after it (SEMANTICS 11).
import type { Effect } from '../../server/hyperkernel/effects.js';
import type { Message, Want } from '../../server/hyperkernel/messages.js';
import { step as protocolStep, type Input, type ShellMessage } from '../../server/hyperkernel/protocol.js';
import { isOwner, pageState } from '../../server/hyperkernel/state.js';
import type { Choose, Flight, OwnerAction, PolicyAction, World, WorldShape, WorldVcpu } from './world.js';

/** A rule of coherence or progress is broken. */
export class Violation extends Error {}

const ACTIONS: readonly PolicyAction[] = ['bring', 'copy', 'send', 'remote'];
const OWNER_ACTIONS: readonly OwnerAction[] = ['serve', 'give', 'copy', 'refuse'];
/** As the hyperkernel does: from the next stall on the page is brought, whatever the policy says. */
const STALLS_BEFORE_INSISTING = 4;

/** Number of things that can happen next: messages that can be delivered, then vCPUs that can run. */
export function possibilities(world: World): { readonly channels: readonly number[]; readonly runnable: readonly WorldVcpu[] } {
  return {
    channels: world.channels.flatMap((channel, i) => (channel.length > 0 ? [i] : [])),
    runnable: world.vcpus.filter((vcpu) => vcpu.state === 'run'),
  };
}

export function finished(world: World): boolean {
  return world.vcpus.every((vcpu) => vcpu.state === 'done');
}

/** Changes `world` by one event. Throws a Violation where a rule breaks, or where nothing can happen any more. */
export function stepWorld(world: World, shape: WorldShape, choose: Choose): void {
  const { channels, runnable } = possibilities(world);
  const count = channels.length + runnable.length;
  if (count === 0) throw new Violation('nothing can happen any more');
  const choice = choose(count);
  const stepper = new Stepper(world, shape, choose);
  if (choice < channels.length) stepper.deliver(channels[choice]!);
  else stepper.execute(runnable[choice - channels.length]!);
  checkRules(world, shape);
}

/** The owner of `page`, if there is one, would like `to` to have it. */
export function evictPage(world: World, shape: WorldShape, choose: Choose, page: number, to: number): void {
  const owner = world.nodes.find((node) => isOwner(pageState(node, page)));
  if (owner) new Stepper(world, shape, choose).process(owner.node, { kind: 'evict', page, to, reason: '' });
  checkRules(world, shape);
}

/** `node` gives up its copy or mapping of `page`, if it has one that no instruction is about to use. */
export function dropPage(world: World, shape: WorldShape, choose: Choose, page: number, node: number): void {
  new Stepper(world, shape, choose).process(node, { kind: 'drop', page });
  checkRules(world, shape);
}

class Stepper {
  private readonly world: World;
  private readonly shape: WorldShape;
  private readonly choose: Choose;

  constructor(world: World, shape: WorldShape, choose: Choose) {
    this.world = world;
    this.shape = shape;
    this.choose = choose;
  }

  deliver(channel: number): void {
    const flight = this.world.channels[channel]!.shift()!;
    const to = channel % this.shape.nodes;
    if (flight.message.kind !== 'vcpu') {
      this.process(to, flight.message, flight, Math.floor(channel / this.shape.nodes));
      return;
    }
    const vcpu = this.world.vcpus[flight.message.vcpu]!;
    vcpu.node = to;
    vcpu.state = 'run';
    vcpu.sent = true;
  }

  execute(vcpu: WorldVcpu): void {
    const program = this.shape.programs[vcpu.id]!;
    const accesses = program[vcpu.done]!.slice(vcpu.served);
    for (const { page, write } of accesses) {
      const right = this.world.rights[vcpu.node]![page];
      if (!right || (write && !right.writable)) {
        this.stall(vcpu, page, write);
        return;
      }
    }
    for (const { page, write } of accesses) {
      this.access(this.world.rights[vcpu.node]![page]!.home, page, write, `vCPU ${vcpu.id} on node ${vcpu.node}`);
    }
    this.attempted(vcpu, true);
    Object.assign(vcpu, { served: 0, age: null, sent: false, stalls: 0, stalledPage: -1, pinned: [] });
    if (++vcpu.done === program.length) vcpu.state = 'done';
  }

  process(node: number, input: Exclude<Input, ShellMessage>, flight?: Flight, from = node): void {
    const answers = this.shape.ownerActions ?? OWNER_ACTIONS;
    const effects = protocolStep(this.world.nodes[node]!, input, {
      ownerDecision: () => ({ action: answers[this.choose(answers.length)]!, reason: '' }),
      hasRoom: () => this.choose(2) === 0,
    });
    for (const effect of effects) this.carryOut(node, effect, flight, from);
  }

  private access(frameOf: number, page: number, write: boolean, who: string): void {
    const { frames, latest } = this.world;
    if (frames[frameOf]![page] !== latest[page]) {
      throw new Violation(`${who} found version ${frames[frameOf]![page]} of page ${page}; the latest write made ${latest[page]}`);
    }
    if (write) frames[frameOf]![page] = ++latest[page]!;
  }

  private stall(vcpu: WorldVcpu, page: number, write: boolean): void {
    vcpu.age ??= [++this.world.clock, vcpu.id];
    vcpu.stalls++;
    this.attempted(vcpu, false);
    vcpu.state = 'wait';
    vcpu.stalledPage = page;
    const s = pageState(this.world.nodes[vcpu.node]!, page);
    const insist = vcpu.sent || vcpu.stalls > STALLS_BEFORE_INSISTING || vcpu.pinned.length > 0;
    const want = isOwner(s) ? 'upgrade' : insist ? 'bring' : this.wanted(vcpu, write);
    if (want === 'locate' && s.epoch > 0 && !s.open) {
      this.sendVcpu(vcpu, s.owner);
      return;
    }
    this.process(vcpu.node, {
      kind: 'stall', page, vcpu: vcpu.id, age: vcpu.age, write, want, insist, place: s.epoch === 0 ? this.choose(this.shape.nodes) : -1,
      placeReason: '', reason: '', service: { kind: write ? 'write' : 'read', address: page, bytes: 1 },
    });
  }

  private wanted(vcpu: WorldVcpu, write: boolean): Want {
    const actions = this.shape.actions ?? ACTIONS;
    switch (actions[this.choose(actions.length)]!) {
      case 'bring': return 'bring';
      case 'copy': return write ? 'bring' : 'copy';
      case 'send': return 'locate';
      case 'remote':
        if (this.shape.loadStore) return 'map';
        // An instruction of two accesses stands for one that crosses pages: it is never served remotely.
        return this.shape.programs[vcpu.id]![vcpu.done]!.length > 1 ? 'bring' : 'service';
    }
  }

  private attempted(vcpu: WorldVcpu, retired: boolean): void {
    for (const page of vcpu.pinned) this.process(vcpu.node, { kind: 'attempted', page, vcpu: vcpu.id, retired });
  }

  private carryOut(node: number, effect: Effect, flight: Flight | undefined, from: number): void {
    const { frames, rights, vcpus } = this.world;
    switch (effect.do) {
      case 'shootDown': {
        const right = rights[node]![effect.page] ?? null;
        rights[node]![effect.page] = right && effect.keepReadable ? { ...right, writable: false } : null;
        break;
      }
      case 'send': {
        const version = effect.payload === 'none' ? -1 : frames[node]![effect.message.page]!;
        this.send(node, effect.to, effect.message, version);
        break;
      }
      case 'freeFrame': frames[node]![effect.page] = -1; break;
      case 'reserveFrame': this.world.reserved[node]!++; break;
      case 'releaseFrame':
        if (--this.world.reserved[node]! < 0) throw new Violation(`node ${node} releases a frame that it has not reserved`);
        break;
      case 'install': frames[node]![effect.page] = flight!.version; break;
      case 'zeroFrame': frames[node]![effect.page] = 0; break;
      case 'grantRights': rights[node]![effect.page] = { writable: effect.writable, home: node }; break;
      case 'mapRemote': rights[node]![effect.page] = { writable: effect.writable, home: from }; break;
      case 'serve': {
        const { page, vcpu, serial, write } = effect.request;
        this.access(node, page, write, `the service for vCPU ${vcpu}`);
        this.send(node, effect.request.from, { kind: 'answer', page, vcpu, serial, value: 0n, owner: node, epoch: effect.epoch }, -1);
        break;
      }
      case 'answer': {
        const vcpu = this.waiting(effect.vcpu, node);
        vcpu.served++;
        vcpu.state = 'run';
        break;
      }
      case 'wake': {
        const vcpu = this.waiting(effect.vcpu, node);
        vcpu.state = 'run';
        if (effect.pinned) vcpu.pinned = [...vcpu.pinned, vcpu.stalledPage];
        break;
      }
      case 'sendVcpu': this.sendVcpu(vcpus[effect.vcpu]!, effect.to); break;
      case 'note': break;
    }
  }

  private waiting(id: number, node: number): WorldVcpu {
    const vcpu = this.world.vcpus[id]!;
    if (vcpu.state !== 'wait' || vcpu.node !== node) throw new Violation(`woke vCPU ${id}, which does not wait on node ${node}`);
    return vcpu;
  }

  private sendVcpu(vcpu: WorldVcpu, to: number): void {
    vcpu.state = 'move';
    vcpu.pinned = [];
    this.send(vcpu.node, to, { kind: 'vcpu', vcpu: vcpu.id, from: vcpu.node, swap: false, reason: '' }, -1);
  }

  private send(from: number, to: number, message: Message, version: number): void {
    const sent = this.shape.tamper ? this.shape.tamper({ from, to, message }) : { from, to, message };
    if (sent) this.world.channels[sent.from * this.shape.nodes + sent.to]!.push({ message: bare(sent.message), version });
  }
}

/** BigInt, which JSON has not, comes in answers alone. */
function bare(message: Message): Message {
  return message.kind === 'answer' ? { ...message, value: 0 as unknown as bigint } : message;
}

function checkRules(world: World, { pages }: WorldShape): void {
  for (let page = 0; page < pages; page++) {
    const states = world.nodes.map((node) => node.pages.get(page));
    const owners = states.flatMap((s, node) => (s && isOwner(s) ? [node] : []));
    const copies = states.flatMap((s, node) => (s?.right === 'secondary' ? [node] : []));
    if (owners.length > 1) throw new Violation(`page ${page} is owned by nodes ${owners.join(' and ')}`);
    if (owners.some((node) => states[node]!.owner !== node)) throw new Violation(`node ${owners[0]} owns page ${page} and believes another does`);
    if (copies.length > 0 && states[owners[0]!]?.right === 'exclusive') {
      throw new Violation(`page ${page} is exclusive on node ${owners[0]} while node ${copies[0]} has a copy`);
    }
    const writers = world.rights.flatMap((rights) => {
      const right = rights[page];
      return right?.writable ? [right.home] : [];
    });
    if (copies.length > 0 && writers.length > 0) throw new Violation(`page ${page} can be stored to while copies exist`);
    if (new Set(writers).size > 1) throw new Violation(`two frames of page ${page} can be stored to`);
  }
}
