// What differs between two versions of a page: applied to the one it gives the other, and it is never longer than that.
import fc from 'fast-check';
import { applyDiff, encodeDiff } from '../../../src/server/hyperkernel/diff.js';

const BYTES = 4096;

/** Changes to a page: places, and what is put there. */
const changes = fc.array(fc.record({
  at: fc.nat(BYTES - 1), bytes: fc.uint8Array({ minLength: 1, maxLength: 200 }),
}), { maxLength: 40 });

function changed(page: Uint8Array, list: readonly { readonly at: number; readonly bytes: Uint8Array }[]): Uint8Array {
  const result = page.slice();
  for (const { at, bytes } of list) result.set(bytes.subarray(0, BYTES - at), at);
  return result;
}

function diff(from: Uint8Array, to: Uint8Array): Uint8Array | null {
  const into = new Uint8Array(to.length);
  const length = encodeDiff(from, to, into);
  return length < 0 ? null : into.slice(0, length);
}

describe('the difference between two versions of a page', () => {
  it('makes the one into the other, wherever they differ', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: BYTES, maxLength: BYTES }), changes, (from, list) => {
      const to = changed(from, list);
      const page = from.slice();
      const patch = diff(from, to);
      if (patch) applyDiff(patch, page);
      else page.set(to);
      expect(page).toEqual(to);
    }), { seed: 1, numRuns: 300 });
  });

  it('has no bytes where nothing differs', () => {
    expect(diff(new Uint8Array(BYTES).fill(7), new Uint8Array(BYTES).fill(7))).toHaveLength(0);
  });

  it('has few bytes where few differ: two lengths for each stretch, of two bytes at most in a page of 4K', () => {
    const to = new Uint8Array(BYTES);
    to[0] = 1;
    to[1000] = 2;
    to.fill(3, 4000, 4010);
    expect(diff(new Uint8Array(BYTES), to)).toHaveLength(2 + 1 + (2 + 1 + 1) + (2 + 1 + 10));
  });

  it('passes over short stretches of equal bytes', () => {
    const to = new Uint8Array(BYTES);
    to[100] = to[103] = to[106] = 1;
    expect(diff(new Uint8Array(BYTES), to)).toHaveLength(1 + 1 + 7);
  });

  it('is given up where it would be as long as the page', () => {
    expect(diff(new Uint8Array(BYTES), new Uint8Array(BYTES).fill(1))).toBeNull();
  });

  it('is not longer than the page for any two pages', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), fc.uint8Array({ minLength: 64, maxLength: 64 }), (from, to) => {
      const patch = diff(from, to);
      const page = from.slice();
      if (patch) {
        expect(patch.length).toBeLessThan(64);
        applyDiff(patch, page);
        expect(page).toEqual(to);
      }
    }), { seed: 2, numRuns: 500 });
  });

  it('reaches across pages of 2M', () => {
    const from = new Uint8Array(2 ** 21);
    const to = from.slice();
    to[2 ** 21 - 1] = 9;
    const page = from.slice();
    const patch = diff(from, to)!;
    applyDiff(patch, page);
    expect([patch.length, page[2 ** 21 - 1]]).toEqual([4 + 1, 9]);
  });
});
