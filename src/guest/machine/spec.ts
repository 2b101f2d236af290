// What decides the timing of a core's accesses; immutable.

/** One core: clock, first-level line table, TLB. */
export interface CoreSpec {
  readonly cyclePs: number;
  readonly lineBytes: number;
  /** Sets of the direct-mapped L1 line table (lineBytes * l1Sets bytes of data); a power of two. */
  readonly l1Sets: number;
  /** Entries of the direct-mapped TLB; a power of two. */
  readonly tlbEntries: number;
  readonly tlbMissPs: number;
}

/** Ways of a set of these caches. */
export const CACHE_WAYS = 4;

/** Caches behind L1; each of four ways, in the order of last use, and containing what those before it hold. */
export interface CacheSpec {
  /** Of each core; four lines times a power of two. 0: there is no L2. */
  readonly l2Bytes: number;
  readonly l2Ps: number;
  /** Of the last-level cache of a node, for each of its cores; all of it is rounded up to four lines times a power of two. */
  readonly llcBytesPerCore: number;
  readonly llcPs: number;
}

/** What a line miss costs, by where the line is. */
export interface MemorySpec {
  /** From the node's own memory. */
  readonly localPs: number;
  /** Out of another core's cache on the same node. */
  readonly cacheToCachePs: number;
  /** Load/store fabrics: from the memory of a node one hop away, and out of a core's cache there. */
  readonly remotePs: number;
  readonly remoteCacheToCachePs: number;
  /**
   * Load/store fabrics: from the memory of a node two hops away, three, and so on; the last of them beyond. None: as
   * `remotePs`. A line out of a cache there takes longer by as much.
   */
  readonly fartherPs: readonly number[];
  /** Lines of a stream that a core has under way at once: one of them costs this part of a line alone. 1: there are no streams. */
  readonly streamLines: number;
}
