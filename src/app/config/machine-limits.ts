// The ranges of a machine, and what no single entry's range can say.
import { fixedNodes } from '../../server/fabric/topology.js';
import type { MachineSpec } from '../../server/spec.js';
import { formatSize } from './exact-units.js';

export const LIMITS = {
  nodes: 64,
  hops: 64,
  /** ACPI 6.5, 5.2.17: one byte, where 255 says that there is no way. */
  maxSlit: 254,
  coresPerNode: 64,
  minPageBytes: 256,
  maxPageBytes: 2 ** 21,
  minPagesPerNode: 16,
  maxMemoryBytesPerNode: 2 ** 40,
} as const;

/** What a field's own range cannot say. `report` gets the key of the machine file at fault. */
export function checkMachine(machine: MachineSpec, report: (key: string, message: string) => void): void {
  const { memoryBytesPerNode, pageBytes, core } = machine;
  if (!Number.isInteger(Math.log2(pageBytes)) || pageBytes < LIMITS.minPageBytes || pageBytes > LIMITS.maxPageBytes) {
    report(
      'page',
      `expected a power of two from ${formatSize(LIMITS.minPageBytes)} to ${formatSize(LIMITS.maxPageBytes)}, not ${formatSize(pageBytes)}`,
    );
  } else if (memoryBytesPerNode < LIMITS.minPagesPerNode * pageBytes) {
    const least = LIMITS.minPagesPerNode * pageBytes;
    report(
      'memory',
      `expected at least ${formatSize(least)} (${LIMITS.minPagesPerNode} pages of ${formatSize(pageBytes)}), not ${formatSize(memoryBytesPerNode)}`,
    );
  } else if (memoryBytesPerNode > LIMITS.maxMemoryBytesPerNode) {
    report(
      'memory',
      `expected at most ${formatSize(LIMITS.maxMemoryBytesPerNode)}, not ${formatSize(memoryBytesPerNode)}`,
    );
  } else if (memoryBytesPerNode % pageBytes !== 0) {
    report(
      'memory',
      `expected a multiple of the page (${formatSize(pageBytes)}), not ${formatSize(memoryBytesPerNode)}`,
    );
  }
  if (core.lineBytes > pageBytes)
    report('page', `a page of ${formatSize(pageBytes)} is smaller than a cache line (${formatSize(core.lineBytes)})`);
  checkFabric(machine, report);
}

function checkFabric({ fabric, nodes }: MachineSpec, report: (key: string, message: string) => void): void {
  const { name, topology } = fabric;
  if (topology === 'two-level' && (fabric.leafNodes === null || fabric.uplinkBytesPerSecond === null)) {
    report('fabric', 'topology two-level: expected leafNodes and uplink');
    return;
  }
  if (topology === 'table' && fabric.hops === null) {
    report('fabric', 'topology table: expected hops');
    return;
  }
  const joined = fixedNodes(fabric);
  if (joined !== undefined && joined !== nodes) report('nodes', `fabric ${name} (${topology}) joins ${joined} nodes, not ${nodes}`);
}
