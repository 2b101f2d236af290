// When something next happens to a node, as far as is known: messages on their way to it, periods of its policy and balancer,
// vCPUs that start there. Slices of its cores end there. All of it follows from the queue of events.
import type { ServerEvent } from './snapshot.js';

type NodeEvent = Exclude<ServerEvent, { kind: 'slice' }>;

/** The node that the event happens to; undefined of what happens to the whole server. */
export function nodeOfEvent(event: NodeEvent, vcpus: readonly { readonly node: number }[]): number | undefined {
  switch (event.kind) {
    case 'deliver': return event.envelope.to;
    case 'start': return vcpus[event.vcpu]!.node;
    case 'epoch': case 'balance': case 'room': return event.node;
    case 'cut': case 'exit': return undefined;
  }
}

export class DueTimes {
  /** Of each node, the latest first: there are few. */
  private readonly timesPs: readonly number[][];

  constructor(nodes: number) {
    this.timesPs = Array.from({ length: nodes }, () => []);
  }

  add(node: number, timePs: number): void {
    const times = this.timesPs[node]!;
    let at = times.length;
    while (at > 0 && times[at - 1]! < timePs) at--;
    times.splice(at, 0, timePs);
  }

  /** The node's next has happened. */
  happened(node: number): void { this.timesPs[node]!.pop(); }

  /** Infinity if nothing is known of. */
  nextPs(node: number): number { return this.timesPs[node]!.at(-1) ?? Infinity; }

  clear(): void {
    for (const times of this.timesPs) times.length = 0;
  }
}
