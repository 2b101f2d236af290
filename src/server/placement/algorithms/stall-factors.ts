// The factors of a stall that a weighted cost function prices, for each thing that may be done about it. Factors after
// the published patents: where the memory is and the load of both nodes (US 11,175,927), warmth (US 10,783,000),
// writes to hot pages (US 11,023,135). All are free of units, so that weights carry over from machine to machine.
import type { NodeView, Stall } from '../seam.js';
import { oneWayPs, type MoveAction } from './cost-model.js';
import { loadOf, waiting } from './load.js';
import type { PageHistory } from './page-history.js';
import { knownOwner } from './toucher.js';
import type { VcpuHistory } from './vcpu-history.js';
import type { Candidate } from './weighted-cost.js';

export const FACTORS = [
  'latency', 'uses', 'contention', 'writes', 'sharers', 'copies', 'warmth', 'trips', 'load', 'run',
] as const;
export type Factor = (typeof FACTORS)[number];

export const FACTOR_MEANING: Readonly<Record<Factor, string>> = {
  latency: 'time until the instruction resumes, in page moves',
  uses: 'remote: what further accesses to the page would cost, in page moves',
  contention: 'bring, copy: times in a row that the page came and was soon gone',
  writes: 'copy: how likely a write follows, from 0 to 1',
  sharers: 'bring for a read: how likely no write follows, so that others may be reading too, from 0 to 1',
  copies: 'remote: a copy held here is lost (1)',
  warmth: 'send: pages that the vCPU leaves behind',
  trips: 'send: times that the vCPU was sent for a page and soon was back here for it again',
  load: 'vCPUs waiting for each core of the node where the vCPU would run',
  run: 'bring, copy, remote: stalls in a row on pages of that owner, if it is known',
};

/** What there is to know about a stall beside the node's view. */
export interface Knowledge {
  readonly pages: PageHistory;
  readonly vcpus: VcpuHistory;
  /** How often the page is expected to be used again, if it is served remotely. */
  readonly uses: number;
}

/** What a stall's candidates cost. */
export function candidates(stall: Stall, view: NodeView, { pages, vcpus, uses }: Knowledge): Candidate<MoveAction, Factor>[] {
  const { page, vcpu } = stall;
  const bringPs = view.cost('bring');
  const latency = (action: MoveAction): number => (view.cost(action) + searchPs(stall, view, action)) / bringPs;
  const stays = { run: stall.owner < 0 ? 0 : stall.run, load: waiting(view.load(), view.cores()) };
  const comes = { ...stays, contention: pages.losses(page) };
  const list: Candidate<MoveAction, Factor>[] = [];
  if (stall.kind === 'read') {
    const writes = pages.writesAfterRead(page);
    list.push({ action: 'copy', factors: { ...comes, latency: latency('copy'), writes } });
    list.push({ action: 'bring', factors: { ...comes, latency: latency('bring'), sharers: 1 - writes } });
  } else {
    list.push({ action: 'bring', factors: { ...comes, latency: latency('bring') } });
  }
  list.push({
    action: 'remote',
    factors: { ...stays, latency: latency('remote'), uses: uses * againPs(view) / bringPs, copies: stall.holdsCopy ? 1 : 0 },
  });
  const owner = knownOwner(stall, view);
  if ((owner !== undefined || stall.owner < 0) && view.cores(owner) > 0) {
    list.push({
      action: 'send',
      factors: {
        latency: latency('send'), warmth: view.warmth(vcpu), trips: vcpus.vainTrips(vcpu),
        load: waiting(loadOf(owner, view) + 1, view.cores(owner)),
      },
    });
  }
  return list;
}

/** What it takes to find an owner that this node does not know: the page's home forwards a request, and answers a vCPU. */
function searchPs(stall: Stall, view: NodeView, action: MoveAction): number {
  const hopPs = oneWayPs(view.machine, 0) + view.machine.kernel.notePs;
  if (stall.owner >= 0) return 0;
  return action === 'send' ? 2 * hopPs : hopPs;
}

/** What each further use costs: a request by message, or what a line miss costs more than at home. */
function againPs(view: NodeView): number {
  const { fabric, memory } = view.machine;
  return fabric.kind === 'message' ? view.cost('remote') : Math.max(0, memory.remotePs - memory.localPs);
}
