// A server that can be brought back to where it was.
import type { Server } from '../../../server/server.js';

export interface Rewind<S> {
  readonly server: Server;
  /** What `restore` needs; undefined where the server cannot be saved. */
  save(): { readonly saved: S; readonly bytes: number } | undefined;
  restore(saved: S): void;
}

/** Goes back to the beginning only, by making the server anew. */
export class FromStart implements Rewind<null> {
  server: Server;
  private readonly make: () => Server;
  private started = false;

  constructor(make: () => Server) {
    this.make = make;
    this.server = make();
  }

  save(): { readonly saved: null; readonly bytes: number } | undefined {
    if (this.started) return undefined;
    this.started = true;
    return { saved: null, bytes: 0 };
  }

  restore(): void {
    this.server = this.make();
  }
}
