// One node's memory: which arena slot is the frame of which page, and the page table that its cores see.
// A node's memory is a count of frames, not a range of slots (SEMANTICS 26).
import type { Arena } from '../../guest/machine/arena.js';
import type { MemorySystem } from '../../guest/machine/memory.js';
import type { Twins } from './twins.js';

/** The simulated server cannot go on; the run ends as failed, with this message. */
export class ServerFailure extends Error {}

export interface FramesState {
  /** Arena slot by page, in order of arrival. */
  readonly slots: Map<number, number>;
  readonly zeroPages: Set<number>;
  /** Pages that this node has asked for, or agreed to take: each that has no frame yet has one kept for it. */
  readonly asked: Set<number>;
  readonly promised: Set<number>;
}

export class Frames {
  readonly capacity: number;
  private readonly node: number;
  private readonly arena: Arena;
  private readonly memory: MemorySystem;
  private readonly twins: Twins;
  private state: FramesState = { slots: new Map(), zeroPages: new Set(), asked: new Set(), promised: new Set() };

  constructor(node: number, capacity: number, arena: Arena, memory: MemorySystem, twins: Twins) {
    this.node = node;
    this.capacity = capacity;
    this.arena = arena;
    this.memory = memory;
    this.twins = twins;
  }

  toState(): FramesState { return this.state; }
  restore(state: FramesState): void { this.state = state; }

  /** Frames in use. */
  get used(): number { return this.state.slots.size; }

  /** Frames neither in use nor kept for a page that is to come. */
  get free(): number {
    const { slots, asked, promised } = this.state;
    let kept = 0;
    for (const page of asked) if (!slots.has(page)) kept++;
    for (const page of promised) if (!slots.has(page) && !asked.has(page)) kept++;
    return this.capacity - slots.size - kept;
  }

  /** The arena slot of this node's frame of the page, or undefined. */
  slotOf(page: number): number | undefined { return this.state.slots.get(page); }

  /** An owned page of zeros that has given its frame up. */
  isZeroPage(page: number): boolean { return this.state.zeroPages.has(page); }

  holds(page: number): boolean { return this.state.slots.has(page) || this.state.zeroPages.has(page); }

  /** Pages with a frame here, in order of arrival. */
  pages(): IterableIterator<number> { return this.state.slots.keys(); }

  /** This node's frame of the page, taken if it has none; its bytes are undefined then. */
  take(page: number): number {
    const held = this.state.slots.get(page);
    if (held !== undefined) return held;
    if (this.free <= 0 && !this.hasPlaceFor(page)) {
      throw new ServerFailure(`node ${this.node} is out of memory: all its ${this.capacity} frames are in use`);
    }
    this.makeRoom();
    const slot = this.arena.takeSlot();
    this.takeSlot(page, slot);
    return slot;
  }

  /** The slot becomes this node's frame of the page, which has none. */
  takeSlot(page: number, slot: number): void {
    this.state.slots.set(page, slot);
    this.memory.forgetMisses(this.node, page);
  }

  /** The slot of the page's frame, if it has one, is the caller's from now on. */
  handSlot(page: number): number | undefined {
    const slot = this.state.slots.get(page);
    this.state.slots.delete(page);
    return slot;
  }

  /** Whether one frame more could be taken, or a twin made, after twins have gone that lie in the way. */
  makeRoom(): boolean {
    const others = this.capacity - this.state.slots.size - 1;
    this.twins.shrinkTo(others);
    return this.twins.size <= others;
  }

  zero(page: number): void {
    this.arena.zeroSlot(this.take(page));
  }

  /** The bytes of an in-flight slot become the frame; the in-flight slot is freed. */
  install(page: number, fromSlot: number): void {
    this.arena.copySlot(fromSlot, this.take(page));
    this.arena.freeSlot(fromSlot);
  }

  /** Whether the page has a frame here, or one that is kept for it. */
  hasPlaceFor(page: number): boolean {
    return this.state.slots.has(page) || this.state.asked.has(page) || this.state.promised.has(page);
  }

  /** The page may come, since this node has asked for it; or may not any more. */
  expect(page: number, may: boolean): void {
    if (may) this.state.asked.add(page);
    else this.state.asked.delete(page);
  }

  promise(page: number): void { this.state.promised.add(page); }
  endPromise(page: number): void { this.state.promised.delete(page); }

  hasOnlyZeros(page: number): boolean {
    const { arena } = this;
    const slot = this.state.slots.get(page)!;
    const at = arena.slotOffset(slot) / 4;
    return arena.runs(slot).every(([from, end]) => arena.u32.subarray(at + from / 4, at + end / 4).every((word) => word === 0));
  }

  /** The frame of a page of zeros is free for others; the cores' rights to the page have ended. */
  giveUpZeros(page: number): void {
    this.drop(page);
    this.state.zeroPages.add(page);
  }

  /** A page of zeros without a frame takes one again. */
  regainZeros(page: number): void {
    this.state.zeroPages.delete(page);
    this.zero(page);
  }

  /** A slot with a copy of the frame, to travel in a message. */
  copyOut(page: number): number {
    const slot = this.arena.takeSlot();
    this.arena.copySlot(this.state.slots.get(page)!, slot);
    return slot;
  }

  /** The page has left, or its copy has ended. */
  drop(page: number): void {
    if (this.state.zeroPages.delete(page)) return;
    this.arena.freeSlot(this.state.slots.get(page)!);
    this.state.slots.delete(page);
  }

  /** This node's cores may use its frame. */
  grant(page: number, writable: boolean): void {
    this.memory.tables[this.node]!.set(page, { slot: this.state.slots.get(page)!, writable, home: this.node });
  }

  mapRemote(page: number, slot: number, owner: number, writable: boolean): void {
    this.memory.tables[this.node]!.set(page, { slot, writable, home: owner });
  }

  /** Ends the cores' rights to the page, or only the right to store. */
  shootDown(page: number, keepReadable: boolean): void {
    const table = this.memory.tables[this.node]!;
    const entry = table.get(page);
    if (entry && keepReadable) table.set(page, { ...entry, writable: false });
    else table.delete(page);
    this.memory.shootDown(this.node, page, keepReadable);
  }
}
