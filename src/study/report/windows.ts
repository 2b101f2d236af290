// Where the time went, from the parts that the server books to those of the report: coarse ones over a vCPU's lifetime, and
// all of them by window, vCPU and node.
import type { PartTimes, TimeRow } from '../../server/hyperkernel/time-stack.js';
import { COARSE_PART, STACK_PARTS, TIME_PARTS, type TimePart } from '../../server/observe.js';
import type { Server } from '../../server/server.js';
import type { PartTimesPs, WindowReport } from './report.js';

export function coarseTimesNs(parts: PartTimes): Record<TimePart, number> {
  const times = Object.fromEntries(TIME_PARTS.map((part) => [part, 0])) as Record<TimePart, number>;
  for (const part of STACK_PARTS) {
    const coarse = COARSE_PART[part];
    if (coarse) times[coarse] += parts[part];
  }
  for (const part of TIME_PARTS) times[part] /= 1000;
  return times;
}

export function windowReports(server: Server): WindowReport[] {
  return server.windows.times(server.nowPs).map(({ name, vcpu, inRegion, fromPs, toPs, rows }) => ({
    name, vcpu, inRegion, fromPs, toPs,
    perVcpu: rows.map((own, id) => ({ vcpu: id, timePs: sumOf(own) })),
    perNode: server.kernels.map(({ node }) => ({ node, timePs: sumOf(rows.flat().filter((row) => row.node === node)) })),
  }));
}

function sumOf(rows: readonly TimeRow[]): PartTimesPs {
  const sums = STACK_PARTS.map((part) => [part, rows.reduce((sum, row) => sum + row.parts[part], 0)] as const);
  return Object.fromEntries(sums.filter(([, ps]) => ps !== 0));
}
