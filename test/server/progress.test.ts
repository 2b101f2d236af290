// No advice of a policy can livelock the guest or change its result (SEMANTICS 18 to 21).
import type { Decision, PolicyModule } from '../../src/server/placement/seam.js';
import { accIsa } from '../isas/index.js';
import { runGuest } from './guest.js';

/** vCPU 0 touches data on a page of its own and works there; so does vCPU 1: then each needs the other's page. */
const ALTERNATE_STORES = `
  .text
_start:
  la t0, first
  la t1, second
  li t2, 200
loop:
  aadd t3, a1, (t0)
  aadd t3, a1, (t1)
  dec t2
  bnez t2, loop
  la t0, arrived
  li t1, 1
  aadd t1, t1, (t0)
  bnez a0, out
wait:
  pause
  ld t1, 0(t0)
  bne t1, a1, wait
  la t0, first
  ld t1, 0(t0)
  puti t1
  la t0, second
  ld t1, 0(t0)
  puti t1
  li t0, 0
  exit t0
out:
  halt
  .bss
first: .space 4096
second: .space 4096
arrived: .space 4096
`;

/** Code, data and stack on pages that start on different nodes: each instruction of the loop needs another of them. */
const CHASE = `
  .text
_start:
  bnez a0, helper
  li t2, 300
  la t0, data
ready:
  pause
  ld t1, 0(t0)
  beqz t1, ready
loop:
  ld t1, 8(t0)
  addi t1, t1, 1
  sd t1, -8(sp)
  ld t1, -8(sp)
  sd t1, 8(t0)
  dec t2
  bnez t2, loop
  puti t1
  li t0, 0
  exit t0
helper:
  la t0, data
  li t1, 1
  sd t1, 0(t0)
  li t3, 0x7fff0000
  halt
  .bss
data: .space 4096
`;

describe('two vCPUs that store alternately to two pages', () => {
  it.each(['page', 'vcpu', 'cost', 'first-touch', 'interleave'])('finish under %s', (policy) => {
    const { ending, output } = runGuest(ALTERNATE_STORES, { policy });
    expect([ending!.end, output]).toEqual(['exit', '800\n800\n']);
  });

  it.each(['page', 'vcpu'])('finish under %s with more vCPUs than cores', (policy) => {
    const { ending, output } = runGuest(ALTERNATE_STORES, { policy, vcpus: 6, machine: { coresPerNode: 1 } });
    expect([ending!.end, output]).toEqual(['exit', '7200\n7200\n']);
  });
});

describe('a program whose code, data and stack lie on different nodes', () => {
  it('does not chase itself between them under vcpu', () => {
    const { ending, output, kernels } = runGuest(CHASE, { policy: 'vcpu' });
    expect([ending!.end, output]).toEqual(['exit', '300\n']);
    const moves = kernels.reduce((sum, kernel) => sum + kernel.statistics.vcpusIn, 0);
    expect(moves).toBeLessThan(4 * 300);
  });

  it.each(['page', 'cost', 'first-touch'])('finishes under %s', (policy) => {
    expect(runGuest(CHASE, { policy }).output).toBe('300\n');
  });
});

describe('crossed load-store instructions', () => {
  // One vCPU moves from page P to page Q, the other from Q to P, each in single instructions that need both at once.
  const crossed = `
  .text
_start:
  vcpu
  bnz other
  ldp x, first
  ldp y, second
  bra go
other:
  ldp x, second
  ldp y, first
go:
  ldi 100
loop:
  mov [x], [y]
  mov [x], [y]
  addi -1
  bnz loop
  ldi 1
  ldp z, arrived
  aadd [z]
  vcpu
  bnz done
wait:
  pause
  lda [z]
  addi -2
  bnz wait
  ldp z, first
  lda [z]
  puti
  ldi 0
  exit
done:
  halt
  .bss
first: .space 4096
second: .space 4096
arrived: .space 4096
`;

  it.each(['page', 'vcpu', 'cost', 'first-touch', 'interleave'])('finish under %s', (policy) => {
    for (const on of ['sds-ethernet-25g', 'numa-4s']) {
      const { ending, output } = runGuest(crossed, { isa: accIsa(), policy, on });
      expect([ending!.message, ending!.end, output]).toEqual([null, 'exit', '0\n']);
    }
  });
});

describe('a vCPU that halts', () => {
  it('leaves no page pinned: others can still write what it had fetched', () => {
    // vCPU 1 fetches the page with `halt` as its last act; vCPU 0 then stores into that page.
    const { ending } = runGuest(`
  .text
_start:
  bnez a0, far
  li t1, 5000
later:
  pause
  dec t1
  bnez t1, later
  la t0, far
  sd zero, 8(t0)
  exit zero
  .align 4096
far:
  halt
`);
    expect(ending).toEqual({ end: 'exit', exitCode: 0, message: null });
  });
});

describe('bad advice', () => {
  const adviser = (advise: (page: number, node: number, nodes: number) => Decision): PolicyModule => ({
    name: 'adviser', summary: '', source: 'this test', parameters: [], reasons: [],
    create: () => ({
      onStall: (stall, view) => (stall.dormant
        ? { action: 'place', node: (stall.page + view.node + 1) % view.nodes, reason: 'elsewhere' }
        : advise(stall.page, view.node, view.nodes)),
      onOwnerRequest: () => ({ action: 'refuse', reason: 'never' }),
    }),
  });

  it.each<[string, Decision['action']]>([
    ['always sending', 'send'], ['always swapping', 'swap'], ['always meeting on a third node', 'meet'],
    ['always asking owners that refuse', 'bring'], ['always copying', 'copy'], ['never moving anything', 'remote'],
  ])('%s changes neither the result nor that it ends', (_, action) => {
    const policyModule = adviser((page, node, nodes) => (action === 'meet'
      ? { action, node: (page + node) % nodes, reason: 'meet' } : { action, reason: 'stubborn' } as Decision));
    const { ending, output } = runGuest(ALTERNATE_STORES, { vcpus: 4, machine: { nodes: 3 }, options: { policyModule } });
    expect([ending!.message, ending!.end, output]).toEqual([null, 'exit', '3200\n3200\n']);
  });

  it('that names no node of the server fails the run and says whose fault it is', () => {
    const policyModule = adviser(() => ({ action: 'meet', node: 7, reason: 'nowhere' }));
    const { ending } = runGuest(ALTERNATE_STORES, { policy: 'adviser', options: { policyModule } });
    expect(ending).toEqual({ end: 'failed', exitCode: 126, message: 'policy "adviser" named node 7; there are nodes 0 to 1' });
  });
});
