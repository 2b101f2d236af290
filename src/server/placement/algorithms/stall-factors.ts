// The factors of a stall that a weighted cost function prices, for each thing that may be done about it. Factors after
// the published patents: where the memory is and the load of both nodes (US 11,175,927), warmth (US 10,783,000),
// writes to hot pages (US 11,023,135). All are free of units, so that weights carry over from machine to machine.
import type { NodeView, Stall } from '../seam.js';
import type { MoveAction } from './cost-model.js';
import type { PageHistory } from './page-history.js';
import { knownOwner } from './toucher.js';
import type { Candidate } from './weighted-cost.js';

export const FACTORS = [
  'latency', 'uses', 'contention', 'writes', 'sharers', 'copies', 'warmth', 'load', 'run',
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
  load: 'vCPUs waiting for each core of the node where the vCPU would run',
  run: 'bring, copy, remote: stalls in a row on pages of that owner',
};

/** What a stall's candidates cost. `uses`: how often the page is expected to be used, if it is served remotely. */
export function candidates(stall: Stall, view: NodeView, history: PageHistory, uses: number): Candidate<MoveAction, Factor>[] {
  const bringPs = view.cost('bring');
  const latency = (action: MoveAction): number => view.cost(action) / bringPs;
  const stays = { run: stall.run, load: waiting(view.load(), view.cores()) };
  const comes = { ...stays, contention: history.losses(stall.page) };
  const list: Candidate<MoveAction, Factor>[] = [];
  if (stall.kind === 'read') {
    const writes = history.writesAfterRead(stall.page);
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
  if (owner !== undefined) {
    list.push({
      action: 'send',
      factors: { latency: latency('send'), warmth: view.warmth(stall.vcpu), load: waiting(loadOf(owner, view) + 1, view.cores()) },
    });
  }
  return list;
}

/** What each further use costs: a request by message, or what a line miss costs more than at home. */
function againPs(view: NodeView): number {
  const { fabric, memory } = view.machine;
  return fabric.kind === 'message' ? view.cost('remote') : Math.max(0, memory.remotePs - memory.localPs);
}

function waiting(load: number, cores: number): number {
  return Math.max(0, load - cores) / cores;
}

/** A node that has not told its load counts as busy: one vCPU on each core. */
function loadOf(node: number, view: NodeView): number {
  const told = view.hintedLoad(node);
  return told < 0 ? view.cores() : told;
}
