// A world that is changed in place, event by event, with the rules checked for each page that changes.
import type { Message } from '../../server/hyperkernel/messages.js';
import { pageStep, viewOf } from './page.js';
import { checkRules } from './rules.js';
import { newPage, newVcpus, type Act, type Choose, type Flight, type PageEvent, type PageView, type PageWorld, type Tell, type World, type WorldShape, type WorldVcpu } from './world.js';

export class PlainWorld implements World {
  vcpus: readonly WorldVcpu[];
  travellers: readonly (readonly Flight[])[];
  readonly pages: readonly PageWorld[];
  whimsLeft: number;
  clock = 0;
  private readonly shape: WorldShape;
  /** Of pages that have not changed since. */
  private readonly views: (PageView | undefined)[] = [];
  readonly order: number[][];

  constructor(shape: WorldShape) {
    this.shape = shape;
    this.vcpus = newVcpus(shape);
    this.pages = Array.from({ length: shape.pages }, (_, page) => newPage(shape, page));
    this.travellers = Array.from({ length: shape.nodes ** 2 }, () => []);
    this.order = this.travellers.map(() => []);
    this.whimsLeft = shape.whims?.most ?? 0;
  }

  get underWay(): number {
    return this.order.reduce((sum, { length }) => sum + length, 0);
  }

  get busyChannels(): readonly number[] {
    const busy: number[] = [];
    for (let channel = 0; channel < this.order.length; channel++) if (this.order[channel]!.length > 0) busy.push(channel);
    return busy;
  }

  view(page: number): PageView {
    return this.views[page] ??= viewOf(this.pages[page]!, this.shape);
  }

  act(page: number, event: PageEvent, choose: Choose, tell: Tell | undefined): readonly Act[] {
    const acts = pageStep(this.pages[page]!, this.shape, event, choose, tell);
    checkRules(this.pages[page]!);
    this.views[page] = undefined;
    return acts;
  }

  next(channel: number): number {
    return this.order[channel]![0]!;
  }

  post(channel: number, whose: number): void {
    this.order[channel]!.push(whose);
  }

  take(channel: number): void {
    this.order[channel]!.shift();
  }

  message(page: number, channel: number): Message {
    return this.pages[page]!.channels[channel]![0]!.message;
  }
}
