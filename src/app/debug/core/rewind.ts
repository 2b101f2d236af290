// A server that can be brought back to where it was: by snapshots, or by making it anew where its policy cannot say what it
// remembers.
import { InputError } from '../../../base/diagnostics.js';
import type { Server } from '../../../server/server.js';
import type { Snapshot } from '../../../server/snapshot.js';

/** Memory that saved states may share. */
export interface Part { readonly byteLength: number }

export interface Saved<S> {
  readonly saved: S;
  readonly parts: readonly Part[];
  /** What it takes besides. */
  readonly ownBytes: number;
}

export interface Rewind<S> {
  readonly server: Server;
  /** What `restore` needs; undefined where the server cannot be saved. */
  save(): Saved<S> | undefined;
  restore(saved: S): void;
}

/** Records of vCPUs, pages and queues in a snapshot: a round figure. */
const RECORD_BYTES = 100_000;
const REFERENCE_BYTES = 8;

class BySnapshots implements Rewind<Snapshot> {
  readonly server: Server;
  /** The latest snapshot taken or gone to: the next one shares with it what has not changed. */
  private latest: Snapshot;

  constructor(server: Server) {
    this.server = server;
    this.latest = server.snapshot();
  }

  save(): Saved<Snapshot> {
    this.latest = this.server.snapshot(this.latest);
    const { chunks } = this.latest.arena;
    return {
      saved: this.latest, parts: chunks.filter((chunk) => chunk !== null),
      ownBytes: RECORD_BYTES + REFERENCE_BYTES * chunks.length,
    };
  }

  restore(saved: Snapshot): void {
    this.server.restore(saved);
    this.latest = saved;
  }
}

class FromStart implements Rewind<null> {
  server: Server;
  private readonly make: () => Server;
  private saved = false;

  constructor(make: () => Server) {
    this.make = make;
    this.server = make();
  }

  /** The beginning is saved, and nothing after it. */
  save(): Saved<null> | undefined {
    if (this.saved) return undefined;
    this.saved = true;
    return { saved: null, parts: [], ownBytes: 0 };
  }

  restore(): void {
    this.server = this.make();
  }
}

export function rewindOf(make: () => Server): Rewind<unknown> {
  try {
    return new BySnapshots(make()) as Rewind<unknown>;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return new FromStart(make);
  }
}
