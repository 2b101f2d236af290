// A made-up run for the tests of what is drawn from reports: its parts add up as those of a real one do.
import { TIME_PARTS, type TimePart } from '../../../src/server/observe.js';
import { DEFAULT_PROTOCOL } from '../../../src/server/spec.js';
import { Recorder, type RecorderLimits } from '../../../src/study/report/log/recorder.js';
import type { RunLog } from '../../../src/study/report/log/log.js';
import type { NodeReport, RunReport, VcpuReport } from '../../../src/study/report/report.js';
import { randomStream } from '../../../src/base/random.js';

export interface FixtureSize {
  readonly nodes: number;
  readonly vcpus: number;
  readonly pages: number;
  readonly events: number;
}

export const SMALL: FixtureSize = { nodes: 2, vcpus: 3, pages: 8, events: 60 };

/** A run in which vCPUs compute, stall, bring pages and move, drawn from a seed. */
export function madeUpRun(
  size: FixtureSize = SMALL,
  limits: Partial<RecorderLimits> = {},
): { report: RunReport; log: RunLog } {
  const { nodes, vcpus, pages, events } = size;
  const random = randomStream(1, 'fixture');
  const recorder = new Recorder(limits);
  const owner = Array.from({ length: pages }, (_, page) => page % nodes);
  const copies = Array.from({ length: pages }, () => new Set<number>());
  owner.forEach((node, page) => recorder.pageMoved(0x10 + page, 'place', -1, node, 0, 'first touch'));
  const at = Array.from({ length: vcpus }, () => random.below(50_000));
  const node = Array.from({ length: vcpus }, (_, vcpu) => vcpu % nodes);
  const moves = new Array<number>(vcpus).fill(0);
  const timeNs = Array.from(
    { length: vcpus },
    () => Object.fromEntries(TIME_PARTS.map((part) => [part, 0])) as Record<TimePart, number>,
  );
  let moved = 0;
  for (let i = 0; i < events; i++) {
    const vcpu = at.indexOf(Math.min(...at));
    const spend = (
      kind: 'running' | 'remote' | 'pageWait' | 'coreWait' | 'migrating' | 'handlers',
      ps: number,
      core: number,
    ): void => {
      recorder.span(vcpu, node[vcpu]!, core, kind, at[vcpu]!, at[vcpu]! + ps);
      at[vcpu]! += ps;
      const parts = timeNs[vcpu]!;
      if (kind === 'running') {
        parts.compute += (0.7 * ps) / 1e3;
        parts.memory += (0.3 * ps) / 1e3;
      } else parts[kind] += ps / 1e3;
    };
    spend('running', 500_000 + random.below(4_000_000), vcpu % 2);
    const choice = random.next();
    const page = random.below(pages);
    if (choice < 0.1 && nodes > 1) {
      const to = (node[vcpu]! + 1 + random.below(nodes - 1)) % nodes;
      const departPs = at[vcpu]!;
      const from = node[vcpu]!;
      spend('migrating', 4_200_000, -1);
      node[vcpu] = to;
      recorder.vcpuMoved(vcpu, from, to, departPs, at[vcpu]!, 'the page is warm there');
      moves[vcpu]!++;
      spend('coreWait', random.below(900_000), -1);
    } else if (choice < 0.3) {
      spend('pageWait', 3_900_000, -1);
      copies[page]!.add(node[vcpu]!);
      recorder.pageMoved(0x10 + page, 'copy', owner[page]!, node[vcpu]!, at[vcpu]!, 'read by many');
      moved++;
    } else if (choice < 0.55) {
      spend('handlers', 300_000, vcpu % 2);
      spend('pageWait', 5_600_000, -1);
      for (const copy of copies[page]!)
        recorder.pageMoved(0x10 + page, 'invalidate', copy, node[vcpu]!, at[vcpu]!, 'write');
      copies[page]!.clear();
      recorder.pageMoved(0x10 + page, 'bring', owner[page]!, node[vcpu]!, at[vcpu]!, 'cheapest');
      owner[page] = node[vcpu]!;
      moved++;
    } else if (choice < 0.62) {
      spend('remote', 2_000_000, vcpu % 2);
    }
    if (i === Math.floor(events / 10)) recorder.mark(vcpu, 'roi_begin', at[vcpu]!);
    if (i === Math.floor((9 * events) / 10)) recorder.mark(vcpu, 'roi_end', at[vcpu]!);
  }
  const log = recorder.log();
  const perVcpu: VcpuReport[] = timeNs.map((parts, vcpu) => ({
    vcpu,
    node: node[vcpu]!,
    instructions: 40_000 + vcpu,
    stalls: 12,
    moves: moves[vcpu]!,
    totalNs: TIME_PARTS.reduce((sum, part) => sum + parts[part], 0),
    longestCoreWaitNs: 0,
    timeNs: parts,
  }));
  const perNode: NodeReport[] = Array.from({ length: nodes }, (_, n) => ({
    node: n,
    numaHit: 120 + n,
    numaMiss: n,
    numaForeign: nodes - n,
    interleaveHit: 0,
    localNode: 110,
    otherNode: 10 + n,
    residentPages: owner.filter((o) => o === n).length,
    copies: 2,
    stalls: 300,
    pagesIn: 140,
    pagesOut: 139,
    vcpusIn: 5,
    vcpusOut: 5,
    coreSwitches: 40 + n,
    messagesSent: 2_345,
    bytesSent: 1_234_567,
    handlerNs: 45_600,
    busyNs: 812_345.6,
  }));
  const report: RunReport = {
    program: 'stencil.s',
    isa: 'tiny',
    engine: 'reference',
    seed: 1,
    policy: 'cost',
    policyOptions: { weight: 1 },
    balance: 'none',
    protocol: DEFAULT_PROTOCOL,
    sliceMode: 'loop',
    quantumNs: 1_500,
    timeSliceNs: 50_000,
    timeScale: 1,
    machine: {
      name: 'sds-ethernet-25g',
      nodes,
      coresPerNode: 2,
      memoryBytesPerNode: 2 ** 26,
      pageBytes: 4096,
      fabric: 'ethernet-25g',
      vcpus,
    },
    end: 'exit',
    exitCode: 0,
    message: null,
    output: 'checksum 12345\n',
    simulatedNs: log.endPs / 1e3,
    instructions: 1_234_567,
    idealNs: log.endPs / 2e3,
    stalls: 300 * nodes,
    stallNs: 1_500_000,
    pagesMoved: moved,
    pagesReplicated: 17,
    pagesMapped: 0,
    vcpusMoved: moves.reduce((sum, n) => sum + n, 0),
    remoteAccesses: 321,
    lineMisses: 54_321,
    invalidations: 12,
    fabricMessages: 2_345 * nodes,
    fabricBytes: 1_234_567 * nodes,
    localAccessRatio: 0.994,
    skewNs: { max: 900, mean: 120 },
    marks: log.marks.map(({ name, vcpu, atPs }) => ({ name, vcpu, atNs: atPs / 1e3 })),
    windows: [],
    wallSeconds: 1.25,
    mips: 0.98,
    perNode,
    perVcpu,
    moves: [
      { what: 'bring', reason: 'cheapest', count: 210 },
      { what: 'send', reason: 'the page is warm there', count: 13 },
      { what: 'copy', reason: 'read by many', count: 17 },
    ],
    reasons: { cheapest: 210, 'read by many': 17, 'the page is warm there': 13 },
  };
  return { report, log };
}
