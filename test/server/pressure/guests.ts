// Guests and machines for tests of scarce memory.
import { coherenceFaults } from '../../../src/server/hyperkernel/check.js';
import { withNodes } from '../../../src/server/nodes.js';
import { machinePreset } from '../../../src/server/fabric/presets.js';
import type { Decision, NodeView, PolicyModule } from '../../../src/server/placement/seam.js';
import type { Server } from '../../../src/server/server.js';
import type { MachineSpec } from '../../../src/server/spec.js';
import { runGuest, type GuestRun } from '../guest.js';

const PAGE_BYTES = 4096;
/** Of tiny: pages of a stack. */
export const STACK_PAGES = 16;

/** Nodes by their cores and frames; a third number reserves cores. */
export function machineOf(nodes: readonly (readonly [cores: number, frames: number, reserved?: number])[], on = 'sds-ethernet-25g'): MachineSpec {
  return withNodes(machinePreset(on), nodes.map(([cores, frames, reserved = 0]) => (
    { cores, memoryBytes: frames * PAGE_BYTES, reserve: { cores: reserved, memoryBytes: 0 } })));
}

/**
 * Touches every page that it declares: in each round every vCPU adds 1 to a word of each page of the array, and writes its
 * whole stack. vCPU 0 prints the sum of the words, which is pages times vCPUs times rounds.
 */
export function touchesAll(pages: number, rounds: number): string {
  return `
  .text
_start:
  li t2, ${rounds}
round:
  la t0, data
  li t1, ${pages}
page:
  li t3, 1
  aadd t3, t3, (t0)
  addi t0, t0, 4096
  dec t1
  bnez t1, page
  mv t0, sp
  li t1, ${STACK_PAGES}
stack:
  addi t0, t0, -4096
  sd t2, 0(t0)
  dec t1
  bnez t1, stack
  dec t2
  bnez t2, round
  la t0, arrived
  li t1, 1
  aadd t1, t1, (t0)
  bnez a0, out
wait:
  pause
  ld t1, 0(t0)
  bne t1, a1, wait
  la t0, data
  li t1, ${pages}
  li t2, 0
sum:
  ld t3, 0(t0)
  add t2, t2, t3
  addi t0, t0, 4096
  dec t1
  bnez t1, sum
  puti t2
  exit zero
out:
  halt
  .bss
data: .space ${pages}*4096
arrived: .space 8
`;
}

/** Pages that `touchesAll` declares with so many vCPUs: code, array, counter, stacks. */
export function declaredPages(pages: number, vcpus: number): number {
  return 1 + pages + 1 + STACK_PAGES * vcpus;
}

/** Runs with the rules of coherence and of room checked after every event. */
export function pressed(program: string, run: GuestRun): Server {
  return runGuest(program, { ...run, options: { ...run.options, afterEvent: assertRoom } });
}

export function assertRoom(server: Server, pages: ReadonlySet<number>): void {
  const faults = coherenceFaults(server.kernels, pages);
  for (const { node, frames } of server.kernels) {
    if (frames.free < 0) faults.push(`node ${node} keeps ${-frames.free} frames that it does not have`);
    if (frames.used > frames.capacity) faults.push(`node ${node} uses ${frames.used} of ${frames.capacity} frames`);
  }
  if (faults.length > 0) throw new Error(faults.join('; '));
}

function policyOf(name: string, create: PolicyModule['create']): PolicyModule {
  return { name, summary: '', source: 'this test', parameters: [], reasons: [], stateless: true, create };
}

/** Dormant pages go to the node that `place` names. */
export function placer(place: (page: number, view: NodeView) => number, action: 'bring' | 'copy' = 'bring'): PolicyModule {
  return policyOf('placer', () => ({
    onStall: (stall, view) => (stall.dormant ? { action: 'place', node: place(stall.page, view), reason: 'there' } : { action, reason: 'comes' }),
  }));
}

/** Answers by chance whatever may be answered, and pushes pages and vCPUs about. */
export function erratic(vcpus: number): PolicyModule {
  const below = (view: NodeView, n: number): number => Math.floor(view.random.next() * n);
  const decide = (view: NodeView): Decision => {
    const action = (['bring', 'copy', 'send', 'swap', 'remote', 'meet'] as const)[below(view, 6)]!;
    return action === 'meet' ? { action, node: below(view, view.nodes), reason: 'erratic' } : { action, reason: 'erratic' };
  };
  return policyOf('erratic', () => ({
    onStall: (stall, view) => (stall.dormant ? { action: 'place', node: below(view, view.nodes), reason: 'erratic' } : decide(view)),
    onOwnerRequest: (_request, view) => ({ action: (['serve', 'give', 'copy', 'refuse'] as const)[below(view, 4)]!, reason: 'erratic' }),
    epochPs: 20_000_000,
    onEpoch: (_nowPs, view) => Array.from({ length: 3 }, () => (below(view, 2) === 0
      ? { what: 'page', page: 16 + below(view, 100), to: below(view, view.nodes), reason: 'push' } as const
      : { what: 'vcpu', vcpu: below(view, vcpus), to: below(view, view.nodes), reason: 'push' } as const)),
  }));
}
