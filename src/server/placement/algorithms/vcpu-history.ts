// What one node remembers of vCPUs that it sent away: which of them were soon back and needed the same page again, so
// that leaving it had been in vain. The counterpart of page-history.ts for the other thing that can ping-pong. That
// leaving is unlearned where it did not pay is after EM2's predictor of thread migrations (Shim, Lis, Khan and Devadas,
// IEEE Computer Architecture Letters 2014); how it is counted here is this project's. Plain data, one record a vCPU.
import type { Stall } from '../seam.js';

interface VcpuRecord {
  /** The page for which it was last sent away, while that trip may still turn out to be in vain; else -1. */
  page: number;
  leftPs: number;
  /** It has come back from that trip. */
  back: boolean;
  /** Trips that were in vain, less those that were not; from 0 to VAIN_LIMIT. */
  vain: number;
  /** Stalls answered otherwise than by sending it, since the last vain trip. */
  stayed: number;
}

/** In the order in which vCPUs first stalled here. */
export type VcpuHistoryState = readonly (readonly [number, Readonly<VcpuRecord>])[];

const VAIN_LIMIT = 16;

export class VcpuHistory {
  private readonly windowPs: number;
  private readonly retryAfter: number;
  private readonly vcpus = new Map<number, VcpuRecord>();

  /**
   * A trip is in vain if the vCPU is back and stalls on the same page again within `windowPs` of leaving; every
   * `retryAfter` stalls that were answered otherwise make up for one, so that it is sent again, after ever longer pauses.
   * A trip from which it does not come back so soon makes up for one, too: it may belong here and have been at a barrier.
   */
  constructor(windowPs: number, retryAfter: number) {
    this.windowPs = windowPs;
    this.retryAfter = retryAfter;
  }

  /** How many of the vCPU's trips were in vain, less what was made up for. */
  vainTrips(vcpu: number): number {
    const record = this.vcpus.get(vcpu);
    return record ? Math.max(0, record.vain - Math.floor(record.stayed / this.retryAfter)) : 0;
  }

  /** Takes note of a stall, before it is decided. */
  stalled({ vcpu, page, nowPs }: Stall): void {
    const record = this.record(vcpu);
    if (record.page < 0) return;
    const late = nowPs - record.leftPs >= this.windowPs;
    // Another page within the window decides nothing yet: a vCPU that alternates between two nodes uses several pages.
    if (record.back && !late && page !== record.page) return;
    // One that is not back never left: the page was found here, or on its way here, before the vCPU could go.
    if (record.back) this.ended(record, !late);
    record.page = -1;
  }

  /** Takes note of what was decided about the stall just noted. */
  decided({ vcpu, page, nowPs }: Stall, sent: boolean): void {
    const record = this.record(vcpu);
    if (sent) {
      record.page = page;
      record.leftPs = nowPs;
      record.back = false;
    } else {
      record.stayed++;
    }
  }

  arrived(vcpu: number): void {
    this.record(vcpu).back = true;
  }

  toState(): VcpuHistoryState {
    return [...this.vcpus].map(([vcpu, record]) => [vcpu, { ...record }] as const);
  }

  restore(state: VcpuHistoryState): void {
    this.vcpus.clear();
    for (const [vcpu, record] of state) this.vcpus.set(vcpu, { ...record });
  }

  private ended(record: VcpuRecord, inVain: boolean): void {
    record.vain = inVain ? Math.min(record.vain + 1, VAIN_LIMIT) : Math.max(0, record.vain - 1);
    if (inVain) record.stayed = 0;
  }

  private record(vcpu: number): VcpuRecord {
    const known = this.vcpus.get(vcpu);
    if (known) return known;
    const fresh: VcpuRecord = { page: -1, leftPs: 0, back: false, vain: 0, stayed: 0 };
    this.vcpus.set(vcpu, fresh);
    return fresh;
  }
}
