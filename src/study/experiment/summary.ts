// What `compare` prints: one row per program and policy, over the seeds.

/** Mean and 95 % confidence interval. */
export interface Interval {
  readonly mean: number;
  readonly lo: number;
  readonly hi: number;
}

export interface SummaryRow {
  readonly program: string;
  readonly policy: string;
  readonly n: number;
  readonly simulatedNs: Interval;
  readonly slowdownVsIdeal: Interval | null;
  readonly stalls: Interval;
  readonly pagesMoved: Interval;
  readonly pagesReplicated: Interval;
  readonly vcpusMoved: Interval;
  readonly remoteAccesses: Interval;
  readonly fabricBytes: Interval;
  readonly localAccessRatio: Interval;
}
