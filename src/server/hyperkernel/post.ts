// Hands a node's messages to the fabric.
import type { Message } from './messages.js';
import type { NodeParts } from './node.js';

export class Post {
  private readonly node: NodeParts;

  constructor(node: NodeParts) {
    this.node = node;
  }

  /** `payload` is what the shell carries along, `payloadBytes` its size on the wire. */
  send(to: number, message: Message, payload: number, payloadBytes: number, atPs: number): void {
    const { node, hardware, scheduler } = this.node;
    const arrivesPs = hardware.fabric.send(node, to, payloadBytes, atPs);
    hardware.observer?.sent?.({
      kind: message.kind, from: node, to, departPs: atPs, arrivePs: arrivesPs,
      page: 'page' in message ? message.page : -1, vcpu: 'vcpu' in message ? message.vcpu : -1, reason: 'reason' in message ? message.reason : '',
    });
    hardware.deliver(arrivesPs, { from: node, to, message, payload, load: scheduler.load() });
  }
}
