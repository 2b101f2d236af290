// The fabric: when a message handed over now arrives. Links serialise (a message waits until the link has sent those
// before it), then add latency; delivery is exactly once and in order per (sender, receiver), unordered across pairs.
import { randomStream, restoreStream, type Random, type RandomState } from '../../base/random.js';
import type { FabricSpec } from '../spec.js';

export interface FabricState {
  /** Per link, when it has sent all it was given, in ps. mesh: from * nodes + to; star: node up, then nodes + node down. */
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
  private readonly state: Omit<FabricState, 'random'>;
  private readonly random: Random;

  constructor(spec: FabricSpec, nodes: number, seed: number, state?: FabricState) {
    this.spec = spec;
    this.nodes = nodes;
    this.random = state ? restoreStream(state.random) : randomStream(seed, 'fabric');
    this.state = state ? structuredClone(state) : {
      linkFreePs: new Array<number>(spec.topology === 'mesh' ? nodes * nodes : 2 * nodes).fill(0),
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
    const latencyPs = Math.round(oneWayLatencyPs(this.spec) * (1 + this.spec.jitter * this.random.next()));
    const pair = from * this.nodes + to;
    const arrivalPs = this.spec.topology === 'mesh'
      ? this.occupy(pair, bytes, nowPs) + latencyPs
      : this.throughSwitch(from, to, bytes, nowPs, latencyPs);
    // In order per pair, though jitter may favour the later message.
    const ordered = Math.max(arrivalPs, this.state.lastArrivalPs[pair]! + 1);
    this.state.lastArrivalPs[pair] = ordered;
    return ordered;
  }

  messagesFrom(node: number): number { return this.state.messagesFrom[node]!; }
  bytesFrom(node: number): number { return this.state.bytesFrom[node]!; }

  toState(): FabricState {
    return { ...structuredClone(this.state), random: this.random.state() };
  }

  /** When the link has sent `bytes` that were ready at `readyPs`. */
  private occupy(link: number, bytes: number, readyPs: number): number {
    const donePs = Math.max(readyPs, this.state.linkFreePs[link]!) + serialisationPs(this.spec, bytes);
    this.state.linkFreePs[link] = donePs;
    return donePs;
  }

  /** Cut-through: the switch passes the head on while the tail still comes in, so bytes cost once unless a link is busy. */
  private throughSwitch(from: number, to: number, bytes: number, nowPs: number, latencyPs: number): number {
    const sentPs = this.occupy(from, bytes, nowPs);
    const down = this.nodes + to;
    const headPs = sentPs - serialisationPs(this.spec, bytes) + latencyPs;
    return Math.max(sentPs + latencyPs, this.occupy(down, bytes, headPs));
  }
}

/** Time a link takes to send `bytes`, in ps. */
export function serialisationPs(spec: FabricSpec, bytes: number): number {
  return Math.round((bytes * 1e12) / spec.bytesPerSecond);
}

/** Latency between two nodes without serialisation, queueing and jitter, in ps. */
export function oneWayLatencyPs(spec: FabricSpec): number {
  return spec.topology === 'mesh' ? spec.linkLatencyPs : 2 * spec.linkLatencyPs + spec.switchLatencyPs;
}
