// One event in a small world: the protocol's steps that it causes, and their effects carried out on versions.
import type { Effect } from '../../server/hyperkernel/effects.js';
import type { Grant, Message, PageRequest, Want } from '../../server/hyperkernel/messages.js';
import { step as protocolStep, type Input, type ShellMessage } from '../../server/hyperkernel/protocol.js';
import { homeOf, isOwner, pageState } from '../../server/hyperkernel/state.js';
import { STALLS_BEFORE_INSISTING } from '../../server/hyperkernel/stall.js';
import { others, type WorldEvent } from './events.js';
import { comparesVersions } from './fields.js';
import { hopsAllowed, underTransfer, Violation, type CountedRequest } from './rules.js';
import { forkPage, type Access, type Choose, type Flight, type OwnerAction, type PolicyAction, type Right, type World, type WorldShape, type WorldVcpu } from './world.js';

const ACTIONS: readonly PolicyAction[] = ['bring', 'copy', 'send', 'remote'];
const ROOM = ['room', 'no room'] as const;
const KEPT = ['kept', 'gone'] as const;
const OWNER_ACTIONS: readonly OwnerAction[] = ['serve', 'give', 'copy', 'refuse'];

type StallInput = Extract<Input, { kind: 'stall' }>;

/** Told of each choice that a policy makes. */
export type Tell = (choice: string) => void;

/** Changes `world`, which is a fork, by one event. Throws a Violation where a rule breaks that only shows on the way. */
export function happen(world: World, shape: WorldShape, event: WorldEvent, choose: Choose, tell?: Tell): void {
  const stepper = new Stepper(world, shape, choose, tell);
  switch (event.kind) {
    case 'deliver': stepper.deliver(event.channel); break;
    case 'run': stepper.execute(event.vcpu); break;
    case 'drop':
      world.whimsLeft--;
      stepper.process(event.node, { kind: 'drop', page: event.page });
      break;
    case 'evict':
      world.whimsLeft--;
      stepper.process(event.node, { kind: 'evict', page: event.page, to: event.to, reason: '' });
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
  private readonly own = new Set<number>();

  constructor(world: World, shape: WorldShape, choose: Choose, tell: Tell | undefined) {
    this.world = world;
    this.shape = shape;
    this.choose = choose;
    this.tell = tell;
  }

  deliver(channel: number): void {
    const { channels } = this.world;
    const [flight, ...rest] = channels[channel]!;
    channels[channel] = rest;
    const from = Math.floor(channel / this.shape.nodes);
    const to = channel % this.shape.nodes;
    const { message, version } = flight!;
    if (message.kind === 'vcpu') this.arrive(message, version, to);
    else this.process(to, message.kind === 'request' ? this.placed(message, to) : message, flight, from);
  }

  execute(id: number): void {
    const vcpu = this.vcpu(id);
    const who = `vCPU ${id} on node ${vcpu.node}`;
    if (vcpu.registers !== vcpu.done) throw new Violation(`${who} runs with the registers of instruction ${vcpu.registers}; it is at ${vcpu.done}`);
    const program = this.shape.programs[id]!;
    const accesses = program[vcpu.done]!.slice(vcpu.served);
    const right = (page: number) => this.world.rights[vcpu.node]![page];
    for (const access of accesses) {
      if (right(access.page) && (access.kind === 'read' || right(access.page)!.writable)) continue;
      this.stall(vcpu, access);
      return;
    }
    for (const { page, kind } of accesses) this.access(right(page)!.home, page, kind !== 'read', who);
    this.attempted(vcpu, true);
    vcpu.done++;
    Object.assign(vcpu, { registers: vcpu.done, served: 0, age: null, sent: false, stalls: 0, stalledPage: -1, pinned: [] });
    if (vcpu.done === program.length) vcpu.state = 'done';
  }

  move(id: number, to: number): void {
    this.sendVcpu(this.vcpu(id), to, false);
  }

  process(node: number, input: Exclude<Input, ShellMessage>, flight?: Flight, from = node): void {
    const answers = this.shape.ownerActions ?? OWNER_ACTIONS;
    const state = forkPage(this.world.nodes[node]!, input.page);
    this.world.nodes[node] = state;
    const effects = (this.shape.step ?? protocolStep)(state, input, {
      ownerDecision: () => ({ action: this.pick(answers, 'the owner answers'), reason: '' }),
      hasRoom: () => this.pick(ROOM, 'it has') === 'room',
    });
    for (const effect of effects) this.carryOut(node, effect, flight, from);
  }

  private pick<T>(from: readonly T[], about: string): T {
    const picked = from[this.choose(from.length)]!;
    this.tell?.(`${about} ${picked}`);
    return picked;
  }

  /** This world's own record of the vCPU, to be changed. */
  private vcpu(id: number): WorldVcpu {
    if (!this.own.has(id)) this.world.vcpus[id] = { ...this.world.vcpus[id]! };
    this.own.add(id);
    return this.world.vcpus[id]!;
  }

  private arrive(message: ShellMessage, registers: number, to: number): void {
    const vcpu = this.vcpu(message.vcpu);
    Object.assign(vcpu, { node: to, state: 'run', registers, sent: vcpu.age !== null });
    if (!message.swap) return;
    const movable = this.world.vcpus.filter(({ id, node, state, age }) => id !== vcpu.id && node === to && state === 'run' && age === null);
    if (movable.length > 0) this.sendVcpu(this.vcpu(this.pick(movable.map(({ id }) => id), 'swapped for vCPU')), message.from, false);
  }

  /**
   * The node that the requester's policy wants a dormant page on decides nothing before the home takes the first request,
   * so it is chosen there: one state then stands for all the choices that would not have mattered.
   */
  private placed<R extends PageRequest | StallInput>(request: R, at: number): R {
    const { pages } = this.world.nodes[at]!;
    if (homeOf(request.page, this.shape.nodes) !== at || pages.get(request.page)!.epoch > 0) return request;
    return { ...request, place: this.pick(others(this.shape.nodes), 'the page is wanted on node') };
  }

  private access(frameOf: number, page: number, write: boolean, who: string): void {
    const { frames, latest } = this.world;
    const found = frames[frameOf]![page]!;
    if (found !== latest[page]) throw new Violation(`${who} found version ${found} of page ${page}; the latest write made ${latest[page]}`);
    if (!write) return;
    if (this.world.pledged[frameOf]![page] === found) this.setTwin(frameOf, page, found);
    this.setFrame(frameOf, page, ++latest[page]!);
  }

  private stall(vcpu: WorldVcpu, { page, kind }: Access): void {
    vcpu.age ??= [++this.world.clock, vcpu.id];
    vcpu.stalls++;
    this.attempted(vcpu, false);
    Object.assign(vcpu, { state: 'wait', stalledPage: page, performed: false });
    const s = pageState(this.world.nodes[vcpu.node]!, page);
    const insist = vcpu.sent || vcpu.stalls > (this.shape.insistAfter ?? STALLS_BEFORE_INSISTING) || vcpu.pinned.length > 0;
    const action = isOwner(s) || insist ? 'bring' : this.pick(this.shape.actions ?? ACTIONS, 'the policy answers');
    const direct = s.epoch > 0 && !s.open ? this.directMove(action, vcpu.node, s.owner) : -1;
    if (direct >= 0) {
      this.sendVcpu(vcpu, direct, action === 'swap');
      return;
    }
    const write = kind !== 'read';
    this.process(vcpu.node, this.placed({
      kind: 'stall', page, vcpu: vcpu.id, age: vcpu.age, write, want: isOwner(s) ? 'upgrade' : this.wanted(action, vcpu, write), insist,
      place: -1, placeReason: '', reason: '', holds: isOwner(s) ? 0 : this.held(vcpu.node, page), service: { kind, address: page, bytes: 1 },
      // Travels in the request, as all fields of a stall do.
      ...(this.shape.countHops ? { born: this.world.transfers[page]! - underTransfer(this.world, page) } : {}),
    }, vcpu.node));
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
    for (const page of vcpu.pinned) this.process(vcpu.node, { kind: 'attempted', page, vcpu: vcpu.id, retired });
  }

  private carryOut(node: number, effect: Effect, flight: Flight | undefined, from: number): void {
    switch (effect.do) {
      case 'shootDown': {
        const right = this.world.rights[node]![effect.page] ?? null;
        this.setRight(node, effect.page, right && effect.keepReadable ? { ...right, writable: false } : null);
        break;
      }
      case 'send': this.send(node, effect.to, effect.message, effect.payload === 'none' ? -1 : this.world.frames[node]![effect.message.page]!); break;
      case 'freeFrame':
        this.keepTwin(node, effect.page);
        this.setFrame(node, effect.page, -1);
        break;
      case 'pledge': this.setPledge(node, effect.page, effect.version); break;
      case 'endPledge': this.setPledge(node, effect.page, -1); break;
      case 'reserveFrame': this.world.reserved[node]!++; break;
      case 'releaseFrame':
        if (--this.world.reserved[node]! < 0) throw new Violation(`node ${node} releases a frame that it has not reserved`);
        break;
      case 'discard': break;
      case 'install':
        this.takeBase(node, effect.page, (flight!.message as Grant).holds);
        this.setFrame(node, effect.page, flight!.version);
        break;
      case 'zeroFrame': this.setFrame(node, effect.page, 0); break;
      case 'grantRights': this.setRight(node, effect.page, { writable: effect.writable, home: node }); break;
      case 'mapRemote': this.setRight(node, effect.page, { writable: effect.writable, home: from }); break;
      case 'serve': this.serve(node, effect.request, effect.epoch); break;
      case 'answer': {
        const vcpu = this.waiting(effect.vcpu, node);
        if (!vcpu.performed) throw new Violation(`vCPU ${vcpu.id} got an answer that nobody gave`);
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
      case 'sendVcpu': this.sendVcpu(this.waiting(effect.vcpu, node), effect.to, false); break;
      case 'note': break;
    }
  }

  private serve(node: number, request: PageRequest, epoch: number): void {
    const { page, vcpu: id, serial, write, from } = request;
    const vcpu = this.waiting(id, from);
    if (vcpu.performed) throw new Violation(`an access of vCPU ${id} to page ${page} is performed twice`);
    vcpu.performed = true;
    this.access(node, page, write, `the service for vCPU ${id}`);
    this.send(node, from, { kind: 'answer', page, vcpu: id, serial, value: 0n, owner: node, epoch }, -1);
  }

  private waiting(id: number, node: number): WorldVcpu {
    const vcpu = this.vcpu(id);
    if (vcpu.state !== 'wait' || vcpu.node !== node) throw new Violation(`vCPU ${id}, which does not wait on node ${node}, is told to go on there`);
    return vcpu;
  }

  private sendVcpu(vcpu: WorldVcpu, to: number, swap: boolean): void {
    const { registers } = vcpu;
    Object.assign(vcpu, { state: 'move', pinned: [], registers: -1 });
    this.send(vcpu.node, to, { kind: 'vcpu', vcpu: vcpu.id, from: vcpu.node, swap, reason: '' }, registers);
  }

  private send(from: number, to: number, message: Message, version: number): void {
    const { channels, transfers } = this.world;
    if (this.shape.countHops && message.kind === 'request') hopsAllowed(this.world, message as CountedRequest);
    if (message.kind === 'grant' && message.as === 'owner') transfers[message.page]!++;
    const sent = this.shape.tamper ? this.shape.tamper({ from, to, message, version }) : [{ from, to, message, version }];
    for (const flight of sent) {
      const channel = flight.from * this.shape.nodes + flight.to;
      channels[channel] = [...channels[channel]!, { message: flight.message, version: flight.version }];
    }
  }

  /** Bytes that leave their frame are kept, but not instead of those that are pledged. */
  private keepTwin(node: number, page: number): void {
    const version = this.world.frames[node]![page]!;
    if (comparesVersions(this.shape) && version > 0 && !this.twinMustStay(node, page)) this.setTwin(node, page, version);
  }

  /** What arrives may be told by what differs from the version that this node has pledged to keep. */
  private takeBase(node: number, page: number, holds: number): void {
    const twin = this.world.twins[node]![page];
    if (holds > 0 && this.world.frames[node]![page] !== holds) {
      if (twin !== holds) throw new Violation(`node ${node} pledged to keep version ${holds} of page ${page}, and has it no more`);
      this.setTwin(node, page, -1);
    } else if (!this.twinMustStay(node, page)) this.setTwin(node, page, -1);
  }

  private twinMustStay(node: number, page: number): boolean {
    const twin = this.world.twins[node]![page]!;
    return twin >= 0 && this.world.pledged[node]![page] === twin;
  }

  /** The version that a node tells that it has of a page which it asks for; it may have given it up too. */
  private held(node: number, page: number): number {
    const version = Math.max(this.world.frames[node]![page]!, this.world.twins[node]![page]!);
    return comparesVersions(this.shape) && version > 0 && this.pick(KEPT, 'its bytes are') === 'kept' ? version : 0;
  }

  private setTwin(node: number, page: number, version: number): void {
    this.world.twins[node] = this.world.twins[node]!.with(page, version);
  }

  private setPledge(node: number, page: number, version: number): void {
    this.world.pledged[node] = this.world.pledged[node]!.with(page, version);
  }

  private setFrame(node: number, page: number, version: number): void {
    this.world.frames[node] = this.world.frames[node]!.with(page, version);
  }

  private setRight(node: number, page: number, right: Right | null): void {
    this.world.rights[node] = this.world.rights[node]!.with(page, right);
  }
}
