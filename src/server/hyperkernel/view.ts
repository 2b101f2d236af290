// What a policy sees of its node: this node's truth, hints about the rest, prices. Read-only.
import type { Random } from '../../base/random.js';
import { nominalCostPs } from '../placement/algorithms/cost-model.js';
import type { NodeView } from '../placement/seam.js';
import type { NodeKernel } from './kernel.js';

export type View = NodeView;

export function nodeView(kernel: NodeKernel, random: Random, timeScale: number): View {
  const { machine } = kernel.hardware.scenario;
  const costs = {
    bring: nominalCostPs(machine, 'bring'), copy: nominalCostPs(machine, 'copy'),
    send: nominalCostPs(machine, 'send'), remote: nominalCostPs(machine, 'remote'),
  };
  return Object.freeze<View>({
    node: kernel.node,
    nodes: machine.nodes,
    machine,
    timeScale,
    random,
    load: () => kernel.scheduler.load(),
    cores: () => kernel.scheduler.cores.length,
    freeFrames: () => kernel.frames.capacity - kernel.frames.used,
    warmth: (vcpu) => {
      let warm = 0;
      for (const page of kernel.hardware.vcpus[vcpu]!.recent.keys()) {
        if ((kernel.state.pages.get(page)?.right ?? 'invalid') !== 'invalid') warm++;
      }
      return warm;
    },
    hintedLoad: (node) => kernel.hintedLoads[node] ?? -1,
    misses: (page) => kernel.hardware.memory.harvestMisses(kernel.node, page),
    cost: (action) => costs[action],
  });
}
