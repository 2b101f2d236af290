// Worst cases of the policies' own decision code, exactly: page migration on 2 and 3 nodes, D = 2, 3 and 4.
import { counter } from '../../../../src/server/placement/algorithms/counter-2d.js';
import type { PageMigration } from '../../../../src/server/placement/algorithms/page-migration.js';
import { workAfter, workFunction } from '../../../../src/server/placement/algorithms/work-function.js';
import { algorithmPlayer, policyPlayer } from './players.js';
import { worstRatio } from './ratio.js';

const GAMES = [2, 3].flatMap((places) => [2, 3, 4].map((price) => [places, price] as const));

describe.each(GAMES)('on %i nodes, where a move costs %i accesses', (places, price) => {
  const ofAlgorithm = (algorithm: PageMigration): number =>
    worstRatio(algorithmPlayer(algorithm, price), places, price).ratio;
  const ofPolicy = (name: string, options: Readonly<Record<string, string>> = {}): number =>
    worstRatio(policyPlayer(name, places, price, options), places, price).ratio;

  it('the counter algorithm pays 3 times what the best schedule pays', () => {
    expect(ofAlgorithm(counter(places, 2 * price))).toBe(3);
  });

  it('the work function algorithm does too', () => {
    expect(ofAlgorithm(workFunction(places, price))).toBe(3);
  });

  it('a work function that breaks ties by staying has no bound: it never moves', () => {
    const staying: PageMigration = {
      start: workFunction(places, price).start,
      request({ at, values }, place) {
        const next = workAfter(values, place, price);
        const least = Math.min(...next);
        const to = next.findIndex((cost, index) => cost + (index === at ? 0 : price) < next[at]!);
        return { at: to < 0 ? at : to, values: next.map((cost) => cost - least) };
      },
      enough: 0,
    };
    expect(ofAlgorithm(staying)).toBe(Infinity);
  });

  it('page, which moves the page at every access from elsewhere, pays 2 D + 2 times', () => {
    expect(ofPolicy('page')).toBe(2 * price + 2);
  });

  it('first-touch, which never moves it, has no bound', () => {
    expect(ofPolicy('first-touch')).toBe(Infinity);
  });

  it('counter and work-function pay 3 times, played by owners that see accesses pass and send along what they know', () => {
    expect(ofPolicy('counter')).toBe(3);
    expect(ofPolicy('work-function')).toBe(3);
  });
});

describe('the threshold of the counter', () => {
  it.each([[1, 4], [1.5, 3.333], [2, 3], [3, 4]])('of %d times D has a worst case of %d', (factor, ratio) => {
    for (const places of [2, 3]) {
      for (const price of [2, 4]) {
        expect(worstRatio(algorithmPlayer(counter(places, factor * price), price), places, price).ratio).toBe(ratio);
      }
    }
  });

  it('as an option of the policy has the same effect', () => {
    for (const [factor, least] of [['1', 4], ['2', 3], ['3', 4]] as const) {
      for (const nodes of [2, 3]) expect(worstRatio(policyPlayer('counter', nodes, 2, { factor }), nodes, 2).ratio).toBe(least);
    }
  });
});

describe('the search', () => {
  it('meets every state of the 2D counter on three nodes', () => {
    expect(worstRatio(algorithmPlayer(counter(3, 8), 4), 3, 4).states).toBe(11_648);
  });

  it('refuses a player whose states do not end', () => {
    const endless = { start: 0, request: (state: unknown) => ({ state: (state as number) + 1, paid: 0 }) };
    expect(() => worstRatio(endless, 2, 2)).toThrow('more than 200000 states');
  });

  it('refuses a policy that does something else than bring or remote', () => {
    expect(() => worstRatio(policyPlayer('vcpu', 2, 2), 2, 2)).toThrow('vcpu answered send');
  });
});
