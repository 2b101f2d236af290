// Cuts an image into pages for the loader.
import type { Image } from '../asm/image.js';

/** Bytes of a segment, and where in the page they lie. */
export interface ImagePiece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** The page's number and what of it segments cover; all other bytes are zero. */
export interface ImagePage {
  readonly page: number;
  readonly pieces: readonly ImagePiece[];
}

/** Pages with bytes of the image, ascending. `zeroBytes` after a segment's bytes stay dormant beyond the page they begin in. */
export function imagePages(image: Image, pageBytes: number): ImagePage[] {
  const pages = new Map<number, ImagePiece[]>();
  for (const { address, bytes } of image.segments) {
    for (let at = 0; at < bytes.length;) {
      const page = Math.floor((address + at) / pageBytes);
      const offset = address + at - page * pageBytes;
      const count = Math.min(pageBytes - offset, bytes.length - at);
      const pieces = pages.get(page) ?? [];
      pages.set(page, [...pieces, { offset, bytes: bytes.subarray(at, at + count) }]);
      at += count;
    }
  }
  return [...pages].map(([page, pieces]) => ({ page, pieces })).sort((a, b) => a.page - b.page);
}
