// The coherence rules (SEMANTICS 11), checked on the whole server between events: for tests and explorations alone.
import type { NodeParts } from './node.js';
import { isOwner } from './state.js';

/** Broken rules, in words, of the given pages; of all pages by default. None in a coherent server. */
export function coherenceFaults(kernels: readonly NodeParts[], only?: Iterable<number>): string[] {
  const faults: string[] = [];
  const pages = only ?? new Set(kernels.flatMap((kernel) => [...kernel.state.pages.keys()]));
  for (const page of pages) faults.push(...pageFaults(kernels, page).map((fault) => `page 0x${page.toString(16)}: ${fault}`));
  return faults;
}

/** Throws on the first broken rule; for `ServerOptions.afterEvent`. */
export function assertCoherent(
  server: { readonly kernels: readonly NodeParts[]; readonly nowPs: number }, pages?: Iterable<number>,
): void {
  const faults = coherenceFaults(server.kernels, pages);
  if (faults.length > 0) throw new Error(`coherence broken at ${server.nowPs} ps: ${faults.join('; ')}`);
}

function pageFaults(kernels: readonly NodeParts[], page: number): string[] {
  const faults: string[] = [];
  const holders = kernels.filter((kernel) => kernel.state.pages.has(page));
  const right = (kernel: NodeParts) => kernel.state.pages.get(page)!.right;
  const owners = holders.filter((kernel) => isOwner(kernel.state.pages.get(page)!));
  const copies = holders.filter((kernel) => right(kernel) === 'secondary');
  if (owners.length > 1) faults.push(`owned by nodes ${owners.map(({ node }) => node).join(' and ')}`);
  const owner = owners[0];
  if (owner && owner.state.pages.get(page)!.owner !== owner.node) {
    faults.push(`owned by node ${owner.node}, which believes another owns it`);
  }
  if (owner && right(owner) === 'exclusive' && copies.length > 0) {
    faults.push(`exclusive on node ${owner.node}, yet node ${copies[0]!.node} has a copy`);
  }
  for (const kernel of holders) faults.push(...rightFaults(kernel, page, copies.length));
  if (owner) {
    const state = owner.state.pages.get(page)!;
    for (const copy of copies) {
      // While copies are being ended, or the page has not come yet, the owner no longer lists them.
      if (state.copies.includes(copy.node) && !sameBytes(owner, copy, page)) {
        faults.push(`the copy on node ${copy.node} differs from the owner's on node ${owner.node}`);
      }
    }
  }
  return faults;
}

/** What the node's cores may do must follow from what the kernel holds. */
function rightFaults({ hardware, node, frames, state }: NodeParts, page: number, copies: number): string[] {
  const entry = hardware.memory.tables[node]!.get(page);
  const { right } = state.pages.get(page)!;
  const framed = right !== 'invalid' && right !== 'mapped';
  const faults: string[] = [];
  if (framed !== frames.holds(page) && !state.pages.get(page)!.incoming) {
    faults.push(`node ${node} is ${right} but ${framed ? 'has no' : 'has a'} frame`);
  }
  if (entry && right === 'invalid') faults.push(`node ${node}'s cores reach an invalid page`);
  if (entry?.writable && copies > 0) faults.push(`node ${node} can store while copies exist`);
  if (entry?.writable && right !== 'exclusive' && right !== 'mapped') faults.push(`node ${node} can store as ${right}`);
  return faults;
}

function sameBytes(a: NodeParts, b: NodeParts, page: number): boolean {
  const { arena } = a.hardware;
  // An owner that gave the frame of zeros up, and handed ownership on to a reader, has a copy without a frame.
  const zeros = ({ frames }: NodeParts): boolean => frames.isZeroPage(page) || frames.hasOnlyZeros(page);
  if (a.frames.isZeroPage(page) || b.frames.isZeroPage(page)) return zeros(a) && zeros(b);
  const { u32 } = arena;
  const from = arena.slotOffset(a.frames.slotOf(page)!) / 4;
  const to = arena.slotOffset(b.frames.slotOf(page)!) / 4;
  for (let i = 0; i < arena.shape.pageBytes / 4; i++) if (u32[from + i] !== u32[to + i]) return false;
  return true;
}
