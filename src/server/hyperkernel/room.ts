// Room for pages that come. Whatever needs a frame gets one kept for it before it goes on, or it waits here, the oldest
// instruction first; meanwhile pages leave (reclaim.ts). The last frames are for the oldest instruction of the node alone, and
// a vCPU that waits here holds no page: so those that wait for frames and those that wait for pages never wait for each other
// in a circle.
import { older, type Age, type Envelope, type PageRequest } from './messages.js';
import type { NodeParts } from './node.js';
import type { Input } from './protocol.js';
import { Reclaim, type ReclaimState, type Removal } from './reclaim.js';
import type { Core } from './scheduler.js';
import { homeOf, isOwner, pageState, type PageState } from './state.js';

type StallInput = Extract<Input, { kind: 'stall' }>;

/** What cannot go on before there is a frame for its page. */
export type Waiting = { readonly age: Age; readonly page: number } & (
  /** A stall that was decided on. */
  | { readonly what: 'stall'; readonly vcpu: number; readonly input: Extract<Input, { kind: 'stall' }> }
  /** A vCPU that touched a page of zeros of this node's own. */
  | { readonly what: 'zeros'; readonly vcpu: number }
  /** A message that makes or brings a page, or uses one of zeros; and what came for that page since, in order. */
  | { readonly what: 'message'; readonly envelopes: readonly Envelope[] }
);

export interface RoomState {
  readonly reclaim: ReclaimState;
  /** The oldest first. */
  waiting: Waiting[];
  /** A look at what waits is queued as an event. */
  retries: boolean;
  /** Looks in a row after which everybody still waited. */
  vainRetries: number;
  /** Free frames, as far as pages have been made to leave on account of them. */
  level: number;
}

export interface RoomUser extends Removal {
  /** The frame is there: goes on with what waited. */
  resume(waiting: Waiting, core: Core): void;
  /** The vCPU waits for a frame: what is pinned for it is free. */
  unpin(vcpu: number, core: Core): void;
}

/** When nothing helps, everybody is asked again after this long. Assumption: about two exchanges with a page over Ethernet. */
const RETRY_PS = 20_000_000;
/** So many retries in vain are a fault of the server. */
const MOST_RETRIES = 5_000;

export class Room {
  private readonly node: NodeParts;
  private readonly user: RoomUser;
  private readonly reclaim: Reclaim;
  private state: Omit<RoomState, 'reclaim'>;
  private busy = false;

  constructor(node: NodeParts, user: RoomUser) {
    this.node = node;
    this.user = user;
    this.reclaim = new Reclaim(node, user);
    this.state = { waiting: [], retries: false, vainRetries: 0, level: node.frames.capacity };
  }

  toState(): RoomState { return { ...this.state, reclaim: this.reclaim.toState() }; }
  restore({ reclaim, ...state }: RoomState): void {
    this.state = state;
    this.reclaim.restore(reclaim);
  }

  get waiting(): readonly Waiting[] { return this.state.waiting; }

  /** Only what cannot wait may still have a frame. */
  get isFull(): boolean { return this.node.frames.free <= this.reclaim.marks.min; }

  /** Whether a frame is there for the page that an instruction of this age needs, or that a message brings on its account. */
  admits(page: number, age: Age): boolean {
    const { frames } = this.node;
    if (frames.hasPlaceFor(page)) return true;
    const { free } = frames;
    return free > this.reclaim.marks.min || (free > 0 && this.isOldest(age));
  }

  /** The message makes or brings a page here, or uses one that has no frame. */
  private needsFrame({ message }: Envelope): boolean {
    if (message.kind === 'create' || (message.kind === 'grant' && message.as === 'owner')) return true;
    if (message.kind !== 'request') return false;
    const { node, state, frames } = this.node;
    const s = pageState(state, message.page);
    if (frames.isZeroPage(s.page)) return message.want === 'service' || message.want === 'map';
    return s.epoch === 0 && message.place === node && homeOf(s.page, state.nodes) === node;
  }

  /**
   * A copy for which no frame is kept: it answers a second request of this node, asked in the name of an older instruction,
   * when the first has been answered and its copy has ended.
   */
  isNeedless({ message }: Envelope): boolean {
    const { frames } = this.node;
    return message.kind === 'grant' && message.as === 'copy' && frames.free <= 0 && !frames.hasPlaceFor(message.page);
  }

  mustWait(envelope: Envelope): boolean {
    return this.needsFrame(envelope) && !this.admits(...madeFor(envelope));
  }

  waitForMessage(envelope: Envelope, core: Core): void {
    const [page, age] = madeFor(envelope);
    this.wait({ what: 'message', page, age, envelopes: [envelope] }, core);
  }

  /** Messages about one page stay in order (SEMANTICS 13): where one waits, those that follow wait behind it. */
  waitsBehind(envelope: Envelope): boolean {
    const page = 'page' in envelope.message ? envelope.message.page : -1;
    const place = this.state.waiting.findIndex((waiting) => waiting.what === 'message' && waiting.page === page);
    if (place < 0) return false;
    const first = this.state.waiting[place] as Extract<Waiting, { what: 'message' }>;
    this.state.waiting[place] = { ...first, envelopes: [...first.envelopes, envelope] };
    return true;
  }

  /**
   * A single access to a page that others have needs no frame here. If its owner gives the page instead, that waits like a
   * page which answers a second request.
   */
  mayGoOn(input: Extract<Input, { kind: 'stall' }>): boolean {
    const served = input.want === 'service' && this.node.state.pages.get(input.page)!.epoch > 0;
    return served || this.admits(input.page, input.age);
  }

  /** Waits until there is a frame; pages leave so that there will be. */
  wait(waiting: Waiting, core: Core): void {
    this.node.statistics.frameWaits++;
    const later = this.state.waiting.findIndex((other) => older(waiting.age, other.age));
    this.state.waiting.splice(later < 0 ? this.state.waiting.length : later, 0, waiting);
    if (waiting.what !== 'message') this.user.unpin(waiting.vcpu, core);
    this.relieve(core.timePs, true);
  }

  /** Whether this node takes a page that the sender of the envelope offers; copies make way. One that has none left is helped. */
  takes(page: number, { freeFrames }: Envelope, core: Core): boolean {
    const { frames } = this.node;
    const helps = freeFrames <= 0 && this.state.waiting.length === 0;
    const kept = helps ? 0 : this.reclaim.marks.min;
    if (frames.hasPlaceFor(page) || frames.free > kept) return true;
    this.exclusively(() => this.reclaim.dropCopies(core, 1 + kept - frames.free, helps));
    return frames.free > kept;
  }

  /** A page has got a frame, or lost it, by no step. */
  track(page: number): void { this.reclaim.track(page); }

  heard(envelope: Envelope): void {
    this.reclaim.heard(envelope.from, envelope.freeFrames);
    if (envelope.message.kind === 'decline') this.reclaim.declined(envelope.from);
  }

  /** After a step: keeps frames for what may come, sees whether what waits may go on and whether pages should leave. */
  settle(page: number, answered: boolean, atPs: number): void {
    this.node.frames.expect(page, mayArrive(this.node.state.pages.get(page)!));
    this.reclaim.track(page);
    this.relieve(atPs, answered);
  }

  /** The event that `retryRoom` queued. */
  retry(atPs: number): void {
    this.state.retries = false;
    this.state.vainRetries++;
    this.reclaim.askAllAgain();
    this.relieve(atPs, true);
  }

  get hopeless(): boolean { return this.state.vainRetries > MOST_RETRIES; }

  private relieve(atPs: number, tryHard: boolean): void {
    this.exclusively(() => {
      const { frames, hardware, node, scheduler } = this.node;
      this.serve(atPs);
      const urgent = tryHard && this.state.waiting.length > 0;
      if (urgent || (frames.free < this.reclaim.marks.low && frames.free < this.state.level)) {
        this.reclaim.run(scheduler.interrupt(atPs), urgent);
        this.serve(atPs);
      }
      this.state.level = frames.free;
      if (this.state.waiting.length === 0 || this.state.retries) return;
      this.state.retries = true;
      hardware.retryRoom(node, atPs + RETRY_PS);
    });
  }

  /** What the body does settles pages, too; that is taken care of at its end. */
  private exclusively(body: () => void): void {
    if (this.busy) return;
    this.busy = true;
    body();
    this.busy = false;
  }

  private serve(atPs: number): void {
    for (const waiting of [...this.state.waiting]) {
      if (!this.admits(waiting.page, waiting.age)) continue;
      this.state.waiting = this.state.waiting.filter((other) => other !== waiting);
      this.state.vainRetries = 0;
      this.user.resume(waiting, this.node.scheduler.interrupt(atPs));
    }
  }

  private isOldest(age: Age): boolean {
    const { hardware: { vcpus }, node } = this.node;
    const stalled = vcpus.some((vcpu) => vcpu.node === node && vcpu.state !== 'moving' && vcpu.instruction !== null
      && older([vcpu.instruction.firstStallPs, vcpu.id], age));
    return !stalled && this.state.waiting.every((other) => !older(other.age, age));
  }
}

/**
 * The page that a message needs a frame for, and the age of the instruction on whose account it does. A page that comes
 * though no frame is kept for it answers a second request, like a needless copy, or a single access; it goes before all, as it
 * is nowhere else.
 */
function madeFor({ message }: Envelope): readonly [page: number, age: Age] {
  if (message.kind === 'grant') return [message.page, [-1, -1]];
  const { page, age } = message.kind === 'create' ? message.request : message as PageRequest;
  return [page, age];
}

/** A page, a copy or the first touch may yet come of what this node has asked for. */
function mayArrive(s: PageState): boolean {
  return s.open !== null || s.incoming !== null;
}

/** What a stall that waited may do now that others have changed the page: nothing more, or ask for what it still lacks. */
export function stillWanted(input: StallInput, s: PageState): StallInput | undefined {
  if (!isOwner(s)) return s.right === 'secondary' && !input.write ? undefined : input;
  return input.write && s.right === 'primary' ? { ...input, want: 'upgrade', reason: 'upgrade' } : undefined;
}
