// Symmetries of a small world: nodes, pages and vCPUs change places, and it is the same world again, since homes, programs and
// starts change places with them. States that are mirror images have mirror images as futures, so one of them is explored for
// all (Ip and Dill, "Better Verification Through Symmetry", Formal Methods in System Design 9, 1996). Nothing in the protocol
// goes by the number of a node or a vCPU but the order of serial invalidations; ages of one time are of one vCPU.
import { DEFAULT_PROTOCOL } from '../../server/spec.js';
import { homeOf } from '../../server/hyperkernel/state.js';
import type { WorldShape } from './world.js';

/** Who takes whose place. */
export interface Mirror {
  readonly index: number;
  readonly nodes: readonly number[];
  readonly pages: readonly number[];
  readonly vcpus: readonly number[];
}

/** All but that in which everybody stays. */
export function mirrorsOf(shape: WorldShape): Mirror[] {
  const { everyState, protocol = DEFAULT_PROTOCOL, step, tamper } = shape;
  // A planted fault may well go by numbers.
  if (everyState ?? (protocol.invalidation === 'serial' || step !== undefined || tamper !== undefined)) return [];
  const mirrors: Mirror[] = [];
  for (const nodes of permutations(shape.nodes)) {
    for (const pages of permutations(shape.pages)) {
      if (pages.some((to, page) => homeOf(to, shape.nodes) !== nodes[homeOf(page, shape.nodes)])) continue;
      for (const vcpus of permutations(shape.programs.length)) {
        const same = vcpus.every((to, vcpu) => sameTask(shape, vcpu, to, nodes, pages));
        if (same) mirrors.push({ index: mirrors.length - 1, nodes, pages, vcpus });
      }
    }
  }
  return mirrors.slice(1);
}

function sameTask(
  { nodes: count, programs, starts }: WorldShape, vcpu: number, to: number, nodes: readonly number[], pages: readonly number[],
): boolean {
  const start = (id: number): number => starts?.[id] ?? id % count;
  const task = programs[vcpu]!.map((instruction) => instruction.map(({ page, kind }) => ({ page: pages[page]!, kind })));
  return start(to) === nodes[start(vcpu)] && JSON.stringify(task) === JSON.stringify(programs[to]);
}

/** In ascending order, so that the first is that in which everybody stays. */
function permutations(n: number): number[][] {
  if (n === 0) return [[]];
  const places = Array.from({ length: n }, (_, i) => i);
  return places.flatMap((first) => {
    const others = places.filter((place) => place !== first);
    return permutations(n - 1).map((rest) => [first, ...rest.map((i) => others[i]!)]);
  });
}

/** By channel: the one that takes its place. */
export function mirroredChannels({ nodes }: Mirror): number[] {
  return nodes.flatMap((from) => nodes.map((to) => from * nodes.length + to));
}
