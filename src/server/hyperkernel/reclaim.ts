// Which pages leave a node that runs short of frames: cold copies are dropped, cold pages of zeros give up their frames, cold
// owned pages are offered to the node with most room. Cold is what the hand of a clock finds unused when it comes round (the
// second-chance algorithm, as Linux keeps inactive pages in mm/vmscan.c): unused is a page on which no core's TLB counted a
// line miss since the hand was there last, and that no vCPU here runs code from. What hits in the cores' caches is not seen;
// so a page that is missed soon after it left gets more chances (as mm/workingset.c weighs refaults).
import { PC_OFFSET } from '../../guest/machine/context.js';
import { guestFrames } from '../nodes.js';
import { mayEvict } from './evict.js';
import type { NodeParts } from './node.js';
import type { Core } from './scheduler.js';
import { watermarks, type Watermarks } from './watermarks.js';

/** Turns of the hand that a page which has come outlives, though it is not used; and one that came back soon after it left. */
const CHANCES = 1;
const CHANCES_AFTER_RETURN = 4;
/** Pages the hand looks at for each that shall go. */
const LOOKS = 8;

export interface ReclaimState {
  /** Pages with frames in the order in which the hand meets them, with the chances they have left. */
  readonly copies: Map<number, number>;
  readonly owned: Map<number, number>;
  /** Line misses on a page when the hand was there. */
  readonly seen: Map<number, number>;
  /** Pages that left, with how many had left by then; at most as many as there are frames. */
  readonly left: Map<number, number>;
  leavings: number;
  /** Pages that have been offered, and to whom. */
  readonly offered: Map<number, number>;
  /** Nodes that declined and have not told of room since. */
  readonly declined: Set<number>;
}

/** What the kernel does about a page on this module's word. */
export interface Removal {
  /** False if an instruction is about to use the copy. */
  drop(page: number, core: Core): boolean;
  giveUpZeros(page: number, core: Core): boolean;
  offer(page: number, to: number, core: Core): void;
}

export class Reclaim {
  readonly marks: Watermarks;
  private readonly node: NodeParts;
  private readonly removal: Removal;
  /** Of the other nodes: what they have, and what they keep. */
  private readonly capacities: readonly number[];
  private state: ReclaimState = {
    copies: new Map(), owned: new Map(), seen: new Map(), left: new Map(), leavings: 0, offered: new Map(), declined: new Set(),
  };

  constructor(node: NodeParts, removal: Removal) {
    this.node = node;
    this.removal = removal;
    const { nodes, scenario } = node.hardware;
    this.capacities = nodes.map((spec) => guestFrames(spec, scenario.machine.pageBytes));
    this.marks = watermarks(this.capacities[node.node]!);
  }

  toState(): ReclaimState { return this.state; }
  restore(state: ReclaimState): void { this.state = state; }

  get offersOpen(): number { return this.state.offered.size; }

  /** Takes in what a step did to the page. */
  track(page: number): void {
    const { copies, owned, offered } = this.state;
    const s = this.node.state.pages.get(page)!;
    const wasOffered = !s.offered && offered.delete(page);
    const framed = this.node.frames.slotOf(page) !== undefined;
    const [list, other] = s.right === 'secondary' ? [copies, owned] : [owned, copies];
    if (framed && list.has(page)) return;
    const came = framed && !other.delete(page);
    if (framed) list.set(page, came ? this.chancesOf(page) : CHANCES);
    else if (list.delete(page) || other.delete(page)) {
      this.state.seen.delete(page);
      if (wasOffered) this.remember(page);
    }
  }

  /** A message has told how much room its sender has. */
  heard(from: number, freeFrames: number): void {
    if (freeFrames > watermarks(this.capacities[from]!).min) this.state.declined.delete(from);
  }

  declined(by: number): void {
    this.state.declined.add(by);
  }

  askAllAgain(): void {
    this.state.declined.clear();
  }

  /** Makes room up to the high mark as far as cold pages and other nodes' room allow; if `urgent`, by whatever may go. */
  run(core: Core, urgent: boolean): void {
    this.makeRoom(core, this.marks.high, urgent, false);
    if (urgent) this.makeRoom(core, this.marks.min, true, true);
  }

  /** Room for a page that another node offers; at the cost of copies, if need be of used ones. */
  dropCopies(core: Core, count: number, anyCopy: boolean): void {
    this.sweep(this.state.copies, core, count, anyCopy, (page) => this.removal.drop(page, core));
  }

  /** Until the mark is reached, or will be when those that have been asked agree. */
  private makeRoom(core: Core, mark: number, urgent: boolean, any: boolean): void {
    const { frames } = this.node;
    const lacking = (): number => mark - frames.free - this.state.offered.size;
    this.dropCopies(core, lacking(), any);
    this.sweep(this.state.owned, core, lacking(), any, (page) => this.removeOwned(page, core, urgent));
  }

  private removeOwned(page: number, core: Core, urgent: boolean): boolean {
    const s = this.node.state.pages.get(page)!;
    if (!mayEvict(s) || s.offered) return false;
    if (this.removal.giveUpZeros(page, core)) return true;
    const to = this.roomiest(s.copies, urgent);
    if (to < 0) return false;
    this.state.offered.set(page, to);
    this.removal.offer(page, to, core);
    return true;
  }

  /** The hand goes over the list until `count` pages have gone, or it has looked long enough. */
  private sweep(list: Map<number, number>, core: Core, count: number, any: boolean, remove: (page: number) => boolean): void {
    const { kernel } = this.node.hardware.scenario.machine;
    const code = this.codePages();
    if (count <= 0) return;
    let left = count;
    const looks = any ? list.size : Math.min(list.size, LOOKS * count);
    for (let look = 0; look < looks && left > 0; look++) {
      const [page, chances] = list.entries().next().value!;
      list.delete(page);
      const used = this.usedSince(page) || code.has(page);
      list.set(page, used ? chances : Math.max(0, chances - 1));
      this.node.scheduler.occupy(core, kernel.notePs);
      if (!(any || (!used && chances === 0)) || !remove(page)) continue;
      left--;
      if (!this.state.offered.has(page)) this.remember(page);
    }
  }

  private usedSince(page: number): boolean {
    const { hardware, node } = this.node;
    const misses = hardware.memory.harvestMisses(node, page);
    const before = this.state.seen.get(page) ?? 0;
    this.state.seen.set(page, misses);
    return misses !== before;
  }

  /** What the vCPUs of this node run, as of the registers that the hyperkernel has of them. */
  private codePages(): Set<number> {
    const { arena, memory, vcpus } = this.node.hardware;
    const here = vcpus.filter(({ node, state }) => node === this.node.node && state !== 'moving' && state !== 'halted');
    return new Set(here.map(({ context }) => memory.pageOf(Number(arena.u64[(context + PC_OFFSET) >> 3]!))));
  }

  /**
   * The node to offer a page to: one that has a copy of it and so a frame, else the one with most room by what it told, less
   * what it was offered; a node that has told nothing counts as empty. Only in need is one asked that has little itself: it
   * may have copies to drop. -1: nobody.
   */
  private roomiest(holders: readonly number[], urgent: boolean): number {
    const { declined, offered } = this.state;
    const { hintedFreeFrames, node } = this.node;
    const holder = holders.find((other) => !declined.has(other));
    if (holder !== undefined) return holder;
    const asked = new Map<number, number>();
    for (const to of offered.values()) asked.set(to, (asked.get(to) ?? 0) + 1);
    let best = -1;
    let most = -Infinity;
    this.capacities.forEach((capacity, other) => {
      if (other === node || declined.has(other)) return;
      const told = hintedFreeFrames[other]!;
      const room = (told < 0 ? capacity : told) - (asked.get(other) ?? 0);
      if (room <= most || (!urgent && room <= watermarks(capacity).high)) return;
      best = other;
      most = room;
    });
    return best;
  }

  private chancesOf(page: number): number {
    const { left, leavings } = this.state;
    const at = left.get(page);
    left.delete(page);
    return at !== undefined && leavings - at <= this.node.frames.capacity ? CHANCES_AFTER_RETURN : CHANCES;
  }

  private remember(page: number): void {
    const { left } = this.state;
    left.delete(page);
    left.set(page, this.state.leavings++);
    if (left.size > this.node.frames.capacity) left.delete(left.keys().next().value!);
  }
}
