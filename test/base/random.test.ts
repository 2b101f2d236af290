// Random streams: what matters is that consumers do not disturb each other.
import { randomStream, type Random } from '../../src/base/random.js';

const draw = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.next());

/** Pearson's correlation coefficient. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / list.length;
  const [ma, mb] = [mean(a), mean(b)];
  const covariance = (x: readonly number[], mx: number, y: readonly number[], my: number) =>
    x.reduce((sum, each, i) => sum + (each - mx) * (y[i]! - my), 0);
  return covariance(a, ma, b, mb) / Math.sqrt(covariance(a, ma, a, ma) * covariance(b, mb, b, mb));
}

it('gives the same numbers for the same seed and name, whatever else is drawn between', () => {
  const alone = draw(randomStream(7, 'fabric'), 20);
  const random = randomStream(7, 'fabric');
  const other = randomStream(7, 'start');
  const mixed = alone.map(() => {
    other.next();
    return random.next();
  });
  expect(mixed).toEqual(alone);
});

it('gives unrelated numbers for neighbouring names and seeds', () => {
  const streams = [[1, 'vcpu0'], [1, 'vcpu1'], [2, 'vcpu0'], [11, 'vcpu0']].map(([seed, name]) => draw(randomStream(seed!, String(name)), 4000));
  for (let i = 0; i < streams.length; i++) {
    for (let j = 0; j < i; j++) expect(Math.abs(correlation(streams[i]!, streams[j]!))).toBeLessThan(0.06);
  }
});

it('spreads evenly over what below() may give', () => {
  const random = randomStream(3, 'dice');
  const counts = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < 6000; i++) counts[random.below(6)]!++;
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

it('goes on from its state, after a passage through text', () => {
  const random = randomStream(5, 'x');
  draw(random, 13);
  const restored = randomStream(6, 'y');
  restored.restore(JSON.parse(JSON.stringify(random.state())));
  expect(restored.state()).toEqual(random.state());
  expect(draw(restored, 50)).toEqual(draw(random, 50));
});
