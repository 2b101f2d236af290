// What happens to one page: the protocol's steps, and their effects carried out on versions.
import type { Effect } from '../../server/hyperkernel/effects.js';
import { mayEvict } from '../../server/hyperkernel/evict.js';
import type { Grant, PageRequest } from '../../server/hyperkernel/messages.js';
import { step as protocolStep, type Input, type ShellMessage } from '../../server/hyperkernel/protocol.js';
import { homeOf, isOwner, type NodeState } from '../../server/hyperkernel/state.js';
import { comparesVersions } from './fields.js';
import { hopsAllowed, underTransfer, Violation, type CountedRequest } from './rules.js';
import { recordOf, type Act, type Choose, type Flight, type OwnerAction, type PageEvent, type PageView, type PageWorld, type Tell, type WorldShape } from './world.js';

const ROOM = ['room', 'no room'] as const;
const KEPT = ['kept', 'gone'] as const;
const OWNER_ACTIONS: readonly OwnerAction[] = ['serve', 'give', 'copy', 'refuse'];

type StallInput = Extract<Input, { kind: 'stall' }>;
type PageMessage = Exclude<Flight['message'], ShellMessage>;

/** Changes `page` by one event. Throws a Violation where a rule breaks that only shows on the way. */
export function pageStep(page: PageWorld, shape: WorldShape, event: PageEvent, choose: Choose, tell?: Tell): Act[] {
  const stepper = new PageStepper(page, shape, choose, tell);
  switch (event.kind) {
    case 'deliver': stepper.deliver(event.channel); break;
    case 'stall': stepper.stall(event); break;
    case 'attempted':
      stepper.process(event.node, { kind: 'attempted', page: page.page, vcpu: event.vcpu, retired: event.retired });
      break;
    case 'access': stepper.access(event.node, event.write, `vCPU ${event.vcpu}`); break;
    case 'drop': stepper.process(event.node, { kind: 'drop', page: page.page }); break;
    case 'evict': stepper.process(event.node, { kind: 'evict', page: page.page, to: event.to, reason: '' }); break;
  }
  return stepper.acts;
}

class PageStepper {
  readonly acts: Act[] = [];
  private readonly world: PageWorld;
  private readonly shape: WorldShape;
  private readonly choose: Choose;
  private readonly tell: Tell | undefined;

  constructor(world: PageWorld, shape: WorldShape, choose: Choose, tell: Tell | undefined) {
    this.world = world;
    this.shape = shape;
    this.choose = choose;
    this.tell = tell;
  }

  deliver(channel: number): void {
    const { nodes } = this.shape;
    const flight = this.world.channels[channel]!.shift()!;
    const message = flight.message as PageMessage;
    const to = channel % nodes;
    this.process(to, message.kind === 'request' ? this.placed(message, to) : message, flight, Math.floor(channel / nodes));
  }

  stall({ node, vcpu, time, access, want, insist }: Extract<PageEvent, { kind: 'stall' }>): void {
    const { page, transfers } = this.world;
    this.process(node, this.placed({
      kind: 'stall', page, vcpu, age: [time, vcpu], write: access !== 'read', want, insist, place: -1, placeReason: '', reason: '',
      holds: want === 'upgrade' ? 0 : this.held(node), service: { kind: access, address: page, bytes: 1 },
      // Travels in the request, as all fields of a stall do.
      ...(this.shape.countHops ? { born: transfers - underTransfer(this.world) } : {}),
    }, node));
  }

  process(node: number, input: Exclude<Input, ShellMessage>, flight?: Flight, from = node): void {
    const answers = this.shape.ownerActions ?? OWNER_ACTIONS;
    const effects = (this.shape.step ?? protocolStep)(this.world.nodes[node]!, input, {
      ownerDecision: () => ({ action: this.pick(answers, 'the owner answers'), reason: '' }),
      hasRoom: () => this.pick(ROOM, 'it has') === 'room',
    });
    for (const effect of effects) this.carryOut(node, effect, flight, from);
  }

  access(node: number, write: boolean, who: string): void {
    const { frames, pledged, latest, page } = this.world;
    const found = frames[node]!;
    if (found !== latest) throw new Violation(`${who} found version ${found} of page ${page}; the latest write made ${latest}`);
    if (!write) return;
    if (pledged[node] === found) this.world.twins[node] = found;
    frames[node] = ++this.world.latest;
  }

  private pick<T>(from: readonly T[], about: string): T {
    const picked = from[this.choose(from.length)]!;
    this.tell?.(`${about} ${picked}`);
    return picked;
  }

  /**
   * The node that the requester's policy wants a dormant page on decides nothing before the home takes the first request,
   * so it is chosen there: one state then stands for all the choices that would not have mattered.
   */
  private placed<R extends PageRequest | StallInput>(request: R, at: number): R {
    if (homeOf(request.page, this.shape.nodes) !== at || recordOf(this.world, at).epoch > 0) return request;
    const place = this.choose(this.shape.nodes);
    this.tell?.(`the page is wanted on node ${place}`);
    return { ...request, place };
  }

  private carryOut(node: number, effect: Effect, flight: Flight | undefined, from: number): void {
    const { frames, pledged, reserved, rights } = this.world;
    switch (effect.do) {
      case 'shootDown': {
        const right = rights[node];
        rights[node] = right && effect.keepReadable ? { ...right, writable: false } : null;
        break;
      }
      case 'send': this.send(node, effect.to, effect.message, effect.payload === 'none' ? -1 : frames[node]!); break;
      case 'freeFrame':
        this.keepTwin(node);
        frames[node] = -1;
        break;
      case 'pledge': pledged[node] = effect.version; break;
      case 'endPledge': pledged[node] = -1; break;
      case 'reserveFrame': reserved[node]!++; break;
      case 'releaseFrame':
        if (--reserved[node]! < 0) throw new Violation(`node ${node} releases a frame that it has not reserved`);
        break;
      case 'discard': break;
      case 'install':
        this.takeBase(node, (flight!.message as Grant).holds);
        frames[node] = flight!.version;
        break;
      case 'zeroFrame': frames[node] = 0; break;
      case 'grantRights': rights[node] = { writable: effect.writable, home: node }; break;
      case 'mapRemote': rights[node] = { writable: effect.writable, home: from }; break;
      case 'serve': this.serve(node, effect.request, effect.epoch); break;
      case 'answer': this.acts.push({ do: 'answer', vcpu: effect.vcpu, node }); break;
      case 'wake': this.acts.push({ do: 'wake', vcpu: effect.vcpu, node, pinned: effect.pinned }); break;
      case 'sendVcpu': this.acts.push({ do: 'send', vcpu: effect.vcpu, node, to: effect.to }); break;
      case 'note': break;
    }
  }

  private serve(node: number, { page, vcpu, serial, write, from }: PageRequest, epoch: number): void {
    this.acts.push({ do: 'perform', vcpu, node: from });
    this.access(node, write, `the service for vCPU ${vcpu}`);
    this.send(node, from, { kind: 'answer', page, vcpu, serial, value: 0n, owner: node, epoch }, -1);
  }

  private send(from: number, to: number, message: PageMessage, version: number): void {
    if (this.shape.countHops && message.kind === 'request') hopsAllowed(this.world, message as CountedRequest);
    if (message.kind === 'grant' && message.as === 'owner') this.world.transfers++;
    const sent = this.shape.tamper ? this.shape.tamper({ from, to, message, version }) : [{ from, to, message, version }];
    for (const flight of sent) {
      const channel = flight.from * this.shape.nodes + flight.to;
      this.world.channels[channel]!.push({ message: flight.message, version: flight.version });
      this.acts.push({ do: 'post', channel });
    }
  }

  /** Bytes that leave their frame are kept, but not instead of those that are pledged. */
  private keepTwin(node: number): void {
    const version = this.world.frames[node]!;
    if (comparesVersions(this.shape) && version > 0 && !this.twinMustStay(node)) this.world.twins[node] = version;
  }

  /** What arrives may be told by what differs from the version that this node has pledged to keep. */
  private takeBase(node: number, holds: number): void {
    const { frames, page, twins } = this.world;
    if (holds > 0 && frames[node] !== holds) {
      if (twins[node] !== holds) {
        throw new Violation(`node ${node} pledged to keep version ${holds} of page ${page}, and has it no more`);
      }
      twins[node] = -1;
    } else if (!this.twinMustStay(node)) twins[node] = -1;
  }

  private twinMustStay(node: number): boolean {
    const { pledged, twins } = this.world;
    return twins[node]! >= 0 && pledged[node] === twins[node];
  }

  /** The version that a node tells that it has of a page which it asks for; it may have given it up too. */
  private held(node: number): number {
    const version = Math.max(this.world.frames[node]!, this.world.twins[node]!);
    return comparesVersions(this.shape) && version > 0 && this.pick(KEPT, 'its bytes are') === 'kept' ? version : 0;
  }
}

export function viewOf(page: PageWorld, shape: WorldShape): PageView {
  const first: number[] = [];
  const firstWithoutWhims: number[] = [];
  page.channels.forEach(([flight], channel) => {
    if (!flight) return;
    const { message } = flight;
    if (message.kind === 'decline') firstWithoutWhims.push(channel);
    else if (mayGoFirst(page.nodes[channel % shape.nodes]!, message as PageMessage, shape)) first.push(channel);
  });
  return {
    nodes: page.nodes.map((_, node) => {
      const s = recordOf(page, node);
      return {
        right: page.rights[node]!, owns: isOwner(s), owner: s.epoch > 0 ? s.owner : -1, asks: s.open !== null,
        mayDrop: s.right === 'secondary' || s.right === 'mapped', mayEvict: mayEvict(s) && !s.offered,
      };
    }),
    first, firstWithoutWhims,
  };
}

/**
 * Whether the arrival of a message commutes with everything that can happen before it does, breaks no rule, and stays what
 * it is until then. If so nothing is lost by letting it happen at once and alone: the worlds are branching bisimilar (Groote
 * and van de Pol, "State Space Reduction Using Partial tau-Confluence", MFCS 2000), since each such event uses up a message
 * and so they come to an end.
 *   - A frame that is no longer reserved: whether there is room is free to choose anyway. (And a node that declines what was
 *     offered, if nothing will be offered any more.)
 *   - News that the receiver has already, or later ones, and for which nobody waits: epochs only rise, and serial numbers
 *     that are out of use stay so. (Where hops are counted, a notice under way widens the bound.)
 * A vCPU that arrives may go first, too (`eventsOf`).
 */
function mayGoFirst({ pages }: NodeState, message: PageMessage, { countHops }: WorldShape): boolean {
  const { epoch, open } = pages.get(message.page)!;
  switch (message.kind) {
    case 'withdraw': return true;
    case 'notice': return countHops !== true && message.epoch <= epoch;
    case 'located': case 'refused': return message.epoch <= epoch && open?.serial !== message.serial;
    default: return false;
  }
}
