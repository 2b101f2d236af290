// A machine as `numactl --hardware` prints one (numactl.c, hardware): nodes, their CPUs and memory, the SLIT. CPUs are the
// cores that run vCPUs, by their numbers; a guest has not started, so all memory but what is reserved is free.
import { hopTable } from '../../server/fabric/topology.js';
import { firstCore, guestCores, nodeSpecs } from '../../server/nodes.js';
import type { MachineSpec } from '../../server/spec.js';

const MEBIBYTE = 2 ** 20;
/** Of a node to itself (ACPI 6.5, 5.2.17). */
const LOCAL_DISTANCE = 10;

/** SLIT distances from the node of the row to the node of the column. */
export function distanceTable({ fabric, nodes, slit }: MachineSpec): number[][] {
  return hopTable(fabric, nodes).map((row) =>
    row.map((hops) => (hops === 0 ? LOCAL_DISTANCE : slit[Math.min(hops, slit.length) - 1]!)));
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / MEBIBYTE);
}

export function hardwareText(machine: MachineSpec): string {
  const specs = nodeSpecs(machine);
  const numbers = specs.map((_, node) => node);
  const cell = (value: number): string => String(value).padStart(3);
  const lines = [
    `available: ${specs.length} nodes (${specs.length === 1 ? '0' : `0-${specs.length - 1}`})`,
    ...specs.flatMap((spec, node) => {
      const first = firstCore(specs, node) + spec.reserve.cores;
      return [
        `node ${node} cpus: ${Array.from({ length: guestCores(spec) }, (_, core) => first + core).join(' ')}`.trimEnd(),
        `node ${node} size: ${megabytes(spec.memoryBytes)} MB`,
        `node ${node} free: ${megabytes(spec.memoryBytes - spec.reserve.memoryBytes)} MB`,
      ];
    }),
    'node distances:',
    `node ${numbers.map(cell).join(' ')}`,
    ...distanceTable(machine).map((row, node) => `${cell(node)}: ${row.map(cell).join(' ')}`),
  ];
  return `${lines.join('\n')}\n`;
}
