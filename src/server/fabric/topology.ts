// The shapes in which links join nodes: which links a message crosses from node to node, and how many hops that is.
//
//   mesh         a link between any two nodes
//   star         every node at one switch
//   ring         every node linked to the next and to the one before; the shorter way round, the next one first
//   two-level    `leafNodes` nodes at each leaf switch, every leaf at one spine
//   glueless-8   eight sockets of three links each, none further than two hops: the Moebius ladder of eight vertices. An
//                assumption: no published wiring of such a board was found
//   table        a link between any two nodes whose latency is that of so many hops: what firmware tells of a machine
import type { FabricSpec } from '../spec.js';

/** One link that a message crosses. */
export interface Hop {
  /** Number of the link in this direction, below `linkCount`. */
  readonly link: number;
  readonly bytesPerSecond: number;
  /** Nominal latency from the start of the route to the end of this hop, without serialisation. */
  readonly reachedPs: number;
}

export type Route = readonly Hop[];

const GLUELESS_NODES = 8;

/** How many nodes the fabric joins; undefined if any number. */
export function fixedNodes({ topology, hops }: FabricSpec): number | undefined {
  if (topology === 'glueless-8') return GLUELESS_NODES;
  return topology === 'table' ? hops!.length : undefined;
}

/** Hops from the node of the row to the node of the column: nodes and switches of one level that lie between, and one. */
export function hopTable(spec: FabricSpec, nodes: number): number[][] {
  const walks = passesThroughNodes(spec) ? walksFrom(spec, nodes) : undefined;
  return table(nodes, (from, to) => {
    if (from === to) return 0;
    if (walks) return walks(from, to).length;
    if (spec.topology === 'two-level') return leafOf(spec, from) === leafOf(spec, to) ? 1 : 2;
    return spec.topology === 'table' ? spec.hops![from]![to]! : 1;
  });
}

/** Latency of a message over so many hops without serialisation, queueing and jitter, in ps. */
export function latencyOfHopsPs({ topology, linkLatencyPs, switchLatencyPs }: FabricSpec, hops: number): number {
  const switches = topology === 'star' || topology === 'two-level' ? 2 * hops - 1 : hops - 1;
  const links = topology === 'star' || topology === 'two-level' ? 2 * hops : hops;
  return links * linkLatencyPs + switches * switchLatencyPs;
}

/** The route of every pair, by from * nodes + to; that of a node to itself is empty. */
export function routesOf(spec: FabricSpec, nodes: number): { readonly routes: readonly Route[]; readonly linkCount: number } {
  const hops = hopTable(spec, nodes);
  const { linkLatencyPs: linkPs, switchLatencyPs: switchPs, bytesPerSecond } = spec;
  const walks = passesThroughNodes(spec) ? walksFrom(spec, nodes) : undefined;
  // A glueless board keeps its links where fewer than its sockets are nodes.
  const width = spec.topology === 'glueless-8' ? Math.max(GLUELESS_NODES, nodes) : nodes;
  const leaves = spec.topology === 'two-level' ? Math.ceil(nodes / spec.leafNodes!) : 0;

  const route = (from: number, to: number): Route => {
    if (from === to) return [];
    const latencyPs = latencyOfHopsPs(spec, hops[from]![to]!);
    if (walks) {
      let at = from;
      return walks(from, to).map((next, i) => {
        const link = at * width + next;
        at = next;
        return { link, bytesPerSecond, reachedPs: next === to ? latencyPs : (i + 1) * (linkPs + switchPs) };
      });
    }
    if (spec.topology === 'mesh' || spec.topology === 'table') {
      return [{ link: from * nodes + to, bytesPerSecond, reachedPs: latencyPs }];
    }
    // All latency lies before the last link: it is busy while the receiver takes the message in.
    const last: Hop = { link: nodes + to, bytesPerSecond, reachedPs: latencyPs };
    if (hops[from]![to] === 1) return [{ link: from, bytesPerSecond, reachedPs: latencyPs }, last];
    const uplink = { bytesPerSecond: spec.uplinkBytesPerSecond! };
    return [
      { link: from, bytesPerSecond, reachedPs: linkPs + switchPs },
      { link: 2 * nodes + leafOf(spec, from), ...uplink, reachedPs: 2 * (linkPs + switchPs) },
      { link: 2 * nodes + leaves + leafOf(spec, to), ...uplink, reachedPs: latencyPs },
      last,
    ];
  };
  const linkCount = spec.topology === 'star' || spec.topology === 'two-level' ? 2 * (nodes + leaves) : width * width;
  return { routes: table(nodes, route).flat(), linkCount };
}

function table<T>(nodes: number, entry: (from: number, to: number) => T): T[][] {
  return Array.from({ length: nodes }, (_, from) => Array.from({ length: nodes }, (__, to) => entry(from, to)));
}

function leafOf(spec: FabricSpec, node: number): number {
  return Math.floor(node / spec.leafNodes!);
}

function passesThroughNodes({ topology }: FabricSpec): boolean {
  return topology === 'ring' || topology === 'glueless-8';
}

function neighboursOf({ topology }: FabricSpec, nodes: number, node: number): number[] {
  if (topology === 'ring') return [(node + 1) % nodes, (node + nodes - 1) % nodes];
  return [1, 7, 4].map((step) => (node + step) % GLUELESS_NODES);
}

/** Shortest walks: the nodes after `from` up to and with `to`; among equals, by the order of neighbours. */
function walksFrom(spec: FabricSpec, nodes: number): (from: number, to: number) => readonly number[] {
  const all = spec.topology === 'glueless-8' ? GLUELESS_NODES : nodes;
  const walks = Array.from({ length: all }, (_, from) => {
    const reached = new Map<number, readonly number[]>([[from, []]]);
    // A Map is walked in the order of insertion, and what is added on the way is walked too: breadth first.
    for (const [at, walk] of reached) {
      for (const next of neighboursOf(spec, all, at)) if (!reached.has(next)) reached.set(next, [...walk, next]);
    }
    return reached;
  });
  return (from, to) => walks[from]!.get(to)!;
}
