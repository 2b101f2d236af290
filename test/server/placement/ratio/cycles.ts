// The cycle of a finite graph with the largest ratio of two sums over its edges, exactly. Method: as long as some cycle is
// above the ratio found so far, take its ratio (Lawler, Combinatorial Optimization, 1976, chapter 3.13).

export interface Edge {
  readonly from: number;
  readonly to: number;
  /** Whole numbers, at least 0. */
  readonly paid: number;
  readonly needed: number;
}

/** `needed` 0 stands for an unbounded ratio; `paid` 0 too for a graph in which nothing is ever paid. */
export interface Ratio {
  readonly paid: number;
  readonly needed: number;
}

export function worstCycle(vertices: number, edges: readonly Edge[]): Ratio {
  let worst: Ratio = { paid: 0, needed: 1 };
  for (;;) {
    const cycle = cycleAbove(worst, vertices, edges);
    if (!cycle) return worst;
    worst = {
      paid: cycle.reduce((sum, edge) => sum + edge.paid, 0),
      needed: cycle.reduce((sum, edge) => sum + edge.needed, 0),
    };
    if (worst.needed === 0) return worst;
  }
}

/** A cycle that pays more than `ratio` times what it needs, if there is one: Bellman and Ford's, for longest ways. */
function cycleAbove(ratio: Ratio, vertices: number, edges: readonly Edge[]): readonly Edge[] | undefined {
  const gain = new Float64Array(vertices);
  const by = new Array<Edge | undefined>(vertices).fill(undefined);
  for (let changed = true; changed;) {
    changed = false;
    for (const edge of edges) {
      const reached = gain[edge.from]! + edge.paid * ratio.needed - edge.needed * ratio.paid;
      if (reached <= gain[edge.to]!) continue;
      gain[edge.to] = reached;
      by[edge.to] = edge;
      changed = true;
    }
    const cycle = cycleOf(by);
    if (cycle) return cycle;
  }
  return undefined;
}

/** A cycle among the edges by which vertices were last reached. */
function cycleOf(by: readonly (Edge | undefined)[]): readonly Edge[] | undefined {
  const seenFrom = new Int32Array(by.length).fill(-1);
  for (let start = 0; start < by.length; start++) {
    let at = start;
    while (seenFrom[at] === -1) {
      seenFrom[at] = start;
      const edge = by[at];
      if (!edge) break;
      at = edge.from;
    }
    if (seenFrom[at] !== start || !by[at]) continue;
    const cycle: Edge[] = [];
    for (let edge = by[at]!; cycle[0] !== edge; edge = by[edge.from]!) cycle.push(edge);
    return cycle;
  }
  return undefined;
}
