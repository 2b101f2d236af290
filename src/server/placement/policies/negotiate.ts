// The node that needs a page asks for it; the owner gives it or refuses, and then the vCPU comes. Modelled on published
// patents (US 10,620,992; 11,403,135); the owner's prices are in algorithms/negotiation.ts.
import { negotiate, type NegotiationWeights } from '../algorithms/negotiation.js';
import { placeAtToucher, TOUCHER_REASONS } from '../algorithms/toucher.js';
import type { Decision, NodeView, OwnerDecision, OwnerRequest, PolicyModule, Stall } from '../seam.js';

export const policy: PolicyModule = {
  name: 'negotiate',
  summary: 'asks for the page; an owner that uses it much may refuse, and the vCPU comes',
  source: 'modelled on published patents (US 10,620,992; 11,403,135); terms and weights are this project\'s',
  stateless: true,
  parameters: [
    { name: 'busy-misses', default: 16, min: 1, max: 1e6, meaning: 'line misses of the owner after which the page counts as fully in use' },
    { name: 'in-use', default: 2, min: 0, max: 1000, meaning: 'price of giving a page fully in use, in page moves' },
    { name: 'leave', default: 0.5, min: 0, max: 1000, meaning: 'price of what the vCPU leaves behind, in page moves' },
    { name: 'crowd', default: 2, min: 0, max: 1000, meaning: 'price of one more vCPU waiting for each core, in page moves' },
  ],
  reasons: [
    ...TOUCHER_REASONS,
    { slug: 'read', meaning: 'a copy will do for reading, which owners do not refuse' },
    { slug: 'asked', meaning: 'the page is needed for writing, and its owner gave it' },
    { slug: 'in-use', meaning: 'the owner uses the page much and refused; the vCPU went there' },
    { slug: 'crowded', meaning: 'the owner would have refused, had it a core to spare' },
    { slug: 'idle', meaning: 'the owner uses the page little' },
  ],
  create(options) {
    const weights: NegotiationWeights = {
      busyMisses: options['busy-misses']!, inUse: options['in-use']!, leave: options['leave']!, crowd: options['crowd']!,
    };
    return {
      onStall: ask,
      onOwnerRequest: (request, view) => answer(request, view, weights),
    };
  },
};

function ask({ dormant, kind }: Stall, view: NodeView): Decision {
  if (dormant) return placeAtToucher(view);
  return kind === 'read' ? { action: 'copy', reason: 'read' } : { action: 'bring', reason: 'asked' };
}

/**
 * Sees the line misses of this node's cores on the page since it came, which leave out what hits in their caches; the loads
 * of both nodes, the other's as last told; and not what the asking vCPU has at home. On a load/store fabric it is the same:
 * nobody asks for mappings.
 */
function answer(request: OwnerRequest, view: NodeView, weights: NegotiationWeights): OwnerDecision {
  if (request.want !== 'bring') return { action: 'serve', reason: 'read' };
  const { refuse, because } = negotiate(request, view, weights);
  if (refuse) return { action: 'refuse', reason: 'in-use' };
  return { action: 'serve', reason: because === 'crowd' ? 'crowded' : 'idle' };
}
