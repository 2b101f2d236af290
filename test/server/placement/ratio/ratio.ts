// The exact worst case of an online policy for one page: the most it can pay in the long run for each unit that the best
// schedule pays. A search over every request in every state of the policy together with the best schedule's costs.
import { costsAfter, costsAtStart, type Costs } from './best-schedule.js';
import { worstCycle, type Edge } from './cycles.js';

/** Who decides where the page lies. A state is plain JSON, and there are finitely many. */
export interface Player {
  /** With the page at place 0. */
  readonly start: unknown;
  /** `paid` for a request from `place`: 1 if the page lay elsewhere, and D if it moved. */
  request(state: unknown, place: number): { readonly state: unknown; readonly paid: number };
}

export interface Worst {
  /** To three digits; Infinity if there is no bound. */
  readonly ratio: number;
  /** States of policy and best schedule together. */
  readonly states: number;
}

/** A search beyond this is a player without an end. */
const MAX_STATES = 200_000;

export function worstRatio(player: Player, places: number, price: number): Worst {
  const numbers = new Map<string, number>();
  const states: { readonly player: unknown; readonly costs: Costs }[] = [];
  const numberOf = (state: unknown, costs: Costs): number => {
    const key = JSON.stringify([state, costs]);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    if (states.length >= MAX_STATES) throw new Error(`more than ${MAX_STATES} states`);
    numbers.set(key, states.length);
    return states.push({ player: state, costs }) - 1;
  };
  numberOf(player.start, costsAtStart(places, 0, price));
  const edges: Edge[] = [];
  for (let from = 0; from < states.length; from++) {
    const { player: before, costs } = states[from]!;
    for (let place = 0; place < places; place++) {
      const { state, paid } = player.request(before, place);
      const after = costsAfter(costs, place, price);
      const needed = Math.min(...after);
      edges.push({ from, to: numberOf(state, after.map((cost) => cost - needed)), paid, needed });
    }
  }
  const { paid, needed } = worstCycle(states.length, edges);
  return { ratio: Math.round((1000 * paid) / needed) / 1000, states: states.length };
}
