// Puts a guest into a new server: image pages as if vCPU 0 on node 0 had touched them first, registers as the ISA says.
import { fail } from '../base/diagnostics.js';
import type { Image } from '../guest/asm/image.js';
import type { Isa } from '../guest/lang/model.js';
import type { Arena } from '../guest/machine/arena.js';
import { contextLayout, PC_OFFSET } from '../guest/machine/context.js';
import { imagePages } from '../guest/machine/load.js';
import type { NodeKernel } from './hyperkernel/kernel.js';
import { homeOf, learnOwner, pageState } from './hyperkernel/state.js';
import type { Scenario } from './spec.js';

/**
 * Image pages are placed by the policy of vCPU 0's node; where a node is full, they go to that with most room.
 * `.space` and `.bss` stay dormant (SEMANTICS 22). Costs no simulated time.
 */
export function loadImage(
  isa: Isa, image: Image, arena: Arena, kernels: readonly NodeKernel[], scenario: Scenario, toucher: number,
): void {
  const end = Math.max(...image.segments.map(({ address, bytes, zeroBytes }) => address + bytes.length + zeroBytes));
  const lowestStack = isa.memory.stack - scenario.vcpus * isa.memory.stackBytes;
  if (end > lowestStack) {
    const fit = Math.floor((isa.memory.stack - end) / isa.memory.stackBytes);
    fail(`the program ends at 0x${end.toString(16)}, where the stacks of ${scenario.vcpus} vCPUs begin at 0x${lowestStack.toString(16)}`,
      undefined, fit > 0 ? `at most ${fit} vCPUs fit beside it` : undefined);
  }
  for (const { page, pieces } of imagePages(image, scenario.machine.pageBytes)) {
    const wanted = kernels[kernels[toucher]!.placeImagePage(page)]!;
    const kernel = wanted.room.isFull ? roomiest(kernels) : wanted;
    const slot = kernel.adopt(page);
    arena.zeroSlot(slot);
    for (const { offset, bytes } of pieces) arena.writeSlot(slot, bytes, offset);
    const home = kernels[homeOf(page, kernels.length)]!;
    learnOwner(pageState(home.state, page), kernel.node, 1);
  }
}

function roomiest(kernels: readonly NodeKernel[]): NodeKernel {
  return kernels.reduce((best, kernel) => (kernel.frames.free > best.frames.free ? kernel : best));
}

export function startRegisters(isa: Isa, image: Image, arena: Arena, context: number, vcpu: number, vcpus: number): void {
  const { bytes, fileOffsets } = contextLayout(isa);
  arena.u8.fill(0, context, context + bytes);
  arena.u64[(context + PC_OFFSET) >> 3] = BigInt(image.entry);
  const values = {
    stack: BigInt(isa.memory.stack - vcpu * isa.memory.stackBytes), vcpu: BigInt(vcpu), vcpus: BigInt(vcpus),
  };
  for (const { file, index, value } of isa.start) {
    arena.u64[(context + fileOffsets[file]! + 8 * index) >> 3] = typeof value === 'bigint' ? value : values[value];
  }
}
