// Whether a guest fits into the memory of all nodes together: what it declares before it starts, and what it has touched
// when a node finds no room any more.
import { fail } from '../base/diagnostics.js';
import { formatBytes } from '../base/units.js';
import type { Image } from '../guest/asm/image.js';
import { llcSets } from '../guest/machine/caches.js';
import { WaySets, WAYS } from '../guest/machine/ways.js';
import type { Isa } from '../guest/lang/model.js';
import { ServerFailure } from './hyperkernel/frames.js';
import type { NodeKernel } from './hyperkernel/kernel.js';
import { isOwner } from './hyperkernel/state.js';
import { watermarks } from './hyperkernel/watermarks.js';
import { guestFrames, nodeSpecs } from './nodes.js';
import type { MachineSpec, Scenario } from './spec.js';

/** An InputError where the guest's addresses have more bits than the tags of the machine's caches. */
export function checkTags({ memory: { high } }: Isa, { machine: { caches, core } }: Scenario): void {
  if (!caches) return;
  const { lineBytes } = core;
  const fewest = Math.min(caches.l2Bytes > 0 ? caches.l2Bytes / (WAYS * lineBytes) : Infinity, llcSets(caches, lineBytes, 1));
  if (WaySets.fits(fewest, high / lineBytes)) return;
  fail(`caches: the guest's memory ends at 0x${high.toString(16)}, too far for caches so small`, undefined, 'take larger ones, or --caches none');
}

/** An InputError where image, zeroed memory and stacks have more pages than all nodes can hold. */
export function checkFits(isa: Isa, image: Image, { machine, vcpus }: Scenario): void {
  const { pageBytes } = machine;
  const declared = declaredPages(isa, image, vcpus, pageBytes);
  const room = nodeSpecs(machine).reduce((sum, node) => sum + heldPages(guestFrames(node, pageBytes)), 0);
  if (declared <= room) return;
  const bytes = (pages: number): string => `${formatBytes(pages * pageBytes)}B`;
  fail(
    `the guest needs ${bytes(declared)}, its stacks included, and the nodes hold ${bytes(room)}: `
      + `${(declared - room) * pageBytes} bytes are missing`,
    undefined, suggestion(machine, declared),
  );
}

/** The least memory of each node, all alike, with which the guest fits into the machine. */
export function leastMemoryBytes(isa: Isa, image: Image, { machine, vcpus }: Pick<Scenario, 'machine' | 'vcpus'>): number {
  return memoryFor(machine, declaredPages(isa, image, vcpus, machine.pageBytes));
}

/** Throws where every frame of every node holds a page that the guest has touched, and `node` needs one more. */
export function checkRoom(kernels: readonly NodeKernel[], node: number): void {
  const frames = kernels.reduce((sum, kernel) => sum + kernel.frames.capacity, 0);
  const owned = kernels.reduce((sum, kernel) => sum + ownedFrames(kernel), 0);
  const [first] = kernels[node]!.room.waiting;
  if (!first || (owned < frames && !kernels[node]!.room.hopeless)) return;
  throw new ServerFailure(
    `out of memory: node ${node} needs a frame for page 0x${first.page.toString(16)}, and ${owned} of all ${frames} frames of `
      + `${kernels.length === 1 ? 'the node' : `${kernels.length} nodes`} hold pages that the guest has touched`,
  );
}

function ownedFrames({ frames, state }: NodeKernel): number {
  let owned = 0;
  for (const page of frames.pages()) if (isOwner(state.pages.get(page)!)) owned++;
  return owned;
}

/** Pages that a node can own and still take in what its vCPUs need. */
function heldPages(frames: number): number {
  return frames - watermarks(frames).min;
}

/** Distinct pages of the image's segments and of the stacks. */
function declaredPages(isa: Isa, image: Image, vcpus: number, pageBytes: number): number {
  const { stack, stackBytes } = isa.memory;
  const ranges = image.segments.map(({ address, bytes, zeroBytes }) => ({ from: address, to: address + bytes.length + zeroBytes }));
  ranges.push({ from: stack - vcpus * stackBytes, to: stack });
  let pages = 0;
  let next = 0;
  for (const { from, to } of ranges.filter((range) => range.to > range.from).sort((a, b) => a.from - b.from)) {
    const first = Math.max(next, Math.floor(from / pageBytes));
    next = Math.max(next, Math.ceil(to / pageBytes));
    pages += Math.max(0, next - first);
  }
  return pages;
}

function suggestion(machine: MachineSpec, declared: number): string {
  if (machine.unequal) return 'give the nodes more memory, or the guest fewer vCPUs or less data';
  const bytes = memoryFor(machine, declared);
  return `--memory ${bytes % 1024 === 0 ? `${bytes / 1024}K` : bytes} would do, or more nodes, or fewer vCPUs`;
}

/** Of each node, in whole pages. */
function memoryFor({ nodes, pageBytes, reserve }: MachineSpec, declared: number): number {
  let frames = Math.ceil(declared / nodes);
  while (nodes * heldPages(frames) < declared) frames++;
  return (frames + Math.ceil(reserve.memoryBytes / pageBytes)) * pageBytes;
}
