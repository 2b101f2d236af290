// The nodes of a machine one by one: equal ones, or each as the machine describes it, and what of them the guest gets.
import { llcSets } from '../guest/machine/caches.js';
import { CACHE_WAYS, type MachineSpec, type NodeSpec } from './spec.js';

export function nodeSpecs({ nodes, coresPerNode, memoryBytesPerNode, reserve, unequal }: MachineSpec): readonly NodeSpec[] {
  return unequal ?? Array.from({ length: nodes }, () => ({ cores: coresPerNode, memoryBytes: memoryBytesPerNode, reserve }));
}

/** The machine with these nodes. Where all are alike it is described as a machine of equal nodes. */
export function withNodes(machine: MachineSpec, specs: readonly NodeSpec[]): MachineSpec {
  const [first] = specs;
  if (!specs.every((spec) => alike(spec, first!))) return { ...machine, nodes: specs.length, unequal: specs };
  const { cores, memoryBytes, reserve } = first!;
  return { ...machine, nodes: specs.length, coresPerNode: cores, memoryBytesPerNode: memoryBytes, reserve, unequal: null };
}

export function alike(a: NodeSpec, b: NodeSpec): boolean {
  return a.cores === b.cores && a.memoryBytes === b.memoryBytes
    && a.reserve.cores === b.reserve.cores && a.reserve.memoryBytes === b.reserve.memoryBytes;
}

/** One node that has what all have together: cores, memory, and memory controllers. */
export function asOneNode(machine: MachineSpec): MachineSpec {
  const { controllerBytesPerSecond: each } = machine.load;
  const sum = (of: (node: NodeSpec) => number): number => nodeSpecs(machine).reduce((total, node) => total + of(node), 0);
  const load = { ...machine.load, controllerBytesPerSecond: each === null ? null : each * machine.nodes };
  return withNodes({ ...machine, load }, [{
    cores: sum(({ cores }) => cores), memoryBytes: sum(({ memoryBytes }) => memoryBytes),
    reserve: { cores: sum(({ reserve }) => reserve.cores), memoryBytes: sum(({ reserve }) => reserve.memoryBytes) },
  }]);
}

/** Cores that run vCPUs. */
export function guestCores({ cores, reserve }: NodeSpec): number {
  return cores - reserve.cores;
}

/** Pages of the guest that fit into the node's memory. */
export function guestFrames({ memoryBytes, reserve }: NodeSpec, pageBytes: number): number {
  return Math.floor((memoryBytes - reserve.memoryBytes) / pageBytes);
}

/** Number of the node's first core: cores are counted node by node. */
export function firstCore(nodes: readonly NodeSpec[], node: number): number {
  return nodes.slice(0, node).reduce((sum, { cores }) => sum + cores, 0);
}

export function allGuestCores(machine: MachineSpec): number {
  return nodeSpecs(machine).reduce((sum, node) => sum + guestCores(node), 0);
}

/** Of the last-level cache of a node with so many cores, as it is made; 0 where there is none. */
export function llcBytes({ caches, core: { lineBytes } }: MachineSpec, cores: number): number {
  return caches ? llcSets(caches, lineBytes, cores) * CACHE_WAYS * lineBytes : 0;
}
