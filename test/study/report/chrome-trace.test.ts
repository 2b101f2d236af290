// Traces held to what a viewer needs: slices apart, flows with both ends inside slices, order, names.
import { chromeTrace, chromeTraceText, type TraceEvent } from '../../../src/study/report/chrome-trace.js';
import { builtinIsa } from '../../../isa/index.js';
import { assemble } from '../../../src/guest/asm/assemble.js';
import { machinePreset } from '../../../src/server/fabric/presets.js';
import { runScenario } from '../../../src/study/experiment/run.js';
import { Recorder } from '../../../src/study/report/log/recorder.js';
import type { RunLog } from '../../../src/study/report/log/log.js';
import type { RunReport } from '../../../src/study/report/report.js';
import { madeUpRun, SMALL } from './fixtures.js';

/** Every vCPU adds to eight shared pages. */
const SHARE = `
start: la   t1, data
       li   t2, 0
page:  li   t3, 1
       aadd a2, t3, (t1)
       addi t1, t1, 4096
       inc  t2
       slti a4, t2, 8
       bnez a4, page
       halt
       .bss
       .align 4096
data:  .space 32768
`;

type Of<P extends TraceEvent['ph']> = Extract<TraceEvent, { ph: P }>;
const of = <P extends TraceEvent['ph']>(events: readonly TraceEvent[], ph: P) =>
  events.filter((event): event is Of<P> => event.ph === ph);
const end = ({ ts, dur }: Of<'X'>): number => Math.round((ts + dur) * 1e3);

/** What a viewer needs of a trace; returns its events. */
function expectValid(report: RunReport, log: RunLog): readonly TraceEvent[] {
  const { traceEvents } = chromeTrace(report, log);
  const last = new Map<string, Of<'X'>>();
  const open = new Map<string, Of<'X'>[]>();
  for (const slice of of(traceEvents, 'X')) {
    const track = `${slice.pid}/${slice.tid}`;
    const before = last.get(track);
    if (before) expect(Math.round(slice.ts * 1e3)).toBeGreaterThanOrEqual(end(before));
    expect(slice.dur).toBeGreaterThan(0);
    last.set(track, slice);
    (open.get(track) ?? open.set(track, []).get(track)!).push(slice);
  }
  const starts = of(traceEvents, 's');
  const ends = of(traceEvents, 'f');
  expect(starts.map(({ id }) => id).sort((a, b) => a - b)).toEqual(ends.map(({ id }) => id).sort((a, b) => a - b));
  for (const flow of [...starts, ...ends]) {
    const at = Math.round(flow.ts * 1e3);
    expect(open.get(`${flow.pid}/${flow.tid}`)!.some((slice) => slice.ts * 1e3 <= at + 0.5 && at < end(slice))).toBe(
      true,
    );
  }
  const times = traceEvents.flatMap((event) => ('ts' in event ? [event.ts] : []));
  expect(times).toEqual([...times].sort((a, b) => a - b));
  const named = new Set(
    of(traceEvents, 'M')
      .filter(({ name }) => name === 'thread_name')
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  for (const event of traceEvents) if (event.ph !== 'M') expect(named.has(`${event.pid}/${event.tid}`)).toBe(true);
  return traceEvents;
}

describe('the Chrome trace', () => {
  const { report, log } = madeUpRun({ nodes: 4, vcpus: 6, pages: 32, events: 2_000 });

  it('has slices that do not overlap, and both ends of every flow inside slices', () => {
    const events = expectValid(report, log);
    expect(of(events, 's')).toHaveLength(report.vcpusMoved);
    expect(of(events, 's')[0]!.args).toMatchObject({ reason: 'the page is warm there' });
  });

  it('names nodes as processes and vCPUs as threads', () => {
    const names = of(chromeTrace(report, log).traceEvents, 'M').map(({ args }) => args.name);
    expect(names).toEqual(expect.arrayContaining(['node 0', 'node 3', 'vCPU 0', 'vCPU 5', 'pages']));
  });

  it('shows page moves and marks as instants with their reasons', () => {
    const instants = of(chromeTrace(report, log).traceEvents, 'i');
    expect(instants.filter(({ cat }) => cat === 'mark').map(({ name }) => name)).toEqual(['roi_begin', 'roi_end']);
    expect(instants.find(({ name }) => name.startsWith('bring'))!.args).toMatchObject({ reason: 'cheapest' });
  });

  it('stays valid where the log was thinned, and says so', () => {
    const thinned = madeUpRun({ nodes: 4, vcpus: 6, pages: 32, events: 5_000 }, { spans: 300, moves: 60, pages: 200 });
    expectValid(thinned.report, thinned.log);
    expect(chromeTrace(thinned.report, thinned.log).otherData.note).toContain('merged');
  });

  it('caps flows with a note', () => {
    const many = madeUpRun({ nodes: 2, vcpus: 4, pages: 4, events: 60_000 }, { spans: 1e6, moves: 1e6 });
    const trace = chromeTrace(many.report, many.log);
    expect(of(trace.traceEvents, 's')).toHaveLength(4_000);
    expect(trace.otherData.note).toMatch(/flows of the first 4000 of \d+ migrations/);
  });

  it('is JSON of the same events, an event a line', () => {
    const text = chromeTraceText(report, log);
    const parsed = JSON.parse(text) as { traceEvents: TraceEvent[]; displayTimeUnit: string };
    expect(parsed.displayTimeUnit).toBe('ns');
    expect(parsed.traceEvents).toEqual(chromeTrace(report, log).traceEvents);
    expect(text.split('\n')).toHaveLength(parsed.traceEvents.length + 3);
  });

  it.each(['vcpu', 'page', 'cost'])('is valid for a real run under %s, time slices and all', (policy) => {
    const recorder = new Recorder();
    const isa = builtinIsa('tiny');
    const { image } = assemble({ path: 'share.s', text: SHARE }, isa);
    const machine = { ...machinePreset('sds-ethernet-25g'), nodes: 3, coresPerNode: 1 };
    const real = runScenario({
      isa,
      image,
      program: 'share.s',
      observer: recorder.observer,
      wallMs: () => 0,
      scenario: {
        machine,
        vcpus: 7,
        policy,
        policyOptions: {},
        seed: 1,
        sliceMode: 'loop',
        maxInstructions: 1e6,
        timeScale: 1,
        startSkewPs: 1e6,
      },
    });
    expect(real.end).toBe('exit');
    const events = expectValid(real, recorder.log());
    expect(of(events, 's')).toHaveLength(real.vcpusMoved);
    const shown = (vcpu: number): number =>
      of(events, 'X')
        .filter(({ tid }) => tid % 10_000 === vcpu + 1)
        .reduce((sum, { dur }) => sum + dur * 1e3, 0);
    for (const { vcpu, totalNs } of real.perVcpu) expect(Math.abs(shown(vcpu) - totalNs)).toBeLessThan(2);
  });

  it('is valid for a run without moves', () => {
    const { report: small, log: smallLog } = madeUpRun({ ...SMALL, nodes: 1 });
    expect(of(expectValid(small, smallLog), 's')).toEqual([]);
  });
});
