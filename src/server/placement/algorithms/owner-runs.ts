// How often in a row a vCPU went to the same owner, as its node sees it: the run length of EM2 (Lis, Shim, Cho, Khan and
// Devadas). A page whose owner is not known counts as an owner by itself: who only accesses a page remotely never learns it.
import { RecentMap } from './recent-map.js';

interface Run {
  /** The owner, or a page of unknown owner. */
  readonly owner: number;
  readonly page: number;
  readonly length: number;
}

export type RunState = readonly (readonly [number, Run])[];

export class OwnerRuns {
  private readonly runs: RecentMap<Run>;

  /** Remembers `capacity` vCPUs. */
  constructor(capacity: number) {
    this.runs = new RecentMap(capacity);
  }

  /** Takes note of a stall; returns how long the run is with it. */
  stalled(vcpu: number, owner: number, page: number): number {
    const last = this.runs.get(vcpu);
    const same = last !== undefined && (last.page === page || (owner >= 0 && last.owner === owner));
    const length = same ? last.length + 1 : 1;
    this.runs.set(vcpu, { owner, page, length });
    return length;
  }

  /** The vCPU has just come: whatever it did here before is past. */
  arrived(vcpu: number): void {
    this.runs.delete(vcpu);
  }

  toState(): RunState {
    return this.runs.toState();
  }

  restore(state: RunState): void {
    this.runs.restore(state);
  }
}
