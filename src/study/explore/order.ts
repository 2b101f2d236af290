// Whose messages follow one another on each channel: pages and vCPUs keep their own in order, this is how they alternate. Each
// order that is met becomes one object, which knows those that follow it.
import { mirroredChannels, type Mirror } from './mirrors.js';
import { VCPU } from './world.js';

export interface Order {
  readonly id: number;
  /** By channel: pages, or VCPU. */
  readonly channels: readonly (readonly number[])[];
  /** Channels that messages are on, in ascending order. */
  readonly busy: readonly number[];
  /** By what happens, once it has. */
  readonly after: Map<number, Order>;
  /** By mirror, once it has been looked for. */
  readonly mirrored: Order[];
}

const WHOSE = 1 << 8;

export class Orders {
  readonly all: Order[] = [];
  private readonly byText = new Map<string, Order>();

  of(channels: readonly (readonly number[])[]): Order {
    const text = channels.map((queue) => queue.join(' ')).join();
    let order = this.byText.get(text);
    if (!order) {
      const copied = channels.map((queue) => [...queue]);
      const busy = [...copied.keys()].filter((channel) => copied[channel]!.length > 0);
      order = { id: this.all.length, channels: copied, busy, after: new Map(), mirrored: [] };
      this.byText.set(text, order);
      this.all.push(order);
    }
    return order;
  }

  posted(order: Order, channel: number, whose: number): Order {
    return this.follow(order, channel * WHOSE + whose, channel, (queue) => [...queue, whose]);
  }

  taken(order: Order, channel: number): Order {
    return this.follow(order, -1 - channel, channel, (queue) => queue.slice(1));
  }

  mirrored(order: Order, mirror: Mirror): Order {
    return order.mirrored[mirror.index] ??= this.image(order, mirror);
  }

  private image(order: Order, mirror: Mirror): Order {
    const channels: number[][] = [];
    mirroredChannels(mirror).forEach((to, channel) => {
      channels[to] = order.channels[channel]!.map((whose) => (whose === VCPU ? VCPU : mirror.pages[whose]!));
    });
    return this.of(channels);
  }

  private follow(
    order: Order, what: number, channel: number, change: (queue: readonly number[]) => readonly number[],
  ): Order {
    let next = order.after.get(what);
    if (!next) {
      next = this.of(order.channels.map((queue, i) => (i === channel ? change(queue) : queue)));
      order.after.set(what, next);
    }
    return next;
  }
}
