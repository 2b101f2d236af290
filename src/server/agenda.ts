// What waits to happen, by (time, sequence): slices of cores, at most one for each, and everything else.
import { EventQueue, type EventQueueState } from '../base/event-queue.js';
import type { Arena } from '../guest/machine/arena.js';
import { DueSlices } from '../guest/machine/due-slices.js';
import { DueTimes, nodeOfEvent } from './due.js';
import type { ServerEvent } from './snapshot.js';

export type SliceEvent = Extract<ServerEvent, { kind: 'slice' }>;
export type OtherEvent = Exclude<ServerEvent, SliceEvent>;

export class Agenda {
  readonly slices: DueSlices;
  /** When what is no slice happens, node by node. */
  readonly due: DueTimes;
  private readonly others = new EventQueue<OtherEvent>();
  private readonly sliceEvents: readonly SliceEvent[];

  private readonly vcpus: readonly { readonly node: number }[];

  constructor(arena: Arena, nodes: number, vcpus: readonly { readonly node: number }[]) {
    this.slices = new DueSlices(arena);
    this.due = new DueTimes(nodes);
    this.vcpus = vcpus;
    this.sliceEvents = Array.from({ length: arena.shape.cores }, (_, core) => ({ kind: 'slice', core }));
  }

  /** Time of the last event taken, in picoseconds. */
  get nowPs(): number { return this.others.nowPs; }
  get size(): number { return this.others.size + this.slices.size; }
  /** Time of the next event, or Infinity; and of the next that is no slice. */
  get nextPs(): number { return Math.min(this.slices.timePs, this.others.nextPs); }
  get nextOtherPs(): number { return this.others.nextPs; }
  get next(): ServerEvent | undefined {
    return this.isSliceNext() ? this.sliceEvents[this.slices.core] : this.others.next;
  }

  push(timePs: number, event: OtherEvent): void {
    this.others.push(timePs, event, this.slices.takeSequence());
    this.expect(event, timePs);
  }

  private expect(event: OtherEvent, timePs: number): void {
    const node = nodeOfEvent(event, this.vcpus);
    if (node !== undefined) this.due.add(node, timePs);
  }

  /** The core's slice is due then, instead of when it was due before. */
  pushSlice(core: number, timePs: number): void {
    if (!(timePs >= this.nowPs)) throw new Error(`slice scheduled at ${timePs} ps, before the current ${this.nowPs} ps`);
    this.slices.set(core, timePs);
  }

  /** Slices that have been taken elsewhere began up to then. */
  passTo(timePs: number): void {
    this.others.passTo(timePs);
  }

  /** Takes the earliest event. */
  pop(): void {
    const { slices, others } = this;
    if (this.isSliceNext()) {
      others.passTo(slices.timePs);
      slices.clear(slices.core);
    } else {
      const event = others.pop();
      const node = event && nodeOfEvent(event, this.vcpus);
      if (node !== undefined) this.due.happened(node);
    }
  }

  /** Sequence numbers count anew: how many have been given depends on who ran the slices. */
  toState(): EventQueueState<ServerEvent> {
    const { nowPs, entries } = this.others.toState();
    const slices = this.slices.waiting().map(({ core, ...due }) => ({ ...due, event: this.sliceEvents[core]! }));
    const inOrder = [...entries, ...slices].sort((a, b) => a.timePs - b.timePs || a.sequence - b.sequence);
    return { nowPs, sequence: inOrder.length, entries: inOrder.map((entry, sequence) => ({ ...entry, sequence })) };
  }

  restore({ entries, sequence, ...state }: EventQueueState<ServerEvent>): void {
    this.slices.restore(sequence, entries.flatMap(({ event, ...due }) => (event.kind === 'slice' ? [{ ...due, core: event.core }] : [])));
    const others = entries.flatMap(({ event, ...due }) => (event.kind === 'slice' ? [] : [{ ...due, event }]));
    this.others.restore({ ...state, sequence: 0, entries: others });
    this.due.clear();
    for (const { event, timePs } of others) this.expect(event, timePs);
  }

  private isSliceNext(): boolean {
    const { slices, others } = this;
    const slicePs = slices.timePs;
    const otherPs = others.nextPs;
    return slicePs < otherPs || (slicePs === otherPs && slicePs < Infinity && slices.sequence < others.firstSequence);
  }
}
