// The worst cycle of graphs drawn by hand, and of random ones with every cycle tried.
import fc from 'fast-check';
import { worstCycle, type Edge } from './cycles.js';

const edge = (from: number, to: number, paid: number, needed: number): Edge => ({ from, to, paid, needed });

/** The largest ratio over all cycles that meet no vertex twice: no other cycle can be above all of these. */
function tryAll(vertices: number, edges: readonly Edge[]): number {
  let worst = 0;
  const walk = (start: number, at: number, seen: ReadonlySet<number>, paid: number, needed: number): void => {
    for (const next of edges.filter(({ from }) => from === at)) {
      const [p, n] = [paid + next.paid, needed + next.needed];
      if (next.to === start) worst = Math.max(worst, p === 0 ? 0 : p / n);
      else if (!seen.has(next.to)) walk(start, next.to, new Set([...seen, next.to]), p, n);
    }
  };
  for (let start = 0; start < vertices; start++) walk(start, start, new Set([start]), 0, 0);
  return worst;
}

describe('the worst cycle', () => {
  it('is the one of the largest ratio, not of the largest sum', () => {
    const long = [edge(0, 1, 50, 20), edge(1, 0, 50, 20)];
    expect(worstCycle(3, [...long, edge(1, 2, 0, 9), edge(2, 2, 3, 1)])).toEqual({ paid: 3, needed: 1 });
  });

  it('takes no account of the way to it', () => {
    expect(worstCycle(2, [edge(0, 1, 100, 0), edge(1, 1, 5, 2)])).toEqual({ paid: 5, needed: 2 });
  });

  it('is unbounded where something is paid and nothing needed, and only there', () => {
    expect(worstCycle(2, [edge(0, 1, 1, 0), edge(1, 0, 0, 0)]).needed).toBe(0);
    expect(worstCycle(2, [edge(0, 1, 0, 0), edge(1, 0, 0, 0)])).toEqual({ paid: 0, needed: 1 });
  });

  it('is the worst of all cycles', () => {
    const edges = fc.array(fc.tuple(fc.nat(4), fc.nat(4), fc.nat(9), fc.nat(4)), { maxLength: 12 });
    fc.assert(fc.property(edges, (drawn) => {
      const graph = drawn.map(([from, to, paid, needed]) => edge(from, to, paid, needed));
      const { paid, needed } = worstCycle(5, graph);
      expect(paid / needed).toBeCloseTo(tryAll(5, graph), 9);
    }), { numRuns: 300 });
  });
});
