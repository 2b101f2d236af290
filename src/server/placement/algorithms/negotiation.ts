// An owner's two prices when another node asks for a page: to give it, or to refuse, after which the vCPU comes. Modelled
// on published patents (US 10,620,992; 11,403,135), whose cost functions are not published: terms and weights are this
// project's. All prices are in page moves. No term for devices that use the page: nothing here has any.
import type { NodeView, OwnerRequest } from '../seam.js';
import { loadOf, waiting } from './load.js';

export interface NegotiationWeights {
  /** Line misses on a page here after which it counts as fully in use. */
  readonly busyMisses: number;
  /** The price of a page fully in use here: it will be asked back. */
  readonly inUse: number;
  /** What the vCPU leaves behind when it comes. */
  readonly leave: number;
  /** One more vCPU waiting for each core. */
  readonly crowd: number;
}

export interface Verdict {
  readonly refuse: boolean;
  /** What decided it: `crowd` if the page would have been refused but for the vCPUs that wait here. */
  readonly because: 'in-use' | 'idle' | 'crowd';
}

export function negotiate(request: OwnerRequest, view: NodeView, weights: NegotiationWeights): Verdict {
  // A vCPU could not run here.
  if (view.cores() === 0) return { refuse: false, because: 'crowd' };
  const giving = 1 + weights.inUse * Math.min(1, request.localMisses / weights.busyMisses);
  // The asking node waits for the refusal as long as for an access served here, and only then sends its vCPU.
  const coming = (view.cost('remote') + view.cost('send')) / view.cost('bring') + weights.leave;
  const waitsThere = waiting(loadOf(request.from, view), view.cores(request.from));
  const waitsLonger = waiting(view.load() + 1, view.cores()) - waitsThere;
  if (coming + weights.crowd * waitsLonger < giving) return { refuse: true, because: 'in-use' };
  return { refuse: false, because: coming < giving ? 'crowd' : 'idle' };
}
