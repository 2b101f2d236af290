// Which parts of large page slots may hold anything but zeros: a byte for each part, 1 if it may. Most of a large page is
// never stored to, and what is known to be zeros need be neither copied, cleared nor compared. Derived, never state: it
// decides how long an operation takes on the host, not what it does. Whoever stores into a slot by itself says so.

/** A page of the host: less is not worth a look, and a part that was never stored to takes none of the host's memory. */
export const PART_SHIFT = 12;
const PART_BYTES = 1 << PART_SHIFT;
/** Smaller slots have one part: copying one is faster than finding out. */
const LEAST_PARTS = 16;

/** Bytes of a slot: from the first one up to before the end, counted from the slot's beginning. */
export type Run = readonly [from: number, end: number];

export class SlotParts {
  /** Whether slots are large enough; else all of them may hold anything. */
  readonly tracked: boolean;
  /** Bytes of the map for so many bytes of arena. */
  readonly mapBytes: number;
  /** Offset of the map in the arena: the byte of the arena's byte at `host` is at `at + (host >>> PART_SHIFT)`. */
  at = 0;
  private readonly pageBytes: number;

  constructor(pageBytes: number, arenaBytes: number) {
    this.pageBytes = pageBytes;
    this.tracked = pageBytes >= LEAST_PARTS * PART_BYTES;
    this.mapBytes = this.tracked ? arenaBytes >>> PART_SHIFT : 0;
  }

  /** Bytes at this offset of the arena are stored to, at most as many as a page has. */
  stored(u8: Uint8Array, host: number, bytes: number): void {
    if (!this.tracked || bytes === 0) return;
    const last = this.first(host + bytes - 1);
    for (let i = this.first(host); i <= last; i++) u8[i] = 1;
  }

  /** The slot at `to` now has in each part what the one at `from` has. */
  copied(u8: Uint8Array, from: number, to: number): void {
    if (this.tracked) u8.copyWithin(this.first(to), this.first(from), this.first(from + this.pageBytes));
  }

  zeroed(u8: Uint8Array, slot: number): void {
    if (this.tracked) u8.fill(0, this.first(slot), this.first(slot + this.pageBytes));
  }

  /** What of two slots, or of one, may hold anything but zeros, in order; there is a part between two runs. */
  runs(u8: Uint8Array, slot: number, other = slot): Run[] {
    if (!this.tracked) return [[0, this.pageBytes]];
    const runs: Run[] = [];
    const [a, b] = [this.first(slot), this.first(other)];
    const parts = this.pageBytes >>> PART_SHIFT;
    for (let i = 0; i < parts; i++) {
      if ((u8[a + i]! | u8[b + i]!) === 0) continue;
      const begin = i;
      while (++i < parts && (u8[a + i]! | u8[b + i]!) !== 0);
      runs.push([begin << PART_SHIFT, i << PART_SHIFT]);
    }
    return runs;
  }

  private first(host: number): number {
    return this.at + (host >>> PART_SHIFT);
  }
}
