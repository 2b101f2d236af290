// Snapshots in memory: whole, immutable, and a run that goes on from one is the run that was never interrupted.
import fc from 'fast-check';
import { createServer, Server } from '../../../src/server/server.js';
import type { PolicyModule } from '../../../src/server/placement/seam.js';
import { policyModule, policyNames } from '../../../src/server/placement/catalogue.js';
import { programNames } from '../../programs/programs.js';
import { serverFor } from '../guest.js';
import { differences, finish, runTo, serverOf, type Case } from './servers.js';

const STENCIL: Case = { program: 'stencil', sizes: { ROWS: 4, COLUMNS: 3, SWEEPS: 2 } };
/** Everything moves, and vCPUs share cores. */
const BUSY: Case = { program: 'hashjoin', sizes: { BUILD: 24, PROBES: 48, KEYS: 24, BUCKETS: 12 }, vcpus: 11 };

describe('a snapshot', () => {
  it.each(policyNames())('holds all that a server under %s is', (policy) => {
    for (const preset of ['sds-ethernet-25g', 'numa-4s']) {
      for (const one of [STENCIL, BUSY]) {
        const whole = serverOf({ ...one, policy, preset });
        whole.run();
        const server = runTo(serverOf({ ...one, policy, preset }), whole.position / 2);
        const restored = Server.restore(server.snapshot());
        expect(differences(server, restored)).toEqual([]);
      }
    }
  });

  it('would be found to lack what a class kept to itself', () => {
    const server = runTo(serverOf(STENCIL), 400);
    const restored = Server.restore(server.snapshot());
    Object.assign(server.kernels[2]!.scheduler, { kept: 1 });
    expect(differences(server, restored)).toEqual(['server.kernels.2.scheduler: 8 parts, 7']);
  });

  it('is not changed by the run that it is taken from, nor by the runs that go on from it', () => {
    const server = runTo(serverOf(BUSY), 400);
    const first = server.snapshot();
    const again = server.snapshot(first);
    expect([again.state === first.state, again.arena.chunks.every((chunk, i) => chunk === first.arena.chunks[i])]).toEqual([true, true]);
    finish(server);
    finish(Server.restore(first));
    const { state, arena } = Server.restore(first).snapshot(first);
    expect([state === first.state, arena.chunks.every((chunk, i) => chunk === first.arena.chunks[i])]).toEqual([true, true]);
  });

  it('shares with an earlier one what has not changed since', () => {
    const server = runTo(serverOf({ ...STENCIL, sizes: {} }), 6000);
    const first = server.snapshot();
    const second = runTo(server, 6020).snapshot(first);
    const own = second.arena.chunks.filter((chunk, i) => chunk !== first.arena.chunks[i]).length;
    expect(own).toBeGreaterThan(0);
    expect(own).toBeLessThan(second.arena.chunks.length / 4);
    const pages = (snapshot: typeof first) => snapshot.state.kernels.flatMap(({ pages: { pages: all } }) => [...all.values()]);
    const before = new Set(pages(first));
    expect(pages(second).filter((page) => !before.has(page)).length).toBeLessThan(before.size / 4);
    expect(finish(Server.restore(second))).toBe(finish(server));
  });

  it('belongs to its run', () => {
    const other = serverOf(STENCIL);
    expect(() => serverOf(STENCIL).restore(other.snapshot())).toThrow('a snapshot of another run');
  });
});

describe('a run that goes on from a snapshot', () => {
  const MAX_INSTRUCTIONS = 6_000;
  const policies = policyNames();

  it.each(programNames())('reports what the uninterrupted one does: %s', (program) => {
    const i = programNames().indexOf(program);
    const setting: Case = {
      program, policy: policies[i % policies.length]!, vcpus: [2, 8, 11][i % 3]!, preset: ['sds-ethernet-25g', 'numa-4s'][i % 2]!,
      sliceMode: i % 5 === 0 ? 'instruction' : 'loop', seed: i, maxInstructions: MAX_INSTRUCTIONS,
    };
    const whole = serverOf(setting);
    const report = finish(whole);
    let server = serverOf(setting);
    // From snapshot to snapshot, each taken of a server that was itself restored from the one before.
    for (const position of fc.sample(fc.nat(whole.position), { seed: i, numRuns: 3 }).sort((a, b) => a - b)) {
      server = Server.restore(runTo(server, position).snapshot());
    }
    expect(finish(server)).toBe(report);
    expect(server.snapshot().state).toEqual(whole.snapshot().state);
  });

  it('reports it from each of 100 places', () => {
    const whole = serverOf(STENCIL);
    const report = finish(whole);
    const positions = fc.sample(fc.nat(whole.position), { seed: 4, numRuns: 100 }).sort((a, b) => a - b);
    const server = serverOf(STENCIL);
    const found = positions.map((position) => finish(Server.restore(runTo(server, position).snapshot())));
    expect(new Set(found)).toEqual(new Set([report]));
  });

  it('goes on while messages and vCPUs are on their way, accesses are being served and pins hold', () => {
    const wanted = new Map<string, (state: ReturnType<Server['snapshot']>['state']) => boolean>([
      ['a vCPU in flight', ({ queue }) => queue.entries.some(({ event }) => event.kind === 'deliver' && event.envelope.message.kind === 'vcpu')],
      ['a page in flight', ({ queue }) => queue.entries.some(({ event }) =>
        event.kind === 'deliver' && event.envelope.message.kind === 'grant' && event.envelope.payload >= 0)],
      ['a service asked for', ({ vcpus }) => vcpus.some(({ state, waitPart }) => state === 'waiting' && waitPart === 'remote')],
      ['an atomic update asked for', ({ vcpus }) => vcpus.some(({ stall }) => stall?.update !== undefined)],
      ['an answer to be consumed', ({ vcpus }) => vcpus.some(({ answers }) => answers.length > 0)],
      ['a page that waits for acknowledgements', ({ kernels }) => kernels.some(({ pages }) =>
        [...pages.pages.values()].some(({ busy, incoming }) => busy !== null || incoming !== null))],
      ['a pinned page', ({ kernels }) => kernels.some(({ pages }) => [...pages.pages.values()].some(({ pins }) => pins.length > 0))],
      ['a vCPU that waits for a core', ({ kernels }) => kernels.some(({ scheduler }) => scheduler.ready.length > 0)],
    ]);
    for (const policy of ['jump', 'cost']) {
      const report = finish(serverOf({ ...BUSY, policy }));
      const server = serverOf({ ...BUSY, policy });
      while (wanted.size > 0 && !server.ending) {
        const { state } = runTo(server, server.position + 1).snapshot();
        const met = [...wanted].filter(([, holds]) => holds(state)).map(([what]) => what);
        if (met.length === 0) continue;
        expect(finish(Server.restore(server.snapshot()))).toBe(report);
        for (const what of met) wanted.delete(what);
      }
    }
    expect([...wanted.keys()]).toEqual([]);
  });

  it('goes on from a snapshot of its past in the same server, as often as one likes', () => {
    const server = runTo(serverOf(BUSY), 300);
    const early = server.snapshot();
    const late = runTo(server, 900).snapshot();
    const report = finish(server);
    for (const snapshot of [early, late, early]) {
      server.restore(snapshot);
      expect(server.position).toBe(snapshot.state.run.position);
      expect(finish(server)).toBe(report);
    }
  });

  it('has the whole output and all marks, and tells its observer what comes after alone', () => {
    const whole = runTo(serverOf({ program: 'hello', vcpus: 4 }), 0);
    whole.runUntil(({ output }) => output.split('\n').length > 2);
    const said: string[] = [];
    const restored = Server.restore(whole.snapshot(), { observer: { output: (text) => said.push(text) } });
    const before = restored.output;
    restored.run();
    whole.run();
    expect(restored.output).toBe(whole.output);
    expect(before + said.join('')).toBe(whole.output);
  });

  it('is at its end if the snapshot is', () => {
    const server = serverOf(STENCIL);
    const report = finish(server);
    expect(finish(Server.restore(server.snapshot()))).toBe(report);
  });
});

describe('a fork', () => {
  it('runs on by itself and leaves its parent alone', () => {
    const report = finish(serverOf(BUSY));
    const parent = runTo(serverOf(BUSY), 300);
    const fork = parent.fork();
    runTo(fork, 900);
    const second = fork.fork();
    expect(finish(second)).toBe(report);
    runTo(parent, 600);
    expect(finish(fork)).toBe(report);
    expect(finish(parent)).toBe(report);
  });

  it('keeps a policy that no catalogue knows', () => {
    const mine: PolicyModule = { ...policyModule('page'), name: 'mine' };
    const server = runTo(serverFor('  la t0, data\n  ld t1, 0(t0)\n  halt\n  .bss\ndata: .space 8', { options: { policyModule: mine } }), 5);
    const fork = server.fork();
    expect(fork.run()).toEqual(server.run());
    expect(fork.nowPs).toBe(server.nowPs);
  });
});

describe('a policy that remembers', () => {
  const counting = (more: Partial<PolicyModule>): PolicyModule => ({ ...policyModule('counter'), stateless: undefined!, ...more });
  const snapshotUnder = (module: PolicyModule) => () => {
    const { isa, image, scenario } = serverOf(STENCIL);
    return createServer({ isa, image, scenario, policyModule: module }).snapshot();
  };
  const page = policyModule('page');

  it('must be able to say what: else there is no snapshot', () => {
    expect(snapshotUnder(counting({ name: 'mine', create: (options, view) => ({ onStall: page.create(options, view).onStall }) }))).toThrow(
      'a run under policy "mine" cannot be snapshotted: the policy has no getState and setState\n'
      + '  if it remembers nothing from call to call, its module says so: stateless: true');
  });

  it('must say it as plain data', () => {
    const create: PolicyModule['create'] = (options, view) => ({
      onStall: page.create(options, view).onStall, getState: () => ({ counts: [new Date(0)] }), setState: () => {},
    });
    expect(snapshotUnder(counting({ name: 'mine', create }))).toThrow(
      'policy "mine": what getState gives is no plain data: counts: 0: a Date is no plain data');
  });
});
