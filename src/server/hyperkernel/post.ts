// Hands a node's messages to the fabric.
import type { Cargo } from './cargo.js';
import { detailOf, type LoadMessage, type Message } from './messages.js';
import type { NodeParts } from './node.js';

export class Post {
  private readonly node: NodeParts;

  constructor(node: NodeParts) {
    this.node = node;
  }

  send(to: number, message: Message | LoadMessage, { bytes, compared: _, ...cargo }: Cargo, atPs: number): void {
    const { node, hardware, scheduler, frames } = this.node;
    const arrivesPs = hardware.fabric.send(node, to, bytes, atPs);
    hardware.load.carries(node, to, bytes);
    hardware.observer?.sent?.({
      kind: message.kind, detail: detailOf(message), from: node, to, departPs: atPs, arrivePs: arrivesPs,
      page: 'page' in message ? message.page : -1, vcpu: 'vcpu' in message ? message.vcpu : -1, reason: 'reason' in message ? message.reason : '',
    });
    hardware.deliver(arrivesPs, { from: node, to, message, ...cargo, load: scheduler.load(), freeFrames: frames.free });
  }
}
