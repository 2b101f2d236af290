// The fabric: when a message handed over now arrives. Links serialise (a message waits until the link has sent those
// before it), then add latency; delivery is exactly once and in order per (sender, receiver), unordered across pairs.
import { randomStream, type RandomState, type RandomStream } from '../../base/random.js';
import type { FabricSpec } from '../spec.js';
import { latencyOfHopsPs, routesOf, type Route } from './topology.js';

export interface FabricState {
  /** Per link, by the numbers of `routesOf`: when it has sent all it was given, in ps. */
  readonly linkFreePs: number[];
  /** Per from * nodes + to, arrival of the pair's last message. */
  readonly lastArrivalPs: number[];
  readonly messagesFrom: number[];
  readonly bytesFrom: number[];
  readonly random: RandomState;
}

export class Fabric {
  readonly spec: FabricSpec;
  readonly nodes: number;
  private state: Omit<FabricState, 'random'>;
  private readonly random: RandomStream;
  /** By from * nodes + to. */
  private readonly routes: readonly Route[];

  constructor(spec: FabricSpec, nodes: number, seed: number) {
    this.spec = spec;
    this.nodes = nodes;
    const { routes, linkCount } = routesOf(spec, nodes);
    this.routes = routes;
    this.random = randomStream(seed, 'fabric');
    this.state = {
      linkFreePs: new Array<number>(linkCount).fill(0),
      lastArrivalPs: new Array<number>(nodes * nodes).fill(0),
      messagesFrom: new Array<number>(nodes).fill(0),
      bytesFrom: new Array<number>(nodes).fill(0),
    };
  }

  /** Takes a message at `nowPs`; returns its arrival in ps. A message to oneself arrives at once and is not counted. */
  send(from: number, to: number, payloadBytes: number, nowPs: number): number {
    if (from === to) return nowPs;
    const bytes = payloadBytes + this.spec.headerBytes;
    this.state.messagesFrom[from]!++;
    this.state.bytesFrom[from]! += bytes;
    const pair = from * this.nodes + to;
    const arrivalPs = this.cross(this.routes[pair]!, bytes, nowPs, 1 + this.spec.jitter * this.random.next());
    // In order per pair, though jitter may favour the later message.
    const ordered = Math.max(arrivalPs, this.state.lastArrivalPs[pair]! + 1);
    this.state.lastArrivalPs[pair] = ordered;
    return ordered;
  }

  messagesFrom(node: number): number { return this.state.messagesFrom[node]!; }
  bytesFrom(node: number): number { return this.state.bytesFrom[node]!; }

  toState(): FabricState {
    return { ...this.state, random: this.random.state() };
  }

  restore({ random, ...state }: FabricState): void {
    this.state = state;
    this.random.restore(random);
  }

  /**
   * Cut-through: what stands between two links passes the head on while the tail still comes in, so bytes cost once
   * unless a link is busy, or slower than the one before it.
   */
  private cross(route: Route, bytes: number, nowPs: number, stretch: number): number {
    const { linkFreePs } = this.state;
    let headPs = nowPs;
    let tailPs = nowPs;
    let reachedPs = 0;
    for (const hop of route) {
      const sendingPs = transferPs(bytes, hop.bytesPerSecond);
      const sentPs = Math.max(headPs, linkFreePs[hop.link]!) + sendingPs;
      linkFreePs[hop.link] = sentPs;
      // Rounded as a whole, so that the parts add up to the latency of the route.
      const latencyPs = Math.round(hop.reachedPs * stretch) - reachedPs;
      reachedPs += latencyPs;
      headPs = sentPs - sendingPs + latencyPs;
      tailPs = Math.max(tailPs, sentPs) + latencyPs;
    }
    return tailPs;
  }
}

/** Time a link takes to send `bytes`, in ps; in a two-level fabric, the link of a node. */
export function serialisationPs(spec: FabricSpec, bytes: number): number {
  return transferPs(bytes, spec.bytesPerSecond);
}

function transferPs(bytes: number, bytesPerSecond: number): number {
  return Math.round((bytes * 1e12) / bytesPerSecond);
}

/** Latency between two nodes as near as nodes are without serialisation, queueing and jitter, in ps. */
export function oneWayLatencyPs(spec: FabricSpec): number {
  return latencyOfHopsPs(spec, 1);
}
