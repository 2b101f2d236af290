// One run, from an assembled image, or from a snapshot of a run, to its report.
import type { Image } from '../../guest/asm/image.js';
import type { Isa } from '../../guest/lang/model.js';
import { assertCoherent } from '../../server/hyperkernel/check.js';
import { isOwner } from '../../server/hyperkernel/state.js';
import { asOneNode } from '../../server/nodes.js';
import type { Observer } from '../../server/observe.js';
import type { PolicyModule } from '../../server/placement/seam.js';
import { createServer, Server, type HostOptions } from '../../server/server.js';
import type { Snapshot } from '../../server/snapshot.js';
import type { Scenario } from '../../server/spec.js';
import { buildReport } from '../report/build.js';
import type { RunReport } from '../report/report.js';

/** How a run is watched and what is wanted of it. */
export interface RunSettings {
  /** Name of the program in the report. */
  readonly program: string;
  readonly observer?: Observer;
  /** Instead of the catalogue's policy of the scenario's name. */
  readonly policyModule?: PolicyModule;
  /** Also run on one node with all cores and memory, for `idealNs`. */
  readonly ideal?: boolean;
  /** Check the coherence rules after every event; slow. */
  readonly check?: boolean;
  /** Snapshots on the way; those beyond the run's end are not taken. */
  readonly snapshots?: readonly SnapshotRequest[];
  /** Is given the server at its end, to look into it. */
  readonly atEnd?: (server: Server) => void;
  /** Wall clock in milliseconds, for `wallSeconds` and `mips` only. */
  readonly wallMs: () => number;
}

export interface RunRequest extends RunSettings {
  readonly isa: Isa;
  readonly image: Image;
  readonly scenario: Scenario;
}

export interface SnapshotRequest {
  /** Taken as soon as all that begins before this simulated time is done. */
  readonly atPs: number;
  readonly take: (snapshot: Snapshot) => void;
}

/** Runs to the end. Throws InputError for a scenario that cannot start; a failing server is `end: 'failed'`. */
export function runScenario({ isa, image, scenario, ...settings }: RunRequest): RunReport {
  return finish(() => createServer({ isa, image, scenario, ...hostOptions(settings) }), settings);
}

/**
 * Goes on from a snapshot to the end; the report is that of the whole run. An observer hears first which nodes hold which
 * pages, then what happens from there on.
 */
export function resumeRun(snapshot: Snapshot, settings: RunSettings): RunReport {
  return finish(() => {
    const server = Server.restore(snapshot, hostOptions(settings));
    if (settings.observer) tellHolders(server, settings.observer);
    return server;
  }, settings);
}

function hostOptions({ observer, policyModule, check }: RunSettings): HostOptions {
  return {
    ...(observer ? { observer } : {}),
    ...(policyModule ? { policyModule } : {}),
    ...(check ? { afterEvent: assertCoherent } : {}),
  };
}

function finish(start: () => Server, { wallMs, program, ideal = false, snapshots = [], atEnd }: RunSettings): RunReport {
  const startedMs = wallMs();
  const server = start();
  const { instructions } = server;
  // A policy that cannot be snapshotted is told before the run, not in the middle of it.
  let latest = snapshots.length > 0 ? server.snapshot() : undefined;
  for (const { atPs, take } of [...snapshots].sort((a, b) => a.atPs - b.atPs)) {
    server.runUntil(({ nextPs }) => nextPs >= atPs);
    if (!server.ending) take(latest = server.snapshot(latest));
  }
  server.run();
  const wallSeconds = (wallMs() - startedMs) / 1000;
  atEnd?.(server);
  const report = buildReport(server, program, ideal ? idealNs(server) : null, wallSeconds);
  return { ...report, mips: wallSeconds > 0 ? (server.instructions - instructions) / wallSeconds / 1e6 : 0 };
}

/** The same program on one node that has all the cores and memory; null if it does not come to its end there. */
function idealNs({ isa, image, scenario }: Pick<RunRequest, 'isa' | 'image' | 'scenario'>): number | null {
  const server = createServer({
    isa, image, scenario: { ...scenario, policy: 'first-touch', policyOptions: {}, machine: asOneNode(scenario.machine) },
  });
  return server.run().end === 'exit' ? server.nowPs / 1000 : null;
}

function tellHolders({ kernels, nextPs }: Server, observer: Observer): void {
  for (const { node, state } of kernels) {
    for (const s of state.pages.values()) {
      if (!isOwner(s)) continue;
      observer.pageMoved?.(s.page, 'place', -1, node, nextPs, 'restored');
      for (const copy of s.copies) observer.pageMoved?.(s.page, 'copy', node, copy, nextPs, 'restored');
    }
  }
}
