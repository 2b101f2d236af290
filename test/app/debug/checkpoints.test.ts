// Checkpoints: bounded, the first kept for ever, dense near the latest, what they share counted once.
import fc from 'fast-check';
import { Checkpoints } from '../../../src/app/debug/core/checkpoints.js';

const part = (byteLength: number) => ({ byteLength });

it('stay within their number, keep the first, and lie the denser the nearer to the latest', () => {
  const checkpoints = new Checkpoints<null>({ count: 20, bytes: Infinity });
  for (let position = 0; position <= 100_000; position += 100) {
    checkpoints.add({ position, retired: [], saved: null, parts: [], ownBytes: 1 });
  }
  const { positions } = checkpoints;
  expect([positions.length, positions[0], positions[19]]).toEqual([20, 0, 100_000]);
  const gaps = positions.slice(1).map((position, i) => ({ gap: position - positions[i]!, away: 100_000 - positions[i]! }));
  // A step back from anywhere replays no more than a part of the way that it is from here.
  for (const { gap, away } of gaps.slice(1)) expect(gap).toBeLessThanOrEqual(0.75 * away + 100);
  expect(gaps[18]!.gap).toBe(100);
});

it('find the last one that fits, wherever they were added', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.nat(1000), { minLength: 1 }), fc.nat(1000), (positions, at) => {
    const checkpoints = new Checkpoints<number>({ count: Infinity, bytes: Infinity });
    for (const position of positions) {
      checkpoints.add({ position, retired: [position % 7], saved: position, parts: [], ownBytes: 0 });
    }
    const best = (fits: (position: number) => boolean) =>
      positions.filter((position) => position <= at && fits(position)).sort((a, b) => b - a)[0];
    expect(checkpoints.last(at)?.saved).toBe(best(() => true));
    expect(checkpoints.last(at, ({ retired }) => retired[0]! < 3)?.saved).toBe(best((position) => position % 7 < 3));
    expect(checkpoints.positions).toEqual([...positions].sort((a, b) => a - b));
  }), { seed: 1 });
});

it('count shared memory once, and free what nobody has any more', () => {
  const parts = Array.from({ length: 12 }, (_, i) => part(10 * (i + 1)));
  fc.assert(fc.property(fc.array(fc.subarray(parts), { minLength: 1, maxLength: 40 }), (saved) => {
    const checkpoints = new Checkpoints<null>({ count: 5, bytes: 500 });
    const held = new Map<number, typeof parts>();
    saved.forEach((own, position) => {
      held.set(position, own);
      checkpoints.add({ position, retired: [], saved: null, parts: own, ownBytes: 1 });
      const kept = checkpoints.positions.map((at) => held.get(at)!);
      const unique = new Set(kept.flat());
      expect(checkpoints.bytes).toBe([...unique].reduce((sum, { byteLength }) => sum + byteLength, 0) + kept.length);
      // The first and the latest stay.
      expect(checkpoints.bytes <= 500 || kept.length <= 2).toBe(true);
    });
  }), { seed: 1 });
});
