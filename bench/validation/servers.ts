// Software-defined servers: what a page fetch and a vCPU move take; and whole programs on four nodes.
import { machinePreset } from '../../src/server/fabric/presets.js';
import { asOneNode } from '../../src/server/nodes.js';
import { AS_IT_IS, printed, regionNs, type Change } from './guests.js';
import { between, near, type Row } from './rows.js';

/** The stall-cost model of the reference notes, section 3.2: microseconds of a page fetch and of a vCPU move. */
const STALLS: readonly (readonly [preset: string, pageUs: number, vcpuUs: number])[] = [
  ['sds-rdma-100g', 6.7, 6.1],
  ['sds-ethernet-100g', 6.8, 5.5],
  ['sds-ethernet-25g', 7.8, 7.0],
  ['sds-ethernet-25g-racks', 7.8, 7.0],
  ['sds-ethernet-10g', 10.4, 10.4],
  ['sds-efa-tuned', 34, 19],
  ['sds-efa', 58, 33],
  ['sds-tcp-25g', 14.8, 10.5],
];

/** Microseconds from a load to the next, where each brings its page, or sends its vCPU to it. */
export function stallRow(preset: string, policy: 'page' | 'vcpu', publishedUs: number, change = AS_IT_IS): Row {
  // Two nodes: the vCPU that asks knows who has the page. In racks, two of a rack.
  const machine = change({ ...machinePreset(preset), nodes: 2 });
  const [ns] = printed({ program: 'visit', machine, vcpus: 2, policy, defines: { BACK: Number(policy === 'vcpu') } });
  return near(`${policy === 'page' ? 'page fetch' : 'vCPU move'}, ${preset}`, publishedUs, 'us', 5, ns! / 1000);
}

export function stallRows(change: Change): Row[] {
  return STALLS.flatMap(([preset, pageUs, vcpuUs]) => [stallRow(preset, 'page', pageUs, change), stallRow(preset, 'vcpu', vcpuUs, change)]);
}

/** All points lie where vCPU 0 read them in, or on all nodes in turn. Ten cores a node, as an E7-4870 has. */
export function sharingRow(change: Change): Row {
  const machine = change({ ...machinePreset('numa-4s'), coresPerNode: 10, memoryBytesPerNode: 2 ** 30 });
  const ns = (policy: string): number => regionNs({ program: 'distances', machine, vcpus: 40, policy });
  return between('streamcluster-like, first-touch to interleave', 'nearly 2', '', 1.6, 2.4, ns('first-touch') / ns('interleave'));
}

/** Four nodes of four cores against one machine of sixteen. */
export function processorBoundRow(change: Change, ops = 20): Row {
  const machine = change({ ...machinePreset('sds-rdma-100g'), coresPerNode: 4 });
  const ns = (on: typeof machine): number => regionNs({ program: 'workers', machine: on, vcpus: 16, policy: 'page', defines: { OPS: ops } });
  return between('processor-bound, 4 nodes x 4 vCPUs to one of 16', '1.34', '', 1, 1.5, ns(machine) / ns(asOneNode(machine)));
}
