// A node's second-level page table: which pages its vCPUs may touch, with which right, and where the bytes are.
// It is derived from the hyperkernel's state; guest code sees nothing else of that.

export interface PageEntry {
  /** Arena slot of the frame. */
  readonly slot: number;
  readonly writable: boolean;
  /** Node whose memory holds the frame: another one for a remote mapping. */
  readonly home: number;
}

export type PageTable = Map<number, PageEntry>;
