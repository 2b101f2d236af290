// Where the vCPUs of a node are drawn: each stay of a vCPU on a node gets the lowest lane that is free, and its old one if
// that is free, so that a vCPU that comes back is found where it was.
import type { RunLog } from '../log/log.js';

/** A vCPU on one node over consecutive spans [firstSpan, lastSpan] of its log. */
export interface Stay {
  readonly vcpu: number;
  readonly node: number;
  readonly fromPs: number;
  readonly toPs: number;
  readonly firstSpan: number;
  readonly lastSpan: number;
  /** Counted over all nodes. */
  lane: number;
}

export interface Lanes {
  /** In order of time. */
  readonly stays: readonly Stay[];
  /** Index: node. */
  readonly nodes: readonly { readonly first: number; readonly count: number }[];
  readonly count: number;
}

export function layOutLanes(log: RunLog, nodes: number): Lanes {
  const stays = staysOf(log);
  const freeAtPs: number[][] = Array.from({ length: nodes }, () => []);
  const homes = new Map<string, number>();
  for (const stay of stays) {
    const lanes = freeAtPs[stay.node]!;
    const key = `${stay.node}/${stay.vcpu}`;
    const home = homes.get(key);
    const isFree = (lane: number): boolean => (lanes[lane] ?? 0) <= stay.fromPs;
    let lane = home !== undefined && isFree(home) ? home : 0;
    while (!isFree(lane)) lane++;
    lanes[lane] = stay.toPs;
    homes.set(key, lane);
    stay.lane = lane;
  }
  let count = 0;
  const bands = freeAtPs.map((lanes) => {
    const band = { first: count, count: Math.max(1, lanes.length) };
    count += band.count;
    return band;
  });
  for (const stay of stays) stay.lane += bands[stay.node]!.first;
  return { stays, nodes: bands, count };
}

function staysOf(log: RunLog): Stay[] {
  const stays: Stay[] = [];
  log.spans.forEach((spans, vcpu) => {
    let first = 0;
    for (let i = 1; i <= spans.length; i++) {
      if (i < spans.length && spans[i]!.node === spans[first]!.node) continue;
      const { node, fromPs } = spans[first]!;
      stays.push({ vcpu, node, fromPs, toPs: spans[i - 1]!.toPs, firstSpan: first, lastSpan: i - 1, lane: 0 });
      first = i;
    }
  });
  return stays.sort((a, b) => a.fromPs - b.fromPs || a.vcpu - b.vcpu);
}
