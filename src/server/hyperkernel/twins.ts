// Bytes of pages that this node does not hold any more, or not in that version: what the page's next transfer is told by.
// They lie in frames that are free at the moment and are the first to go where one is needed, the oldest first: so they need
// no share of memory of their own, and never make a node full. One that a request under way has pledged to keep stays; for
// the page that this request asks for a frame will be needed anyway, and the twin becomes it.
import type { Arena } from '../../guest/machine/arena.js';

export interface TwinsState {
  /** By page, oldest first. */
  readonly twins: Map<number, { readonly slot: number; readonly version: number }>;
  /** By page: the version that is pledged to be kept, in a twin or in the frame. */
  readonly pledged: Map<number, number>;
}

export class Twins {
  private readonly arena: Arena;
  private state: TwinsState = { twins: new Map(), pledged: new Map() };

  constructor(arena: Arena) {
    this.arena = arena;
  }

  toState(): TwinsState { return this.state; }
  restore(state: TwinsState): void { this.state = state; }

  get size(): number { return this.state.twins.size; }

  /** The version that the twin of the page has; 0 without one. */
  versionOf(page: number): number { return this.state.twins.get(page)?.version ?? 0; }

  slotOf(page: number, version: number): number | undefined {
    const twin = this.state.twins.get(page);
    return twin?.version === version ? twin.slot : undefined;
  }

  isPledged(page: number, version: number): boolean { return this.state.pledged.get(page) === version; }
  pledge(page: number, version: number): void { this.state.pledged.set(page, version); }
  endPledge(page: number): void { this.state.pledged.delete(page); }

  /** The slot becomes the page's twin, unless another one is pledged. */
  keep(page: number, slot: number, version: number): void {
    if (this.mustStay(page)) this.arena.freeSlot(slot);
    else {
      this.giveUp(page);
      this.state.twins.set(page, { slot, version });
    }
  }

  /** The twin's slot is the caller's from now on. */
  hand(page: number): number {
    const { slot } = this.state.twins.get(page)!;
    this.state.twins.delete(page);
    return slot;
  }

  giveUp(page: number): void {
    if (this.state.twins.has(page) && !this.mustStay(page)) this.arena.freeSlot(this.hand(page));
  }

  /** Gives up twins until there are at most so many, or all that are left are pledged. */
  shrinkTo(count: number): void {
    if (this.size <= count) return;
    for (const page of this.state.twins.keys()) {
      this.giveUp(page);
      if (this.size <= count) return;
    }
  }

  private mustStay(page: number): boolean {
    const twin = this.state.twins.get(page);
    return twin !== undefined && this.isPledged(page, twin.version);
  }
}
