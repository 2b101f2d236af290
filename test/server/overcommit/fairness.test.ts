// More vCPUs than cores: everybody gets a fair share in every stretch of time, and nobody starves beside vCPUs whose pages
// come and go. Spans as an observer hears of them are the judge, not the scheduler's own figures.
import type { Observer } from '../../../src/server/observe.js';
import { runGuest, serverFor } from '../guest.js';

/** Every vCPU counts down from `rounds`, and has no page to wait for but that of the code. */
const COUNTS = (rounds: number): string => `
_start:
  li t0, ${rounds}
down:
  dec t0
  bnez t0, down
  halt
`;

interface Span { readonly vcpu: number; readonly kind: string; readonly fromPs: number; readonly toPs: number }

function recorder(): { readonly spans: Span[]; readonly observer: Observer } {
  const spans: Span[] = [];
  return { spans, observer: { span: (vcpu, _node, _core, kind, fromPs, toPs) => { spans.push({ vcpu, kind, fromPs, toPs }); } } };
}

/** Time of a vCPU's spans of the kind within the window. */
function within(spans: readonly Span[], vcpu: number, kind: string, fromPs: number, toPs: number): number {
  return spans.filter((span) => span.vcpu === vcpu && span.kind === kind)
    .reduce((sum, span) => sum + Math.max(0, Math.min(toPs, span.toPs) - Math.max(fromPs, span.fromPs)), 0);
}

describe('four times as many equal vCPUs as cores', () => {
  const timeSlicePs = 4_000_000;
  const quantumPs = 500_000;
  const switchPs = 1_000_000;
  /** A turn may be late by a slice of simulation, its switch, and a turn of another that had as much. */
  const boundPs = 2 * (timeSlicePs + quantumPs + switchPs);

  it.each([[1, 4], [2, 8], [3, 12], [2, 7]])('on %i cores, %i vCPUs get their share in every window', (cores, vcpus) => {
    const { spans, observer } = recorder();
    const server = runGuest(COUNTS(40_000), {
      vcpus, engine: 'wasm', machine: { nodes: 1, coresPerNode: cores, timeSlicePs, quantumPs }, options: { observer },
    });
    expect(server.ending).toMatchObject({ end: 'exit', exitCode: 0 });
    const ids = server.vcpus.map(({ id }) => id);
    const everybodyRuns = Math.max(...ids.map((id) => Math.min(...spans.filter(({ vcpu, kind }) => vcpu === id && kind === 'running').map(({ fromPs }) => fromPs))));
    const firstEnds = Math.min(...server.vcpus.map(({ accountedPs }) => accountedPs));
    const windows = [20, 40, 80].map((us) => us * 1e6).filter((lengthPs) => everybodyRuns + lengthPs <= firstEnds);
    expect(windows.length).toBeGreaterThan(0);
    for (const lengthPs of windows) {
      for (let fromPs = everybodyRuns; fromPs + lengthPs <= firstEnds; fromPs += lengthPs / 3) {
        const shares = ids.map((id) => within(spans, id, 'running', fromPs, fromPs + lengthPs));
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(boundPs);
        // What is not theirs are the switches, one for each turn.
        const sharePs = lengthPs * cores / vcpus;
        expect(Math.min(...shares)).toBeGreaterThanOrEqual(sharePs * timeSlicePs / (timeSlicePs + switchPs) - boundPs);
      }
    }
    expect(Math.max(...server.vcpus.map(({ longestCoreWaitPs }) => longestCoreWaitPs)))
      .toBeLessThanOrEqual(Math.ceil(vcpus / cores) * (timeSlicePs + quantumPs + switchPs) + boundPs);
  });

  it('a longer time slice switches less often', () => {
    const switches = [2, 8, 32].map((us) => runGuest(COUNTS(40_000), {
      vcpus: 8, engine: 'wasm', machine: { nodes: 1, coresPerNode: 2, timeSlicePs: us * 1e6, quantumPs },
    }).kernels[0]!.scheduler.switches);
    expect(switches[0]).toBeGreaterThan(2 * switches[1]!);
    expect(switches[1]).toBeGreaterThan(2 * switches[2]!);
  });
});

describe('beside vCPUs that stall all the time', () => {
  const pages = 12;
  const most = 20;
  /** vCPU 0 counts down; the others go round the pages, which so go from node to node. */
  const program = (rounds: number, laps: number): string => `
_start:
  bnez a0, lapper
  li t0, ${rounds}
down:
  dec t0
  bnez t0, down
  exit zero
lapper:
  li a4, ${laps}
lap:
  la t0, data
  li t1, ${pages}
page:
  li t2, 1
  aadd t2, t2, (t0)
  addi t0, t0, 4096
  dec t1
  bnez t1, page
  dec a4
  bnez a4, lap
  halt
  .bss
data: .space ${pages}*4096
`;
  const machine = { nodes: 2, coresPerNode: 1, timeSlicePs: 20_000_000 };

  it('a vCPU that only computes gets its share', () => {
    const { spans, observer } = recorder();
    const server = runGuest(program(200_000, 1000), { vcpus: most, engine: 'wasm', machine, options: { observer } });
    expect(server.ending).toMatchObject({ end: 'exit', exitCode: 0 });
    const endPs = server.nowPs;
    const here = server.vcpus.filter(({ node }) => node === 0).length;
    // Handlers for everybody's pages take from all shares alike.
    const core = server.kernels[0]!.scheduler.cores[0]!;
    const sharePs = (endPs - core.handlerPs) / here;
    expect(within(spans, 0, 'running', 0, endPs)).toBeGreaterThan(sharePs / 2);
    expect(server.vcpus[0]!.longestCoreWaitPs).toBeLessThan(here * 2 * machine.timeSlicePs);
  });

  it('a vCPU whose page has come runs next all the same', () => {
    const server = serverFor(program(20_000, 1000), { vcpus: most, engine: 'wasm', machine });
    let seen = 0;
    server.runUntil(() => {
      const event = server.upcoming();
      if (event?.kind !== 'slice') return false;
      const { scheduler } = server.kernels.find(({ scheduler: { cores } }) => cores.some(({ id }) => id === event.core))!;
      const first = scheduler.ready.find(({ pinned }) => pinned);
      if (!first) return false;
      expect(scheduler.ready[0]).toBe(first);
      seen++;
      server.advance();
      expect([server.vcpus[first.vcpu]!.core, server.ending !== null]).toEqual([server.ending ? expect.anything() : event.core, server.ending !== null]);
      return false;
    });
    expect(seen).toBeGreaterThan(50);
  });
});
