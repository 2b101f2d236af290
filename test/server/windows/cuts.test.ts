// Which calls cut a run, and where: traced in small guests.
import { MOST_WINDOWS } from '../../../src/server/windows.js';
import { buildReport } from '../../../src/study/report/build.js';
import type { WindowReport } from '../../../src/study/report/report.js';
import { runGuest, type GuestRun } from '../guest.js';

const windowsOf = (program: string, run: GuestRun = {}): readonly WindowReport[] => (
  buildReport(runGuest(program, { vcpus: 1, ...run }), '', null, 0).windows);

const named = (windows: readonly WindowReport[]) => windows.map(({ name, vcpu, inRegion }) => [name, vcpu, inRegion]);

const CYCLE_PS = 400;
const GUEST_CALL_PS = 800_000;

describe('a run', () => {
  it('without calls is one window', () => {
    const [only, ...others] = windowsOf('  halt');
    expect(others).toEqual([]);
    expect(only).toMatchObject({ name: 'start', vcpu: -1, inRegion: false, fromPs: 0 });
  });

  it('is cut at roi_begin, at marks and at roi_end, when the call has been made', () => {
    const windows = windowsOf('  roi.begin\n  li t0, 3\n  mark t0\n  roi.end\n  mark t0\n  halt', { startSkewPs: 0 });
    expect(named(windows)).toEqual([
      ['start', -1, false], ['roi_begin', 0, true], ['mark 3', 0, true], ['roi_end', 0, false], ['mark 3', 0, false],
    ]);
    // From call to call: `li` and the call itself, and what the kernel takes for a guest call.
    expect(windows[1]!.toPs - windows[1]!.fromPs).toBe(2 * CYCLE_PS + GUEST_CALL_PS);
    expect(windows[1]!.perVcpu[0]!.timePs).toEqual({ compute: 2 * CYCLE_PS, calls: GUEST_CALL_PS });
    expect(windows[2]!.perVcpu[0]!.timePs).toEqual({ compute: CYCLE_PS, calls: GUEST_CALL_PS });
  });

  it('is cut once where all vCPUs make the same calls, by the first that makes them for the n-th time', () => {
    const calls = '  roi.begin\n  mark zero\n  mark zero\n  roi.end\n  mark zero\n  halt';
    const windows = windowsOf(calls, { vcpus: 4, startSkewPs: 3_000_000 });
    expect(windows.map(({ name }) => name)).toEqual(['start', 'roi_begin', 'mark 0', 'mark 0', 'roi_end', 'mark 0']);
  });

  it('is cut again where a vCPU makes the same call again', () => {
    expect(windowsOf('  mark zero\n  mark zero\n  halt').map(({ name }) => name)).toEqual(['start', 'mark 0', 'mark 0']);
  });

  it('is in the region from roi_begin to the first roi_end, however many make those calls', () => {
    const program = '  bnez a0, second\n  roi.begin\n  halt\nsecond:\n  li t0, 20000\nwork: dec t0\n  bnez t0, work\n  roi.end\n  halt';
    expect(named(windowsOf(program, { vcpus: 2 }))).toEqual([['start', -1, false], ['roi_begin', 0, true], ['roi_end', 1, false]]);
    expect(named(windowsOf('  roi.end\n  halt'))).toEqual([['start', -1, false], ['roi_end', 0, false]]);
  });

  it('is cut in the midst of the slices of other vCPUs', () => {
    const program = '  bnez a0, work\n  li t0, 900\nwait: dec t0\n  bnez t0, wait\n  mark zero\n  halt\nwork: li t0, 100000\nsum: dec t0\n  bnez t0, sum\n  halt';
    const windows = windowsOf(program, { vcpus: 2, startSkewPs: 0, machine: { nodes: 1, quantumPs: 1_000_000_000 } });
    const worked = windows.map(({ perVcpu }) => perVcpu[1]!.timePs);
    // It does nothing but its sums, in one slice that goes from the one window into the other.
    expect(worked[0]).toEqual({ compute: windows[0]!.toPs });
    expect(worked[0]!.compute! + worked[1]!.compute!).toBe(200_002 * CYCLE_PS);
  });

  it('is cut no more beyond a bound, and its last window goes to the end', () => {
    const windows = windowsOf('  li t0, 1000\nagain: mark t0\n  dec t0\n  bnez t0, again\n  halt');
    expect(windows).toHaveLength(MOST_WINDOWS);
    expect(windows[MOST_WINDOWS - 1]!.toPs).toBeGreaterThan(windows[MOST_WINDOWS - 1]!.fromPs + 400 * GUEST_CALL_PS);
  });
});

describe('time', () => {
  it('before a vCPU starts and after it has halted is told apart from waiting', () => {
    const [window] = windowsOf('  bnez a0, done\n  li t0, 50000\nwork: dec t0\n  bnez t0, work\ndone: halt', { vcpus: 2, startSkewPs: 5_000_000 });
    const [first, second] = window!.perVcpu;
    expect([first!.timePs.halted, first!.timePs.unstarted! > 0]).toEqual([undefined, true]);
    expect(second!.timePs.halted).toBeGreaterThan(20_000_000);
  });

  it('is a node\'s where it was spent: a vCPU that travels belongs to the node that it left', () => {
    const program = '  la t0, data\n  bnez a0, later\n  sd t0, 0(t0)\n  halt\nlater: li t1, 50000\nwait: dec t1\n  bnez t1, wait\n  ld t1, 0(t0)\n'
      + '  li t1, 700\nwork: dec t1\n  bnez t1, work\n  halt\n  .bss\n  .align 4096\ndata: .space 8';
    const [window] = windowsOf(program, { vcpus: 2, policy: 'vcpu', startSkewPs: 0, machine: { coresPerNode: 1 } });
    const [first, second] = window!.perNode.map(({ timePs }) => timePs);
    const travelled = window!.perVcpu[1]!.timePs;
    expect(travelled.migrating).toBeGreaterThan(0);
    expect([first!.migrating, second!.migrating]).toEqual([undefined, travelled.migrating]);
    // `la` takes two instructions; the load is begun on the one node, and retires on the other with the work.
    expect(first!.compute).toBe(window!.perVcpu[0]!.timePs.compute! + (2 + 2 * 700) * CYCLE_PS);
  });
});
