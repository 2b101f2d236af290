// A world put together from parts that are known already: a state of it is a few numbers.
import type { Message } from '../../server/hyperkernel/messages.js';
import { rank } from './codec.js';
import { Crews, type Crew } from './crew.js';
import { mirrorsOf, type Mirror } from './mirrors.js';
import { Orders, type Order } from './order.js';
import { Pages, type KnownPage } from './pages.js';
import type { PlainWorld } from './plain.js';
import type { Act, Choose, Flight, PageEvent, PageView, Tell, World, WorldShape, WorldVcpu } from './world.js';

/** All parts that an exploration has met. */
export class Parts {
  readonly shape: WorldShape;
  readonly orders: Orders;
  readonly crews: Crews;
  readonly pages: readonly Pages[];
  readonly mirrors: readonly Mirror[];

  constructor(shape: WorldShape) {
    this.shape = shape;
    this.orders = new Orders();
    this.crews = new Crews(shape);
    this.pages = Array.from({ length: shape.pages }, (_, page) => new Pages(shape, page));
    this.mirrors = mirrorsOf(shape);
  }

  /** So many numbers tell a state: of its crew, of its order, of each page. */
  get words(): number {
    return 2 + this.pages.length;
  }

  of({ order, pages, travellers, vcpus, whimsLeft }: PlainWorld): KnownWorld {
    const crew = this.crews.of({ vcpus, travellers, whimsLeft });
    return new KnownWorld(this, this.orders.of(order), crew, pages.map((page, i) => this.pages[i]!.of(page)));
  }

  read(state: Uint32Array): KnownWorld {
    const pages = this.pages.map(({ all }, i) => all[state[2 + i]!]!);
    return new KnownWorld(this, this.orders.all[state[1]!]!, this.crews.all[state[0]!]!, pages);
  }
}

export class KnownWorld implements World {
  readonly parts: Parts;
  vcpus: readonly WorldVcpu[];
  travellers: readonly (readonly Flight[])[];
  whimsLeft: number;
  clock: number;
  order: Order;
  readonly pages: KnownPage[];
  private crew: Crew;

  constructor(parts: Parts, order: Order, crew: Crew, pages: readonly KnownPage[], clock?: number) {
    this.parts = parts;
    this.order = order;
    this.crew = crew;
    this.pages = pages.slice();
    this.vcpus = crew.vcpus;
    this.travellers = crew.travellers;
    this.whimsLeft = crew.whimsLeft;
    this.clock = clock ?? Math.max(0, 31 - Math.clz32(this.ages()));
  }

  fork(): KnownWorld {
    return new KnownWorld(this.parts, this.order, this.crew, this.pages, this.clock);
  }

  /** Every vCPU is done and no message is under way. */
  get ended(): boolean {
    return this.crew.finished && this.order.busy.length === 0;
  }

  get busyChannels(): readonly number[] {
    return this.order.busy;
  }

  view(page: number): PageView {
    return this.pages[page]!.view;
  }

  act(page: number, event: PageEvent, choose: Choose, tell: Tell | undefined): readonly Act[] {
    const known = this.parts.pages[page]!;
    const outcomes = tell ? known.findOut(this.pages[page]!, event, tell) : known.outcomes(this.pages[page]!, event);
    const outcome = outcomes[outcomes.length === 1 ? 0 : choose(outcomes.length)]!;
    if (tell) outcome.words.forEach(tell);
    this.pages[page] = outcome.page;
    return outcome.acts;
  }

  next(channel: number): number {
    return this.order.channels[channel]![0]!;
  }

  post(channel: number, whose: number): void {
    this.order = this.parts.orders.posted(this.order, channel, whose);
  }

  take(channel: number): void {
    this.order = this.parts.orders.taken(this.order, channel);
  }

  message(page: number, channel: number): Message {
    return this.parts.pages[page]!.message(this.pages[page]!, channel);
  }

  /** The state's numbers, or those of a mirror image where they are lower, after an event. */
  write(state: Uint32Array): void {
    const ages = this.ages();
    // Ages become ranks, since no other world has to be told apart by them: they are if their bits are 1, 2, and so on.
    if ((ages & (ages + 2)) !== 0) this.rename(ages);
    if (this.changed()) this.crew = this.parts.crews.of(this, this.crew);
    state[0] = this.crew.id;
    state[1] = this.order.id;
    for (let i = 0; i < this.pages.length; i++) state[2 + i] = this.pages[i]!.id;
    for (const mirror of this.parts.mirrors) this.writeLower(state, mirror);
  }

  private writeLower(state: Uint32Array, mirror: Mirror): void {
    const { crews, orders, pages } = this.parts;
    const crew = crews.mirrored(this.crew, mirror).id;
    if (crew > state[0]!) return;
    const image = [crew, orders.mirrored(this.order, mirror).id];
    this.pages.forEach((page, i) => {
      const to = mirror.pages[i]!;
      image[2 + to] = pages[i]!.mirrored(page, mirror, pages[to]!).id;
    });
    const differs = image.findIndex((number, i) => number !== state[i]);
    if (differs >= 0 && image[differs]! < state[differs]!) state.set(image);
  }

  private ages(): number {
    let ages = 0;
    for (let i = 0; i < this.pages.length; i++) ages |= this.pages[i]!.ages;
    for (let i = 0; i < this.vcpus.length; i++) {
      const { age } = this.vcpus[i]!;
      if (age) ages |= 1 << age[0];
    }
    return ages;
  }

  private rename(ages: number): void {
    for (let i = 0; i < this.pages.length; i++) this.pages[i] = this.parts.pages[i]!.renamed(this.pages[i]!, ages);
    this.vcpus = this.vcpus.map((vcpu) => (vcpu.age ? { ...vcpu, age: [1 + rank(ages, vcpu.age[0]), vcpu.age[1]] } : vcpu));
  }

  private changed(): boolean {
    const { crew, travellers, vcpus, whimsLeft } = this;
    return vcpus !== crew.vcpus || travellers !== crew.travellers || whimsLeft !== crew.whimsLeft;
  }
}
