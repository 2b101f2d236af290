// Serves accesses remotely until a vCPU has gone to the same owner k times in a row; then the vCPU goes there. Sources: EM2
// with remote accesses (Lis, Shim, Cho, Khan and Devadas), and ElasticOS (arXiv 1806.00885), which pulls pages meanwhile.
import { OwnerRuns, type RunState } from '../algorithms/owner-runs.js';
import { movePrice } from '../algorithms/page-migration.js';
import { placeAtToucher, TOUCHER_REASONS } from '../algorithms/toucher.js';
import type { Arrival, Decision, NodeView, Policy, PolicyModule, Stall } from '../seam.js';

export const policy: PolicyModule = {
  name: 'jump',
  summary: 'sends a vCPU after k stalls in a row on pages of one owner',
  source: 'thread migration with remote accesses, EM2 (Lis, Shim, Cho, Khan and Devadas), and jumping in ElasticOS '
    + '(arXiv 1806.00885); without EM2\'s table by instruction, since a stall does not tell the program counter',
  parameters: [
    {
      name: 'run', default: 0, min: 0, max: 1e6,
      meaning: 'stalls in a row after which the vCPU goes; 0: as many as a vCPU move costs remote accesses',
    },
    { name: 'pull', default: 0, min: 0, max: 1, meaning: '1: pages come before that, as in ElasticOS; 0: remote accesses, as in EM2' },
  ],
  reasons: [
    ...TOUCHER_REASONS,
    { slug: 'long-run', meaning: 'the vCPU keeps stalling on pages of one owner and goes there' },
    { slug: 'short-run', meaning: 'the vCPU has not stalled on pages of that owner often enough' },
  ],
  create: (options, view) => new JumpPolicy(options, view),
};

/** How many vCPUs a node remembers the runs of. */
const VCPUS = 4096;

/**
 * Sees this node's stalls. On a message fabric these are all accesses to pages elsewhere. On a load/store fabric a page
 * stalls once and is accessed through its mapping from then on, unseen: there the run counts pages of an owner.
 */
class JumpPolicy implements Policy {
  private readonly runLength: number;
  private readonly waiting: Decision;
  private readonly runs = new OwnerRuns(VCPUS);

  constructor(options: Readonly<Record<string, number>>, view: NodeView) {
    this.runLength = Math.ceil(options['run']! || movePrice(view, 'send'));
    this.waiting = { action: options['pull']! > 0 ? 'bring' : 'remote', reason: 'short-run' };
  }

  onStall({ dormant, vcpu, owner, page }: Stall, view: NodeView): Decision {
    if (dormant) return placeAtToucher(view);
    const length = this.runs.stalled(vcpu, owner, page);
    return length < this.runLength ? this.waiting : { action: 'send', reason: 'long-run' };
  }

  onArrive({ vcpu }: Arrival): void {
    if (vcpu !== undefined) this.runs.arrived(vcpu);
  }

  getState(): unknown {
    return this.runs.toState();
  }

  setState(state: unknown): void {
    this.runs.restore(state as RunState);
  }
}
