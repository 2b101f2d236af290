// Images cut into pages.
import type { Image, Segment } from '../../../src/guest/asm/image.js';
import { imagePages } from '../../../src/guest/machine/load.js';

function image(...segments: readonly Segment[]): Image {
  return { isa: 'tiny', entry: 0, segments, symbols: new Map(), lines: [] };
}

const segment = (address: number, bytes: readonly number[], zeroBytes = 0): Segment =>
  ({ name: '.text', address, bytes: Uint8Array.from(bytes), zeroBytes });

it('a segment that crosses pages is cut at their borders', () => {
  const pages = imagePages(image(segment(14, [1, 2, 3, 4, 5])), 16);
  expect(pages.map(({ page }) => page)).toEqual([0, 1]);
  expect(pages.map(({ pieces }) => pieces.map(({ offset, bytes }) => [offset, ...bytes]))).toEqual([[[14, 1, 2]], [[0, 3, 4, 5]]]);
});

it('segments share a page, and pages come in order of address', () => {
  const pages = imagePages(image(segment(40, [9]), segment(32, [7, 7]), segment(0, [1])), 16);
  expect(pages.map(({ page, pieces }) => [page, ...pieces.map(({ offset, bytes }) => [offset, ...bytes])])).toEqual([
    [0, [0, 1]], [2, [8, 9], [0, 7, 7]],
  ]);
});

it('zeros without bytes stay dormant', () => {
  expect(imagePages(image(segment(64, [], 4096), segment(0, [1], 64)), 16).map(({ page }) => page)).toEqual([0]);
});
