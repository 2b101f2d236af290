// The clock's queue of events: a binary heap ordered by (time, sequence), so that events of one instant run in the
// order in which they were scheduled (after SimPy's core.py, key (time, priority, event id)).

export interface EventQueueState<E> {
  readonly nowPs: number;
  readonly sequence: number;
  readonly entries: readonly { readonly timePs: number; readonly sequence: number; readonly event: E }[];
}

export class EventQueue<E> {
  private times: number[] = [];
  private sequences: number[] = [];
  private events: E[] = [];
  private nextSequence = 0;
  private now = 0;

  /** Time of the last event taken, in picoseconds. */
  get nowPs(): number { return this.now; }
  get size(): number { return this.events.length; }
  /** Time of the next event, or Infinity. */
  get nextPs(): number { return this.times[0] ?? Infinity; }
  get next(): E | undefined { return this.events[0]; }
  /** Its sequence number. */
  get firstSequence(): number { return this.sequences[0]!; }

  /**
   * Schedules `event`; with a sequence number of the caller's where it has other queues besides. Throws if `timePs` lies before the
   * last event taken: effects are never back-dated.
   */
  push(timePs: number, event: E, sequence = this.nextSequence++): void {
    if (!(timePs >= this.now)) throw new Error(`event scheduled at ${timePs} ps, before the current ${this.now} ps`);
    this.insert(timePs, sequence, event);
  }

  /** An event that waited elsewhere has been taken. */
  passTo(timePs: number): void {
    this.now = timePs;
  }

  /** Takes the earliest event, or undefined. */
  pop(): E | undefined {
    const { times, sequences, events } = this;
    if (events.length === 0) return undefined;
    const event = events[0]!;
    this.now = times[0]!;
    const time = times.pop()!;
    const sequence = sequences.pop()!;
    const last = events.pop()!;
    if (events.length > 0) this.siftDown(time, sequence, last);
    return event;
  }

  /** Entries in the order in which they will be taken. */
  toState(): EventQueueState<E> {
    const entries = this.events
      .map((event, i) => ({ timePs: this.times[i]!, sequence: this.sequences[i]!, event }))
      .sort((a, b) => a.timePs - b.timePs || a.sequence - b.sequence);
    return { nowPs: this.now, sequence: this.nextSequence, entries };
  }

  restore({ nowPs, sequence, entries }: EventQueueState<E>): void {
    // Entries in order are a heap.
    this.times = entries.map((entry) => entry.timePs);
    this.sequences = entries.map((entry) => entry.sequence);
    this.events = entries.map(({ event }) => event);
    this.nextSequence = sequence;
    this.now = nowPs;
  }

  private insert(time: number, sequence: number, event: E): void {
    const { times, sequences, events } = this;
    let i = events.length;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (times[parent]! < time || (times[parent] === time && sequences[parent]! < sequence)) break;
      times[i] = times[parent]!;
      sequences[i] = sequences[parent]!;
      events[i] = events[parent]!;
      i = parent;
    }
    times[i] = time;
    sequences[i] = sequence;
    events[i] = event;
  }

  private siftDown(time: number, sequence: number, event: E): void {
    const { times, sequences, events } = this;
    const size = events.length;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && (times[right]! < times[child]!
        || (times[right] === times[child] && sequences[right]! < sequences[child]!))) child = right;
      if (time < times[child]! || (time === times[child] && sequence < sequences[child]!)) break;
      times[i] = times[child]!;
      sequences[i] = sequences[child]!;
      events[i] = events[child]!;
      i = child;
    }
    times[i] = time;
    sequences[i] = sequence;
    events[i] = event;
  }
}
