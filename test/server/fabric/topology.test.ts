// The shapes of fabrics: hops between nodes, and the links that routes cross.
import { fabricNames, fabricPreset } from '../../../src/server/fabric/presets.js';
import { fixedNodes, hopTable, latencyOfHopsPs, routesOf } from '../../../src/server/fabric/topology.js';
import type { FabricSpec, Topology } from '../../../src/server/spec.js';

const of = (topology: Topology, more: Partial<FabricSpec> = {}): FabricSpec => ({
  ...fabricPreset('ethernet-25g'), topology, linkLatencyPs: 100, switchLatencyPs: 7, ...more,
});

describe('hops', () => {
  it('are one between any two nodes of a mesh and of a star', () => {
    for (const topology of ['mesh', 'star'] as const) {
      expect(hopTable(of(topology), 3)).toEqual([[0, 1, 1], [1, 0, 1], [1, 1, 0]]);
    }
  });

  it('go the shorter way round a ring', () => {
    expect(hopTable(of('ring'), 5)[0]).toEqual([0, 1, 2, 2, 1]);
    expect(hopTable(of('ring'), 6)[1]).toEqual([1, 0, 1, 2, 3, 2]);
    expect(hopTable(of('ring'), 1)).toEqual([[0]]);
    expect(hopTable(of('ring'), 2)).toEqual([[0, 1], [1, 0]]);
  });

  it('are two between leaves', () => {
    expect(hopTable(of('two-level', { leafNodes: 2, uplinkBytesPerSecond: 1e9 }), 5)[2]).toEqual([2, 2, 0, 1, 2]);
  });

  it('between eight glueless sockets are one to three of them and two to four, both ways', () => {
    const hops = hopTable(of('glueless-8'), 8);
    for (const [from, row] of hops.entries()) {
      expect([...row].sort()).toEqual([0, 1, 1, 1, 2, 2, 2, 2]);
      for (const [to, count] of row.entries()) expect(hops[to]![from]).toBe(count);
    }
  });

  it('of a table are as it says', () => {
    const hops = [[0, 1, 3], [2, 0, 1], [1, 1, 0]];
    expect(hopTable(of('table', { hops }), 3)).toEqual(hops);
    expect(fixedNodes(of('table', { hops }))).toBe(3);
  });
});

describe('routes', () => {
  it.each(fabricNames())('of %s reach each node, over links that the fabric has, in the latency of their hops', (name) => {
    const spec = fabricPreset(name);
    const nodes = fixedNodes(spec) ?? 7;
    const { routes, linkCount } = routesOf(spec, nodes);
    const hops = hopTable(spec, nodes);
    expect(routes).toHaveLength(nodes * nodes);
    for (const [pair, route] of routes.entries()) {
      const [from, to] = [Math.floor(pair / nodes), pair % nodes];
      expect(route.length > 0).toBe(from !== to);
      expect(route.at(-1)?.reachedPs ?? 0).toBe(from === to ? 0 : latencyOfHopsPs(spec, hops[from]![to]!));
      expect(new Set(route.map(({ link }) => link)).size).toBe(route.length);
      expect(route.every(({ link, reachedPs }, i) => link < linkCount && reachedPs >= (route[i - 1]?.reachedPs ?? 0))).toBe(true);
    }
  });

  it('share a link of a ring where they run the same way only', () => {
    const { routes } = routesOf(of('ring'), 5);
    const links = (from: number, to: number) => routes[5 * from + to]!.map(({ link }) => link);
    expect(links(0, 2)).toEqual([...links(0, 1), ...links(1, 2)]);
    expect(links(0, 3)).toEqual([...links(0, 4), ...links(4, 3)]);
    expect(links(0, 1)).not.toEqual(links(1, 0));
  });

  it('of a table take the latency of the hops on a link of their own', () => {
    const { routes, linkCount } = routesOf(of('table', { hops: [[0, 3], [1, 0]] }), 2);
    expect(routes.map((route) => route.map(({ reachedPs }) => reachedPs))).toEqual([[], [3 * 100 + 2 * 7], [100], []]);
    expect(linkCount).toBe(4);
  });
});
