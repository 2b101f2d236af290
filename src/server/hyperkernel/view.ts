// What a policy sees of its node: this node's truth, hints about the rest, prices. Read-only.
import type { Random } from '../../base/random.js';
import { guestCores } from '../nodes.js';
import { nominalCostPs } from '../placement/algorithms/cost-model.js';
import type { NodeView } from '../placement/seam.js';
import type { NodeParts } from './node.js';

export function nodeView(node: NodeParts, random: Random, timeScale: number): NodeView {
  const { machine } = node.hardware.scenario;
  const costs = {
    bring: nominalCostPs(machine, 'bring'), copy: nominalCostPs(machine, 'copy'),
    send: nominalCostPs(machine, 'send'), remote: nominalCostPs(machine, 'remote'),
  };
  return Object.freeze<NodeView>({
    node: node.node,
    nodes: machine.nodes,
    machine,
    timeScale,
    random,
    load: () => node.scheduler.load(),
    cores: (other = node.node) => guestCores(node.hardware.nodes[other]!),
    freeFrames: () => node.frames.free,
    warmth: (vcpu) => {
      let warm = 0;
      for (const page of node.hardware.vcpus[vcpu]!.recent.keys()) {
        if ((node.state.pages.get(page)?.right ?? 'invalid') !== 'invalid') warm++;
      }
      return warm;
    },
    hintedLoad: (other) => node.hintedLoads[other] ?? -1,
    misses: (page) => node.hardware.memory.harvestMisses(node.node, page),
    cost: (action) => costs[action],
  });
}
