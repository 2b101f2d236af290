// A count for each of many pages, most of them neighbours: kept in blocks, so that going through memory from page to page stays
// in one of them.

const BLOCK_SHIFT = 6;
const BLOCK_PAGES = 1 << BLOCK_SHIFT;
// Bound at module scope: inside jest's vm contexts global look-ups in hot loops cost 18x (nodejs/node#31658).
const floor = Math.floor;

export class PageCounts {
  private readonly blocks = new Map<number, Float64Array<ArrayBuffer>>();
  /** The block used last. */
  private number = -1;
  private block = new Float64Array(0);

  add(page: number, count: number): void {
    const number = floor(page / BLOCK_PAGES);
    if (number !== this.number) {
      let block = this.blocks.get(number);
      if (!block) this.blocks.set(number, (block = new Float64Array(BLOCK_PAGES)));
      this.number = number;
      this.block = block;
    }
    const at = page - number * BLOCK_PAGES;
    this.block[at] = this.block[at]! + count;
  }

  get(page: number): number {
    const number = floor(page / BLOCK_PAGES);
    return this.blocks.get(number)?.[page - number * BLOCK_PAGES] ?? 0;
  }

  clear(page: number): void {
    const number = floor(page / BLOCK_PAGES);
    const block = this.blocks.get(number);
    if (block) block[page - number * BLOCK_PAGES] = 0;
  }

  /** Those that are not 0, by page, ascending. */
  toMap(): Map<number, number> {
    const map = new Map<number, number>();
    for (const number of [...this.blocks.keys()].sort((a, b) => a - b)) {
      this.blocks.get(number)!.forEach((count, at) => { if (count > 0) map.set(number * BLOCK_PAGES + at, count); });
    }
    return map;
  }

  static from(counts: ReadonlyMap<number, number>): PageCounts {
    const made = new PageCounts();
    for (const [page, count] of counts) made.add(page, count);
    return made;
  }
}
