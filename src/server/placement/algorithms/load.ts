// How busy a node is, as far as a policy can know.
import type { NodeView } from '../seam.js';

/** vCPUs that wait for each core of a node that has `load` vCPUs ready or running; it runs vCPUs. */
export function waiting(load: number, cores: number): number {
  return Math.max(0, load - cores) / cores;
}

/** A node that is not known, or has not told its load, counts as busy: one vCPU on each core. */
export function loadOf(node: number | undefined, view: NodeView): number {
  const told = node === undefined ? -1 : view.hintedLoad(node);
  return told < 0 ? view.cores(node) : told;
}
