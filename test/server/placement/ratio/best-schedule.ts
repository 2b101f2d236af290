// What the best schedule pays that knows all requests in advance, for page migration in the uniform metric: the adversary's
// side of the ratio, written apart from the policies. Dynamic programming over where the page lies (the work function).

/** By place: the cost of the best schedule that ends with the page there. */
export type Costs = readonly number[];

export function costsAtStart(places: number, at: number, price: number): Costs {
  return Array.from({ length: places }, (_, place) => (place === at ? 0 : price));
}

/** The request is served from where the page lies; then the page may move. */
export function costsAfter(costs: Costs, request: number, price: number): Costs {
  const served = costs.map((cost, place) => cost + Number(place !== request));
  return served.map((_, to) => Math.min(...served.map((cost, from) => cost + (from === to ? 0 : price))));
}
