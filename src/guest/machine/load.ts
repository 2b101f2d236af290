// Cuts an image into pages for the loader.
import type { Image } from '../asm/image.js';

/** The page's number and its bytes; bytes that no segment covers are zero. */
export interface ImagePage {
  readonly page: number;
  readonly bytes: Uint8Array;
}

/** Pages with bytes of the image, ascending. `zeroBytes` after a segment's bytes stay dormant beyond the page they begin in. */
export function imagePages(image: Image, pageBytes: number): ImagePage[] {
  const pages = new Map<number, Uint8Array>();
  for (const { address, bytes } of image.segments) {
    for (let offset = 0; offset < bytes.length;) {
      const at = address + offset;
      const page = Math.floor(at / pageBytes);
      let target = pages.get(page);
      if (!target) pages.set(page, (target = new Uint8Array(pageBytes)));
      const within = at - page * pageBytes;
      const count = Math.min(pageBytes - within, bytes.length - offset);
      target.set(bytes.subarray(offset, offset + count), within);
      offset += count;
    }
  }
  return [...pages].map(([page, bytes]) => ({ page, bytes })).sort((a, b) => a.page - b.page);
}
