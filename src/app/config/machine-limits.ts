// The ranges of a machine, and what no single entry's range can say.
import type { MachineSpec } from '../../server/spec.js';
import { formatSize } from './exact-units.js';

export const LIMITS = {
  nodes: 64,
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
}
