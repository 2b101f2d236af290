// An answer that most policies share: a dormant page goes to the node that touched it.
import type { Decision, NodeView, PolicyReason, Stall } from '../seam.js';

/** A dormant page gets memory here; on the next node if this one has none left. */
export function placeAtToucher(view: NodeView): Decision {
  return view.freeFrames() > 0
    ? { action: 'place', node: view.node, reason: 'first-touch' }
    : { action: 'place', node: (view.node + 1) % view.nodes, reason: 'node-full' };
}

/** The page's owner as this node believes it, if that is another node. */
export function knownOwner(stall: Stall, view: NodeView): number | undefined {
  return stall.owner >= 0 && stall.owner !== view.node ? stall.owner : undefined;
}

export const TOUCHER_REASONS: readonly PolicyReason[] = [
  { slug: 'first-touch', meaning: 'a dormant page gets memory where it was touched' },
  { slug: 'node-full', meaning: 'no frame is free there, so the next node gets the page' },
];
