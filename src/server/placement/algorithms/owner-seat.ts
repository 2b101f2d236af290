// The owner's seat at page migration. Every access of another node to a page passes by its owner, as a request; its own
// cores' accesses are the line misses that they count. So the owner plays the algorithm over all nodes, and what it
// remembers of the page goes along when the page does.
import type { OwnerRequest, PageNote } from '../seam.js';
import type { PageMigration } from './page-migration.js';
import { RecentMap } from './recent-map.js';

export type SeatState = readonly (readonly [number, PageNote])[];

export class OwnerSeat {
  private readonly algorithm: PageMigration;
  private readonly node: number;
  private readonly pages: RecentMap<PageNote>;

  /** Of `node`; remembers `capacity` pages. */
  constructor(algorithm: PageMigration, node: number, capacity: number) {
    this.algorithm = algorithm;
    this.node = node;
    this.pages = new RecentMap(capacity);
  }

  /**
   * Takes note of another node's request, and of this node's own line misses since the one before. What to send along if
   * the page should go there, else null.
   */
  asked({ page, from, newLocalMisses }: OwnerRequest): PageNote | null {
    const { algorithm, node } = this;
    if (from === node) return null;
    let state = { at: node, values: this.pages.get(page) ?? algorithm.start(node).values };
    for (let miss = Math.min(newLocalMisses, algorithm.enough); miss > 0; miss--) state = algorithm.request(state, node);
    state = algorithm.request(state, from);
    if (state.at === from) return this.leaves(page, state.values);
    this.pages.set(page, state.values);
    return null;
  }

  /** The page leaves whatever the algorithm says: what to send along. */
  taken(request: OwnerRequest): PageNote {
    return this.asked(request) ?? this.leaves(request.page, this.pages.get(request.page) ?? []);
  }

  /** The page has come, with what its last owner knew; an empty note is none. */
  arrived(page: number, note: PageNote | undefined): void {
    if (note && note.length > 0) this.pages.set(page, note);
    else this.pages.delete(page);
  }

  toState(): SeatState {
    return this.pages.toState();
  }

  restore(state: SeatState): void {
    this.pages.restore(state);
  }

  private leaves(page: number, note: PageNote): PageNote {
    this.pages.delete(page);
    return note;
  }
}
