// What one instruction does to the world, in IR order: at most one effect that cannot be undone, and nothing after it
// that could trap or stall. So an instruction always restarts from its beginning.
import { fail } from '../../base/diagnostics.js';
import type { Span } from '../../base/source.js';

export class Effects {
  private committed: string | undefined;

  /** A load, store, trap or call at `at`. */
  mayTrap(what: string, at: Span): void {
    if (this.committed) fail(`${what} cannot follow ${this.committed}, which cannot be undone`, at);
  }

  /** A store, rmw or guest call at `at`. */
  commit(what: string, at: Span): void {
    if (this.committed) {
      fail(`${what} follows ${this.committed}: an instruction has at most one store, rmw or guest call`, at);
    }
    this.committed = what;
  }
}
