// The rules that hold in every state of a small world (SEMANTICS 11 and 12), and the exception that says which broke.
import type { PageRequest } from '../../server/hyperkernel/messages.js';
import { isOwner, type PageState } from '../../server/hyperkernel/state.js';
import { recordOf, type PageWorld } from './world.js';

/** A rule of coherence or progress is broken. */
export class Violation extends Error {
  /** The events that lead here from the start; exploration fills it in. */
  path: readonly string[] = [];
}

/** A request that knows how many transfers there had been when it set out, without those that were under way. */
export interface CountedRequest extends PageRequest {
  readonly born?: number;
}

export function checkRules(world: PageWorld): void {
  checkHolders(world);
  for (let node = 0; node < world.nodes.length; node++) checkNode(world, node, recordOf(world, node));
}

function checkHolders(world: PageWorld): void {
  const { nodes, page, rights } = world;
  let owner = -1;
  let copy = -1;
  let exclusive = false;
  let writer = -1;
  for (const { node } of nodes) {
    const record = recordOf(world, node);
    const right = rights[node];
    if (isOwner(record)) {
      if (owner >= 0) throw new Violation(`page ${page} is owned by nodes ${owner} and ${node}`);
      owner = node;
      if (record.owner !== node) throw new Violation(`node ${node} owns page ${page} and believes that node ${record.owner} does`);
      exclusive = record.right === 'exclusive';
    }
    if (record.right === 'secondary') copy = node;
    if (!right?.writable) continue;
    if (writer >= 0 && writer !== right.home) throw new Violation(`two frames of page ${page} can be stored to`);
    writer = right.home;
  }
  if (copy < 0) return;
  if (exclusive) throw new Violation(`page ${page} is exclusive on node ${owner} while node ${copy} has a copy`);
  if (writer >= 0) throw new Violation(`page ${page} can be stored to while copies exist`);
}

/** What a node's cores may do follows from what its kernel holds, and shows them the latest write. */
function checkNode({ frames, latest, page, rights }: PageWorld, node: number, { right, incoming }: PageState): void {
  const entry = rights[node];
  const framed = right !== 'invalid' && right !== 'mapped';
  if (framed !== frames[node]! >= 0 && !incoming) {
    throw new Violation(`node ${node} holds page ${page} as ${right} ${framed ? 'without' : 'with'} a frame`);
  }
  if (!entry) return;
  if (right === 'invalid') throw new Violation(`cores of node ${node} reach page ${page}, which is invalid there`);
  if (entry.writable && right !== 'exclusive' && right !== 'mapped') throw new Violation(`cores of node ${node} can store to page ${page}, which is ${right} there`);
  const version = frames[entry.home];
  if (version !== latest) {
    throw new Violation(`cores of node ${node} reach version ${version} of page ${page}; the latest write made ${latest}`);
  }
}

/** Transfers of the page that the home has not heard of yet. */
export function underTransfer(world: PageWorld): number {
  let count = 0;
  for (const { message } of world.channels.flat()) {
    if (message.kind === 'notice' || (message.kind === 'grant' && message.as === 'owner')) count++;
  }
  return count + world.nodes.filter(({ node }) => recordOf(world, node).incoming).length;
}

/** Three hops, and one for each transfer that the request's way overlaps. Pages that are sent unasked do not count. */
export function hopsAllowed({ transfers }: PageWorld, { page, born, from, hops }: CountedRequest): void {
  if (born === undefined) return;
  const overlapping = transfers - born;
  if (hops > 3 + overlapping) throw new Violation(`a request of node ${from} for page ${page} takes ${hops} hops; ${overlapping} transfers overlap it`);
}
