// A machine's nodes in words: what each has, or all together where they are not alike.
import { formatBytes } from '../../base/units.js';
import { plural } from './figures.js';
import type { RunReport } from './report.js';

type Machine = Pick<RunReport, 'machine' | 'perNode'>;

/** `4 nodes x 2 cores`, or `4 nodes, 14 cores`; `times` stands between. */
export function nodesAndCores({ machine, perNode }: Machine, times = 'x'): string {
  const nodes = plural(machine.nodes, 'node');
  return equal(perNode, 'cores') ? `${nodes} ${times} ${plural(machine.coresPerNode, 'core')}`
    : `${nodes}, ${plural(machine.nodes * machine.coresPerNode, 'core')}`;
}

/** `64M each`, or `896M in all`. */
export function memoryWords({ machine, perNode }: Machine): string {
  return equal(perNode, 'memoryBytes') ? `${formatBytes(machine.memoryBytesPerNode)} each`
    : `${formatBytes(machine.nodes * machine.memoryBytesPerNode)} in all`;
}

function equal(perNode: RunReport['perNode'], what: 'cores' | 'memoryBytes'): boolean {
  return perNode.every((node) => node[what] === perNode[0]![what]);
}
