// A random walk of the coherence protocol: the pure step function on several nodes, with every order of messages that
// the fabric allows and every decision a policy may take. Version numbers stand in for the bytes of pages.
import { randomStream, type Random } from '../../../src/base/random.js';
import type { Effect } from '../../../src/server/hyperkernel/effects.js';
import type { Age, Message, Want } from '../../../src/server/hyperkernel/messages.js';
import { step, type Input, type ShellMessage } from '../../../src/server/hyperkernel/protocol.js';
import { isOwner, newNodeState, pageState, type NodeState } from '../../../src/server/hyperkernel/state.js';

export interface WalkShape {
  readonly seed: number;
  readonly nodes: number;
  readonly pages: number;
  readonly vcpus: number;
  readonly instructions: number;
  /** Remote mappings instead of remote service. */
  readonly loadStore: boolean;
  /** Changes a message on its way; null drops it. For planted faults. */
  readonly tamper?: (message: Message, from: number, to: number) => { readonly message: Message; readonly to: number; readonly from: number } | null;
}

interface Flight { readonly message: Message; readonly version: number }
interface Access { readonly page: number; readonly write: boolean }
interface WalkVcpu {
  readonly id: number;
  node: number;
  state: 'run' | 'wait' | 'move' | 'done';
  left: number;
  accesses: readonly Access[];
  /** How many of the instruction's accesses a remote owner has performed. */
  served: number;
  age: Age | null;
  sent: boolean;
  stalls: number;
  stalledPage: number;
  pinned: number[];
}

/** Runs to the end of all vCPUs. Throws with a description where a rule breaks, or nothing can happen any more. */
export function walk(shape: WalkShape): { readonly steps: number; readonly messages: number } {
  return new Walk(shape).run();
}

class Walk {
  private readonly shape: WalkShape;
  private readonly random: Random;
  private readonly nodes: NodeState[];
  private readonly frames: Map<number, number>[];
  private readonly rights: Map<number, { writable: boolean; home: number }>[];
  private readonly channels: Flight[][];
  private readonly latest: number[];
  private readonly vcpus: WalkVcpu[];
  private now = 0;
  private messages = 0;

  constructor(shape: WalkShape) {
    this.shape = shape;
    this.random = randomStream(shape.seed, 'walk');
    this.nodes = Array.from({ length: shape.nodes }, (_, node) => newNodeState(node, shape.nodes));
    this.frames = this.nodes.map(() => new Map<number, number>());
    this.rights = this.nodes.map(() => new Map<number, { writable: boolean; home: number }>());
    this.channels = Array.from({ length: shape.nodes * shape.nodes }, () => []);
    this.latest = new Array<number>(shape.pages).fill(0);
    this.vcpus = Array.from({ length: shape.vcpus }, (_, id) => ({
      id, node: id % shape.nodes, state: 'run' as const, left: shape.instructions, accesses: [], served: 0, age: null,
      sent: false, stalls: 0, stalledPage: -1, pinned: [],
    }));
  }

  run(): { steps: number; messages: number } {
    const bound = 2000 * this.shape.vcpus * this.shape.instructions;
    while (this.vcpus.some((vcpu) => vcpu.state !== 'done')) {
      if (++this.now > bound) throw new Error(`no end within ${bound} steps: livelock`);
      const channels = this.channels.flatMap((channel, i) => (channel.length > 0 ? [i] : []));
      const runnable = this.vcpus.filter((vcpu) => vcpu.state === 'run');
      const choices = channels.length + runnable.length;
      if (choices === 0) throw new Error('nothing can happen any more');
      if (this.random.next() < 0.02) this.push();
      const choice = this.random.below(choices);
      if (choice < channels.length) this.deliver(channels[choice]!);
      else this.execute(runnable[choice - channels.length]!);
      this.check();
    }
    return { steps: this.now, messages: this.messages };
  }

  private deliver(channel: number): void {
    const flight = this.channels[channel]!.shift()!;
    const to = channel % this.shape.nodes;
    this.messages++;
    if (flight.message.kind === 'vcpu') {
      const vcpu = this.vcpus[flight.message.vcpu]!;
      vcpu.node = to;
      vcpu.state = 'run';
      vcpu.sent = true;
    } else {
      this.process(to, flight.message, flight, Math.floor(channel / this.shape.nodes));
    }
  }

  /** A policy's own wish: a page goes from its owner to some node. */
  private push(): void {
    const page = this.random.below(this.shape.pages);
    const owner = this.nodes.find((node) => isOwner(pageState(node, page)));
    const to = this.random.below(this.shape.nodes);
    if (owner && owner.node !== to) this.process(owner.node, { kind: 'push', page, to, reason: 'walk' });
  }

  private execute(vcpu: WalkVcpu): void {
    if (vcpu.accesses.length === 0) vcpu.accesses = this.newInstruction();
    for (let i = vcpu.served; i < vcpu.accesses.length; i++) {
      const { page, write } = vcpu.accesses[i]!;
      const right = this.rights[vcpu.node]!.get(page);
      if (!right || (write && !right.writable)) return this.stall(vcpu, page, write);
    }
    for (const { page, write } of vcpu.accesses.slice(vcpu.served)) {
      this.access(this.rights[vcpu.node]!.get(page)!.home, page, write, `vCPU ${vcpu.id} on node ${vcpu.node}`);
    }
    this.attempted(vcpu, true);
    Object.assign(vcpu, { accesses: [], served: 0, age: null, sent: false, stalls: 0, pinned: [] });
    if (--vcpu.left === 0) vcpu.state = 'done';
  }

  /** One or two accesses to different pages, as an instruction that loads from one and stores to the other. */
  private newInstruction(): Access[] {
    const page = this.random.below(this.shape.pages);
    const first = { page, write: this.random.next() < 0.4 };
    if (this.shape.pages === 1 || this.random.next() < 0.6) return [first];
    return [{ page, write: false }, { page: (page + 1 + this.random.below(this.shape.pages - 1)) % this.shape.pages, write: true }];
  }

  private access(frameOf: number, page: number, write: boolean, who: string): void {
    const version = this.frames[frameOf]!.get(page);
    if (version !== this.latest[page]) {
      throw new Error(`${who} found version ${version} of page ${page}; the latest write made ${this.latest[page]}`);
    }
    if (write) this.frames[frameOf]!.set(page, ++this.latest[page]!);
  }

  private stall(vcpu: WalkVcpu, page: number, write: boolean): void {
    vcpu.age ??= [this.now, vcpu.id];
    vcpu.stalls++;
    this.attempted(vcpu, false);
    vcpu.state = 'wait';
    vcpu.stalledPage = page;
    const node = this.nodes[vcpu.node]!;
    const s = pageState(node, page);
    const want = this.want(vcpu, isOwner(s), write);
    if (want === 'locate' && s.epoch > 0 && !s.open) return this.sendVcpu(vcpu, s.owner);
    const place = s.epoch === 0 ? this.random.below(this.shape.nodes) : -1;
    this.process(vcpu.node, {
      kind: 'stall', page, vcpu: vcpu.id, age: vcpu.age, write, want, insist: this.insists(vcpu), place, placeReason: 'walk',
      reason: 'walk', service: { kind: write ? 'write' : 'read', address: page, bytes: 1 },
    });
  }

  private want(vcpu: WalkVcpu, owner: boolean, write: boolean): Want {
    if (owner) return 'upgrade';
    if (this.insists(vcpu)) return 'bring';
    const crossing = vcpu.accesses.length > 1;
    const remote: Want = this.shape.loadStore ? 'map' : crossing ? 'bring' : 'service';
    const wants: Want[] = ['bring', write ? 'bring' : 'copy', 'locate', remote];
    return wants[this.random.below(wants.length)]!;
  }

  /** As the hyperkernel does: no advice is taken after a move, after many stalls, or while a page is pinned for it. */
  private insists(vcpu: WalkVcpu): boolean {
    return vcpu.sent || vcpu.stalls > 4 || vcpu.pinned.length > 0;
  }

  private attempted(vcpu: WalkVcpu, retired: boolean): void {
    for (const page of vcpu.pinned) this.process(vcpu.node, { kind: 'attempted', page, vcpu: vcpu.id, retired });
  }

  private process(node: number, input: Exclude<Input, ShellMessage>, flight?: Flight, from = node): void {
    const effects = step(this.nodes[node]!, input, {
      ownerDecision: () => ({ action: (['serve', 'serve', 'give', 'copy', 'refuse'] as const)[this.random.below(5)]!, reason: 'walk' }),
    });
    for (const effect of effects) this.carryOut(node, effect, flight, from);
  }

  private carryOut(node: number, effect: Effect, flight: Flight | undefined, from: number): void {
    const rights = this.rights[node]!;
    const frames = this.frames[node]!;
    switch (effect.do) {
      case 'shootDown': {
        const right = rights.get(effect.page);
        if (right && effect.keepReadable) right.writable = false;
        else rights.delete(effect.page);
        break;
      }
      case 'send': this.send(node, effect.to, effect.message, effect.payload === 'none' ? -1 : frames.get(effect.message.page)!); break;
      case 'freeFrame': frames.delete(effect.page); break;
      case 'install': frames.set(effect.page, flight!.version); break;
      case 'zeroFrame': frames.set(effect.page, 0); break;
      case 'grantRights': rights.set(effect.page, { writable: effect.writable, home: node }); break;
      case 'mapRemote': rights.set(effect.page, { writable: effect.writable, home: from }); break;
      case 'serve': {
        const { page, vcpu, serial, write } = effect.request;
        this.access(node, page, write, `service for vCPU ${vcpu}`);
        this.send(node, effect.request.from, { kind: 'answer', page, vcpu, serial, value: 0n }, -1);
        break;
      }
      case 'answer': {
        const vcpu = this.vcpus[effect.vcpu]!;
        vcpu.served++;
        vcpu.state = 'run';
        break;
      }
      case 'wake': {
        const vcpu = this.vcpus[effect.vcpu]!;
        if (vcpu.state !== 'wait' || vcpu.node !== node) throw new Error(`woke vCPU ${vcpu.id}, which does not wait on node ${node}`);
        vcpu.state = 'run';
        if (effect.pinned) vcpu.pinned = [...vcpu.pinned, vcpu.stalledPage];
        break;
      }
      case 'sendVcpu': this.sendVcpu(this.vcpus[effect.vcpu]!, effect.to); break;
      case 'note': break;
    }
  }

  private sendVcpu(vcpu: WalkVcpu, to: number): void {
    vcpu.state = 'move';
    vcpu.pinned = [];
    this.send(vcpu.node, to, { kind: 'vcpu', vcpu: vcpu.id, from: vcpu.node, swap: false, reason: 'walk' }, -1);
  }

  private send(from: number, to: number, message: Message, version: number): void {
    const sent = this.shape.tamper ? this.shape.tamper(message, from, to) : { message, from, to };
    if (sent) this.channels[sent.from * this.shape.nodes + sent.to]!.push({ message: sent.message, version, });
  }

  private check(): void {
    for (let page = 0; page < this.shape.pages; page++) {
      const owners = this.nodes.filter((node) => isOwner(pageState(node, page)));
      const copies = this.nodes.filter((node) => pageState(node, page).right === 'secondary');
      if (owners.length > 1) throw new Error(`page ${page} has ${owners.length} owners`);
      if (owners[0] && pageState(owners[0], page).right === 'exclusive' && copies.length > 0) {
        throw new Error(`page ${page} is exclusive on node ${owners[0].node} while node ${copies[0]!.node} has a copy`);
      }
      const writers = this.rights.filter((rights) => rights.get(page)?.writable);
      if (copies.length > 0 && writers.length > 0) throw new Error(`page ${page} can be written while copies exist`);
      const homes = new Set(writers.map((rights) => rights.get(page)!.home));
      if (homes.size > 1) throw new Error(`two frames of page ${page} can be written`);
    }
  }
}
