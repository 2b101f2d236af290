// The ranges of a machine, and what no single entry's range can say.
import { fixedNodes } from '../../server/fabric/topology.js';
import { allGuestCores, guestFrames, nodeSpecs } from '../../server/nodes.js';
import { CACHE_WAYS, type MachineSpec, type NodeSpec } from '../../server/spec.js';
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

/** Gets the path of the machine file at fault: a key, or `nodes`, the number of a node, and a key of its entry. */
type Report = (path: readonly [key: string, node?: number, ...inside: string[]], message: string) => void;

/** What a field's own range cannot say. */
export function checkMachine(machine: MachineSpec, report: Report): void {
  const { pageBytes, caches, core, nodes, unequal } = machine;
  const fault = pageFault(pageBytes);
  if (fault !== undefined) {
    report(['page'], fault);
  } else if (unequal) {
    if (unequal.length !== nodes) report(['nodes'], `the nodes are described one by one, ${unequal.length} of them, not ${nodes}`);
    unequal.forEach((node, i) =>
      checkNode(node, pageBytes, (inside, message) => report(['nodes', i, ...inside], `node ${i}: ${message}`)));
  } else {
    checkNode(nodeSpecs(machine)[0]!, pageBytes, ([key], message) => report([key!], message));
  }
  if (allGuestCores(machine) === 0) report(['reserve'], 'every core is reserved: expected one at least that runs vCPUs');
  if (core.lineBytes > pageBytes)
    report(['page'], `a page of ${formatSize(pageBytes)} is smaller than a cache line (${formatSize(core.lineBytes)})`);
  if (caches && caches.l2Bytes > 0 && caches.l2Bytes < CACHE_WAYS * core.lineBytes) {
    report(['caches'], `an L2 of ${formatSize(caches.l2Bytes)} has no set of ${CACHE_WAYS} lines of ${formatSize(core.lineBytes)}`);
  }
  checkFabric(machine, report);
}

/** What is wrong with pages of so many bytes. */
export function pageFault(pageBytes: number): string | undefined {
  const { minPageBytes, maxPageBytes } = LIMITS;
  if (Number.isInteger(Math.log2(pageBytes)) && pageBytes >= minPageBytes && pageBytes <= maxPageBytes) return undefined;
  return `expected a power of two from ${formatSize(minPageBytes)} to ${formatSize(maxPageBytes)}, not ${formatSize(pageBytes)}`;
}

function checkNode(node: NodeSpec, pageBytes: number, report: (inside: readonly string[], message: string) => void): void {
  const { cores, memoryBytes, reserve } = node;
  const least = `${formatSize(LIMITS.minPagesPerNode * pageBytes)} (${LIMITS.minPagesPerNode} pages of ${formatSize(pageBytes)})`;
  if (memoryBytes < LIMITS.minPagesPerNode * pageBytes) {
    report(['memory'], `expected at least ${least}, not ${formatSize(memoryBytes)}`);
  } else if (memoryBytes > LIMITS.maxMemoryBytesPerNode) {
    report(['memory'], `expected at most ${formatSize(LIMITS.maxMemoryBytesPerNode)}, not ${formatSize(memoryBytes)}`);
  } else if (memoryBytes % pageBytes !== 0) {
    report(['memory'], `expected a multiple of the page (${formatSize(pageBytes)}), not ${formatSize(memoryBytes)}`);
  } else if (guestFrames(node, pageBytes) < LIMITS.minPagesPerNode) {
    report(
      ['reserve', 'memory'],
      `expected to leave at least ${least} of ${formatSize(memoryBytes)} to the guest, not to keep ${formatSize(reserve.memoryBytes)}`,
    );
  }
  if (reserve.cores > cores) report(['reserve', 'cores'], `expected to reserve at most the node's ${cores}, not ${reserve.cores}`);
}

function checkFabric({ fabric, nodes }: MachineSpec, report: Report): void {
  const { name, topology } = fabric;
  if (topology === 'two-level' && (fabric.leafNodes === null || fabric.uplinkBytesPerSecond === null)) {
    report(['fabric'], 'topology two-level: expected leafNodes and uplink');
    return;
  }
  if (topology === 'table' && fabric.hops === null) {
    report(['fabric'], 'topology table: expected hops');
    return;
  }
  const joined = fixedNodes(fabric);
  if (joined !== undefined && joined !== nodes) report(['nodes'], `fabric ${name} (${topology}) joins ${joined} nodes, not ${nodes}`);
}
