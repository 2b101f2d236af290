// The load on memory controllers and links: which lines went where in an epoch, and how long lines wait in the next for it.
//
// Simulated time is cut into epochs. What slices and messages move is counted in the epoch in which it is booked; when the
// first slice that begins in a later one is about to run, the waits are found anew and hold for that epoch. An epoch without
// a slice, or with so little traffic that nothing was busy, leaves no waits. While waits stay as they are, epochs grow longer. A line counts where its memory is; on load/store fabrics also on the links from there; a line taken
// for a store is written back, and counts once more at the controller, and on the links the other way. Pages and vCPUs that
// travel count at the controllers of both ends, and on the links of load/store fabrics; other links keep an account of their
// own (fabric.ts).
import type { FabricSpec, LoadSpec } from '../spec.js';
import { IDLE_UTILISATION, settle, type Demand, type Flow, type Resource } from './queueing.js';
import { routesOf } from './topology.js';

/** Assumption: short against the phases of a program, long against the slices of which it is made. */
const EPOCH_PS = 10_000_000;
/** While waits hardly change, each epoch is twice as long as the one before, up to so many times the shortest. */
const MOST_STRETCH = 16;
/** A change of a wait that is little, whatever it was; else an eighth of it is. */
const SMALL_PS = 2000;
/** Slices last about a quantum: an epoch holds enough of them that a slice more or less makes no difference. */
const QUANTA_PER_EPOCH = 4;
/** Assumption: lines come at a link by chance and are served one after another (an M/D/1 queue, half a line's time u / (1 - u)). */
const LINK_UNIT = 1 / 2;
/** Keeps that finite at the link's limit. */
const LINK_BEND = 0.9;

export interface LoadShape {
  /** Cores of each node; cores are numbered through, node by node. */
  readonly coresOf: readonly number[];
  readonly lineBytes: number;
  readonly spec: LoadSpec;
  /** Lines of a stream that are under way at once. */
  readonly streamLines: number;
  readonly fabric: FabricSpec;
  readonly quantumPs: number;
}

/** Lines that one node served: from its memory alone, as part of a stream, of both those for a store, and out of a cache there. */
export interface Lines {
  readonly node: number;
  readonly memory: number;
  readonly stream: number;
  readonly written: number;
  readonly far: number;
}

/** Who makes accesses wait. */
export interface Waits {
  setWaits(node: number, target: number, controllerPs: number, linkPs: number): void;
}

type Taken = { -readonly [K in keyof Lines]: Lines[K] };

export interface LoadState {
  /** Of the epoch that is being counted: its beginning, and how long it is. */
  fromPs: number;
  lengthPs: number;
  /** By core: the end of its last slice; and the epoch of that slice, by its beginning, with the end of the last slice before. */
  readonly endedPs: number[];
  readonly epochPs: number[];
  readonly beganPs: number[];
  /** By core: what it took in this epoch, by node, ascending: sums must not depend on how slices are booked. */
  readonly taken: readonly Taken[][];
  /** Lines of cores and messages in this epoch, all together, with those written back. */
  moved: number;
  /** By resource: bytes of messages in this epoch. */
  messageBytes: number[];
  /** By resource: the wait that holds, and how much of the last epoch it was busy. Both are none if `quiet`. */
  waits: number[];
  utilisation: number[];
  quiet: boolean;
}

export class Load {
  private state: LoadState;
  private readonly shape: LoadShape;
  private readonly nodeOf: readonly number[];
  /** Of an epoch after a change. */
  private readonly shortestPs: number;
  /** The controllers by node, then the links. */
  private readonly resources: readonly Resource[];
  /** By from * nodes + to: links as resources; none where cores cannot reach over them. */
  private readonly links: readonly (readonly number[])[];
  private readonly waiting: Waits;
  /** Of a line at the slowest resource: where lines cannot keep that busy, they keep none busy. */
  private readonly slowestPs: number;

  constructor(shape: LoadShape, waiting: Waits) {
    this.shape = shape;
    this.waiting = waiting;
    const { coresOf, fabric, lineBytes, quantumPs, spec } = shape;
    const nodes = coresOf.length;
    this.nodeOf = coresOf.flatMap((cores, node) => new Array<number>(cores).fill(node));
    this.shortestPs = Math.max(EPOCH_PS, QUANTA_PER_EPOCH * quantumPs);
    const controllerPs = spec.controllerBytesPerSecond === null ? 0 : (lineBytes * 1e12) / spec.controllerBytesPerSecond;
    const controller: Resource = { servicePs: controllerPs, unitPs: spec.queuePs, bend: spec.queueBend };
    const { routes, linkCount } = routesOf(fabric, nodes);
    const shared = fabric.kind === 'load-store';
    const link: Resource[] = [];
    for (const { link: number, bytesPerSecond } of shared ? routes.flat() : []) {
      const servicePs = (lineBytes * 1e12) / bytesPerSecond;
      link[number] = { servicePs, unitPs: LINK_UNIT * servicePs, bend: LINK_BEND };
    }
    const unused: Resource = { servicePs: 0, unitPs: 0, bend: 0 };
    this.resources = [
      ...new Array<Resource>(nodes).fill(controller),
      ...Array.from({ length: shared ? linkCount : 0 }, (_, i) => link[i] ?? unused),
    ];
    this.links = routes.map((route) => (shared ? route.map((hop) => nodes + hop.link) : []));
    this.slowestPs = Math.max(...this.resources.map((resource) => resource.servicePs));
    const perCore = (): number[] => new Array<number>(this.nodeOf.length).fill(0);
    const perResource = (): number[] => new Array<number>(this.resources.length).fill(0);
    this.state = {
      fromPs: 0, lengthPs: this.shortestPs, endedPs: perCore(), epochPs: perCore(), beganPs: perCore(), taken: this.nodeOf.map(() => []), moved: 0, messageBytes: perResource(),
      waits: perResource(), utilisation: perResource(), quiet: true,
    };
  }

  /** The waits hold for slices that begin before this. */
  get untilPs(): number {
    return this.shape.spec.controllerBytesPerSecond === null ? Infinity : this.state.fromPs + this.state.lengthPs;
  }

  /** How much of the last epoch the node's controller was busy, 0 to 1 and a little more. */
  utilisationOf(node: number): number { return this.state.utilisation[node]!; }

  toState(): LoadState { return this.state; }
  restore(state: LoadState): void { this.state = state; }

  /** The core has run up to `endPs`; what it took on the way is `lines`. */
  ran(core: number, endPs: number, lines: readonly Lines[] | undefined): void {
    const { state } = this;
    if (state.epochPs[core] !== state.fromPs) {
      state.epochPs[core] = state.fromPs;
      state.beganPs[core] = state.endedPs[core]!;
    }
    state.endedPs[core] = endPs;
    if (!lines) return;
    for (const { node, memory, stream, written, far } of lines) {
      const taken = this.takenFrom(core, node);
      taken.memory += memory;
      taken.stream += stream;
      taken.written += written;
      taken.far += far;
      state.moved += memory + stream + written + far;
    }
  }

  /** A message with so many bytes of pages or registers leaves. */
  carries(from: number, to: number, bytes: number): void {
    if (bytes === 0 || from === to) return;
    const { messageBytes } = this.state;
    messageBytes[from]! += bytes;
    messageBytes[to]! += bytes;
    for (const link of this.links[from * this.shape.coresOf.length + to]!) messageBytes[link]! += bytes;
    this.state.moved += bytes / this.shape.lineBytes;
  }

  /** A slice is about to begin: if it is the first of a later epoch, the waits become those of that epoch. */
  beginSlice(atPs: number): void {
    if (atPs >= this.untilPs) this.beginEpoch(Math.floor((atPs - this.state.fromPs) / this.state.lengthPs));
  }

  private beginEpoch(epochs: number): void {
    const { state } = this;
    const loud = epochs === 1 && state.moved * this.slowestPs >= IDLE_UTILISATION * state.lengthPs;
    let steady = state.quiet;
    if (loud) {
      const found = this.settled();
      steady = found.waits.every((ps, i) => Math.abs(ps - state.waits[i]!) <= Math.max(SMALL_PS, state.waits[i]! / 8));
      Object.assign(state, found, { quiet: false });
      this.setWaits();
    } else if (!state.quiet) {
      state.waits.fill(0);
      state.utilisation.fill(0);
      state.quiet = true;
      this.setWaits();
    }
    state.fromPs += epochs * state.lengthPs;
    state.lengthPs = steady ? Math.min(2 * state.lengthPs, MOST_STRETCH * this.shortestPs) : this.shortestPs;
    if (state.moved === 0) return;
    state.moved = 0;
    for (const all of state.taken) all.length = 0;
    state.messageBytes.fill(0);
  }

  private takenFrom(core: number, node: number): Taken {
    const all = this.state.taken[core]!;
    let place = 0;
    while (place < all.length && all[place]!.node < node) place++;
    if (all[place]?.node !== node) all.splice(place, 0, { node, memory: 0, stream: 0, written: 0, far: 0 });
    return all[place]!;
  }

  private settled(): Pick<LoadState, 'waits' | 'utilisation'> {
    const { lengthPs, messageBytes, taken, waits } = this.state;
    // Few of a large server's resources are in use.
    const used: number[] = [];
    const place = new Map<number, number>();
    const use = (resource: number): number => {
      let at = place.get(resource);
      if (at === undefined) {
        place.set(resource, at = used.length);
        used.push(resource);
      }
      return at;
    };
    const demands = taken.flatMap((all, core) => (all.length > 0 ? [this.demand(core, all, use)] : []));
    messageBytes.forEach((bytes, resource) => { if (bytes > 0) use(resource); });
    const found = settle(
      used.map((resource) => this.resources[resource]!), demands, used.map((resource) => waits[resource]!),
      used.map((resource) => (messageBytes[resource]! / this.shape.lineBytes) * this.resources[resource]!.servicePs / lengthPs),
    );
    const spread = (values: readonly number[]): number[] => {
      const all = new Array<number>(waits.length).fill(0);
      used.forEach((resource, i) => { all[resource] = values[i]!; });
      return all;
    };
    return { waits: spread(found.waits), utilisation: spread(found.utilisation) };
  }

  private demand(core: number, all: readonly Taken[], use: (resource: number) => number): Demand {
    const { beganPs, endedPs, fromPs, lengthPs } = this.state;
    const { coresOf, streamLines } = this.shape;
    const node = this.nodeOf[core]!;
    const flows: Flow[] = [];
    for (const { node: target, memory, stream, written, far } of all) {
      const latencies = memory + stream / streamLines;
      const path = [use(target)];
      const lines = [memory + stream + written];
      const waited = [latencies];
      const pass = (links: readonly number[], count: number, awaited: number): void => {
        for (const link of links) {
          path.push(use(link));
          lines.push(count);
          waited.push(awaited);
        }
      };
      pass(this.links[target * coresOf.length + node]!, memory + stream + far, latencies + far);
      if (written > 0) pass(this.links[node * coresOf.length + target]!, written, 0);
      flows.push({ path, lines, latencies: waited });
    }
    const fromWindowPs = Math.max(fromPs, beganPs[core]!);
    return { windowPs: Math.max(fromPs + lengthPs, endedPs[core]!) - fromWindowPs, flows };
  }

  private setWaits(): void {
    const { waits } = this.state;
    const nodes = this.shape.coresOf.length;
    for (let node = 0; node < nodes; node++) {
      for (let target = 0; target < nodes; target++) {
        if (target !== node && this.shape.fabric.kind !== 'load-store') continue;
        const linkPs = this.links[target * nodes + node]!.reduce((sum, link) => sum + waits[link]!, 0);
        this.waiting.setWaits(node, target, waits[target]!, linkPs);
      }
    }
  }
}
