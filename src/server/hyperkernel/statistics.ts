// What a node counts for the report.
export interface NodeStatistics {
  numaHit: number;
  numaMiss: number;
  numaForeign: number;
  interleaveHit: number;
  localNode: number;
  otherNode: number;
  stalls: number;
  pagesIn: number;
  pagesOut: number;
  copiesIn: number;
  mapsIn: number;
  services: number;
  invalidations: number;
  /** Copies and mappings that this node gave up to make room. */
  copiesDropped: number;
  /** Frames that pages of zeros gave up, and owned pages that went to another node, to make room. */
  zeroPages: number;
  pagesEvicted: number;
  /** How often an instruction, or a message, had to wait for a frame. */
  frameWaits: number;
  vcpusIn: number;
  vcpusOut: number;
  lineMisses: number;
  remoteMisses: number;
  /** `what:reason` to count. */
  readonly moves: Map<string, number>;
}

export function newStatistics(): NodeStatistics {
  return {
    numaHit: 0, numaMiss: 0, numaForeign: 0, interleaveHit: 0, localNode: 0, otherNode: 0, stalls: 0, pagesIn: 0,
    pagesOut: 0, copiesIn: 0, mapsIn: 0, services: 0, invalidations: 0, copiesDropped: 0, zeroPages: 0, pagesEvicted: 0,
    frameWaits: 0, vcpusIn: 0, vcpusOut: 0, lineMisses: 0, remoteMisses: 0, moves: new Map(),
  };
}

export function countMove(statistics: NodeStatistics, what: string, reason: string): void {
  const key = `${what}:${reason}`;
  statistics.moves.set(key, (statistics.moves.get(key) ?? 0) + 1);
}
