// Choice by weighted cost: each candidate is priced as the sum of w_i * f_i^x_i over its factors, and the cheapest wins.
// Modelled on published patents: factors, weights and exponents in US 11,175,927; one set of weights for each type of
// stall in US 10,579,274. The values of weights and exponents there are not published: those here are this project's.
import { pow } from '../../../base/math.js';

/** What one candidate would cost, factor by factor; a factor that is not named does not apply. */
export interface Candidate<A extends string, F extends string> {
  readonly action: A;
  /** Each at least 0. */
  readonly factors: Readonly<Partial<Record<F, number>>>;
}

export interface Pricing<F extends string> {
  /** In the order in which equal contributions are preferred as the reason. */
  readonly factors: readonly F[];
  /** At least 0. */
  readonly weight: Readonly<Partial<Record<F, number>>>;
  /** Above 0. */
  readonly exponent: Readonly<Partial<Record<F, number>>>;
}

export interface Choice<A extends string, F extends string> {
  readonly action: A;
  /** The factor by which the usual action lost most, or the runner-up if the usual action won. */
  readonly because: F;
}

/** What `factor` adds to the candidate's price. */
function contribution<F extends string>(candidate: Candidate<string, F>, factor: F, pricing: Pricing<F>): number {
  const value = candidate.factors[factor] ?? 0;
  const weight = pricing.weight[factor] ?? 0;
  return value === 0 || weight === 0 ? 0 : weight * pow(value, pricing.exponent[factor] ?? 1);
}

export function priceOf<F extends string>(candidate: Candidate<string, F>, pricing: Pricing<F>): number {
  let sum = 0;
  for (const factor of pricing.factors) sum += contribution(candidate, factor, pricing);
  return sum;
}

/** The cheapest of at least one candidate; among equals the one that stands first. `usual` is what reasons compare with. */
export function cheapest<A extends string, F extends string>(
  candidates: readonly Candidate<A, F>[],
  pricing: Pricing<F>,
  usual: A,
): Choice<A, F> {
  const ranked = candidates
    .map((candidate, order) => ({ candidate, order, price: priceOf(candidate, pricing) }))
    .sort((a, b) => a.price - b.price || a.order - b.order);
  const winner = ranked[0]!.candidate;
  const rivals = ranked.slice(1).map(({ candidate }) => candidate);
  const rival = rivals.find(({ action }) => action === usual) ?? rivals[0] ?? winner;
  let because = pricing.factors[0]!;
  let most = -Infinity;
  for (const factor of pricing.factors) {
    const lead = contribution(rival, factor, pricing) - contribution(winner, factor, pricing);
    if (lead > most) {
      most = lead;
      because = factor;
    }
  }
  return { action: winner.action, because };
}
