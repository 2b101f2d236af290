// The windows that the guest cuts its run into: each begins with a call of roi_begin, roi_end or mark, for all vCPUs at the
// same time, and ends with the next. Which calls cut: docs/time.md.
import { copyPlain } from '../base/plain.js';
import { bookPart, cut, settle, type TimeRow } from './hyperkernel/time-stack.js';
import type { Vcpu } from './hyperkernel/vcpu.js';
import type { StackPart } from './observe.js';

/** Later calls cut no more: the stacks of a run stay small whatever the guest does. */
export const MOST_WINDOWS = 500;

/** roi_begin, roi_end, mark N: the time is that of the core when the call had been made. */
export interface Mark { readonly name: string; readonly vcpu: number; readonly atPs: number }

export interface Window {
  /** The call that opened it; `start` for the first. */
  readonly name: string;
  /** Who made it; -1 for the first. */
  readonly vcpu: number;
  readonly fromPs: number;
  /** Between a roi_begin and the next roi_end. */
  readonly inRegion: boolean;
}

export interface WindowsState {
  readonly windows: Window[];
  /** By call, how often each vCPU has made it. */
  readonly calls: Map<string, number[]>;
  /** Calls at times that some vCPU may not have reached, in order. */
  pending: Mark[];
}

/** A window with the time that each vCPU spent in it, node by node. */
export interface WindowTimes extends Window {
  readonly toPs: number;
  /** By vCPU. */
  readonly rows: readonly (readonly TimeRow[])[];
}

export class Windows {
  private state: WindowsState = { windows: [{ name: 'start', vcpu: -1, fromPs: 0, inRegion: false }], calls: new Map(), pending: [] };
  private readonly vcpus: readonly Vcpu[];

  constructor(vcpus: readonly Vcpu[]) {
    this.vcpus = vcpus;
  }

  toState(): WindowsState { return this.state; }
  restore(state: WindowsState): void { this.state = state; }

  /** A call was made; `cut` is due at that time. Calls need not come in order of time: slices overrun. */
  mark(mark: Mark): void {
    const { pending } = this.state;
    const later = pending.findIndex(({ atPs }) => atPs > mark.atPs);
    pending.splice(later < 0 ? pending.length : later, 0, mark);
  }

  /** Everything that begins before `nowPs` has been done. */
  cut(nowPs: number): void {
    const { pending } = this.state;
    while (pending.length > 0 && pending[0]!.atPs <= nowPs) open(this.state, this.vcpus, pending.shift()!);
  }

  /** What each vCPU spent in each window up to `endPs`, which none has passed; changes nothing. */
  times(endPs: number): WindowTimes[] {
    const state = copyPlain(this.state);
    const vcpus = copyPlain(this.vcpus);
    for (const mark of state.pending) open(state, vcpus, mark);
    for (const vcpu of vcpus) {
      bookPart(vcpu, partNow(vcpu), endPs);
      settle(vcpu);
    }
    return state.windows.map((window, i) => ({
      ...window, toPs: state.windows[i + 1]?.fromPs ?? endPs,
      rows: vcpus.map(({ time: { rows } }) => rows.filter((row) => row.window === i)),
    }));
  }
}

/** Where all vCPUs make the same calls, the first to make one for the n-th time cuts, and the others follow. */
function open({ windows, calls }: WindowsState, vcpus: readonly Vcpu[], { name, vcpu, atPs }: Mark): void {
  if (windows.length === MOST_WINDOWS) return;
  const counts = calls.get(name) ?? vcpus.map(() => 0);
  const most = Math.max(...counts);
  calls.set(name, counts);
  if (++counts[vcpu]! <= most) return;
  const { inRegion } = windows[windows.length - 1]!;
  windows.push({ name, vcpu, fromPs: atPs, inRegion: name === 'roi_begin' || (inRegion && name !== 'roi_end') });
  for (const each of vcpus) cut(each, atPs);
}

/** What a vCPU whose time is accounted for up to now is about to spend. */
function partNow({ state, waitPart }: Vcpu): StackPart {
  switch (state) {
    case 'unstarted': return 'unstarted';
    case 'ready': return 'coreWait';
    case 'waiting': return waitPart;
    case 'moving': return 'migrating';
    // The guest has ended before its next slice.
    case 'running': case 'halted': return 'halted';
  }
}
