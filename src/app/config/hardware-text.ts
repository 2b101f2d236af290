// A machine as `numactl --hardware` prints one (numactl.c, hardware): nodes, their CPUs and memory, the SLIT. CPUs are the
// cores, counted node by node; a guest has not started, so all memory is free.
import { hopTable } from '../../server/fabric/topology.js';
import type { MachineSpec } from '../../server/spec.js';

const MEBIBYTE = 2 ** 20;
/** Of a node to itself (ACPI 6.5, 5.2.17). */
const LOCAL_DISTANCE = 10;

/** SLIT distances from the node of the row to the node of the column. */
export function distanceTable({ fabric, nodes, slit }: MachineSpec): number[][] {
  return hopTable(fabric, nodes).map((row) =>
    row.map((hops) => (hops === 0 ? LOCAL_DISTANCE : slit[Math.min(hops, slit.length) - 1]!)));
}

export function hardwareText(machine: MachineSpec): string {
  const { nodes, coresPerNode, memoryBytesPerNode } = machine;
  const numbers = Array.from({ length: nodes }, (_, node) => node);
  const megabytes = Math.floor(memoryBytesPerNode / MEBIBYTE);
  const cell = (value: number): string => String(value).padStart(3);
  const lines = [
    `available: ${nodes} nodes (${nodes === 1 ? '0' : `0-${nodes - 1}`})`,
    ...numbers.flatMap((node) => [
      `node ${node} cpus: ${Array.from({ length: coresPerNode }, (_, core) => node * coresPerNode + core).join(' ')}`,
      `node ${node} size: ${megabytes} MB`,
      `node ${node} free: ${megabytes} MB`,
    ]),
    'node distances:',
    `node ${numbers.map(cell).join(' ')}`,
    ...distanceTable(machine).map((row, node) => `${cell(node)}: ${row.map(cell).join(' ')}`),
  ];
  return `${lines.join('\n')}\n`;
}
