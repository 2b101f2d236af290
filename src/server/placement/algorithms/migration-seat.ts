// One node's seat at page migration. A node sees its own remote accesses, and not those of other nodes: an owner serves
// single accesses without asking its policy. So it plays the algorithm over two places, here and elsewhere, for each page.
import type { PageMigration } from './page-migration.js';
import { RecentMap } from './recent-map.js';

const ELSEWHERE = 0;
const HERE = 1;
/** How many places the algorithm has. */
export const SEAT_PLACES = 2;

export type SeatState<S> = readonly (readonly [number, S])[];

export class MigrationSeat<S extends { readonly at: number }> {
  private readonly algorithm: PageMigration<S>;
  private readonly pages: RecentMap<S>;

  /** Remembers `capacity` pages. */
  constructor(algorithm: PageMigration<S>, capacity: number) {
    this.algorithm = algorithm;
    this.pages = new RecentMap(capacity);
  }

  /** Takes note of an access to a page of another node; true if the page should come. Then its count starts anew. */
  accessed(page: number): boolean {
    const next = this.algorithm.request(this.pages.get(page) ?? this.algorithm.start(ELSEWHERE), HERE);
    if (next.at === HERE) this.pages.delete(page);
    else this.pages.set(page, next);
    return next.at === HERE;
  }

  toState(): SeatState<S> {
    return this.pages.toState();
  }

  restore(state: SeatState<S>): void {
    this.pages.restore(state);
  }
}
