// A run that goes on from a snapshot is the run that was never interrupted, and disturbs no other.
import fc from 'fast-check';
import { engineNames } from '../../../src/server/engines.js';
import type { PolicyModule } from '../../../src/server/placement/seam.js';
import { policyModule, policyNames } from '../../../src/server/placement/catalogue.js';
import { Server } from '../../../src/server/server.js';
import { PROTOCOL_CHOICES } from '../../../src/server/spec.js';
import { programNames } from '../../programs/programs.js';
import { serverFor } from '../guest.js';
import { BUSY, finish, runTo, serverOf, STENCIL, type Case } from './servers.js';

describe('a run that goes on from a snapshot', () => {
  const MAX_INSTRUCTIONS = 6_000;
  const policies = policyNames();

  it.each(programNames())('reports what the uninterrupted one does: %s', (program) => {
    const i = programNames().indexOf(program);
    const setting: Case = {
      program, policy: policies[i % policies.length]!, vcpus: [2, 8, 11][i % 3]!, preset: ['sds-ethernet-25g', 'numa-4s'][i % 2]!,
      sliceMode: i % 5 === 0 ? 'instruction' : 'loop', seed: i, maxInstructions: MAX_INSTRUCTIONS,
      protocol: {
        invalidation: i % 4 === 1 ? 'serial' : 'parallel', readOwnership: i % 4 === 3 ? 'move' : 'stay',
        transfer: PROTOCOL_CHOICES.transfer[i % 3]!,
      },
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

  const engines = engineNames();
  const ways = engines.flatMap((from) => engines.map((to) => [from, to] as const));

  it.each(ways)('goes on the same from engine %s to engine %s', (from, to) => {
    for (const one of [{ program: 'stencil', sizes: { ROWS: 24, SWEEPS: 6 } }, BUSY, { ...BUSY, preset: 'numa-4s' }]) {
      const whole = serverOf({ ...one, engine: from });
      const report = finish(whole);
      for (const share of [0.3, 0.8]) {
        const snapshot = runTo(serverOf({ ...one, engine: from }), share * whole.position).snapshot();
        const restored = Server.restore({ ...snapshot, scenario: { ...snapshot.scenario, engine: to } });
        expect(finish(restored)).toBe(report.replace(`"engine":"${from}"`, `"engine":"${to}"`));
      }
    }
  });

  it.each(engines)('goes back and forth in a server with engine %s', (engine) => {
    const server = serverOf({ program: 'stencil', sizes: { ROWS: 24, SWEEPS: 6 }, engine });
    const early = runTo(server, 300).snapshot();
    const report = finish(server);
    const end = server.snapshot();
    server.restore(early);
    const late = runTo(server, 1500).snapshot();
    for (const snapshot of [early, late, end, late]) {
      server.restore(snapshot);
      expect(finish(server)).toBe(report);
    }
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
      ['a service asked for', ({ vcpus }) => vcpus.some(({ state, waitPart }) => state === 'waiting' && waitPart === 'served')],
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

  it('goes on in the middle of a slice, where somebody looks into it', () => {
    const report = finish(serverOf(BUSY));
    const server = runTo(serverOf(BUSY), 300);
    let paused = 0;
    while (paused < 5 && !server.ending) {
      if (server.advance({ pauseAfter: 3 })?.stop.reason !== 'paused') continue;
      paused++;
      expect(finish(Server.restore(server.snapshot()))).toBe(report);
    }
    expect([paused, finish(server)]).toEqual([5, report]);
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
