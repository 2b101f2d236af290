// What a software-defined server is compared with: one of its nodes alone. Overcommitted, that node runs all vCPUs on its own
// cores (the baseline of FragVisor, EuroSys 2023). Paging, it has besides too little memory for what the guest touches, and
// a node behind it that has memory alone (remote paging, as Infiniswap has it, NSDI 2017).
import { fail } from '../../base/diagnostics.js';
import { guestCores, nodeSpecs, withNodes } from '../../server/nodes.js';
import type { MachineSpec, NodeSpec } from '../../server/spec.js';

type Baseline = 'overcommitted' | 'paging';

/** A node of fewer pages has no room to make room. */
const LEAST_PAGES = 16;

/** The first node that runs vCPUs, alone. */
export function overcommitted(machine: MachineSpec): MachineSpec {
  return named(withNodes(machine, [firstOf(machine)]), 'overcommitted');
}

/** The same node with memory for so many pages of the guest; behind it, a node with all the memory there is and no core for vCPUs. */
export function paging(machine: MachineSpec, pages: number): MachineSpec {
  const { cores, reserve } = firstOf(machine);
  const memoryBytes = nodeSpecs(machine).reduce((sum, node) => sum + node.memoryBytes - node.reserve.memoryBytes, 0);
  const own = { cores, reserve, memoryBytes: Math.max(LEAST_PAGES, pages) * machine.pageBytes + reserve.memoryBytes };
  const lender = { cores, memoryBytes, reserve: { cores, memoryBytes: 0 } };
  return named(withNodes(machine, [own, lender]), 'paging');
}

function firstOf(machine: MachineSpec): NodeSpec {
  return nodeSpecs(machine).find((node) => guestCores(node) > 0) ?? fail(`${machine.name}: no node runs vCPUs`);
}

function named(machine: MachineSpec, baseline: Baseline): MachineSpec {
  return { ...machine, name: `${machine.name}, one node ${baseline}` };
}
