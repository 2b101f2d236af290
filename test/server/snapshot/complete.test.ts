// Snapshots in memory: they hold all that a server is, never change, and share what is the same.
import { CACHES } from '../../../src/server/fabric/caches.js';
import { createServer, Server } from '../../../src/server/server.js';
import type { PolicyModule } from '../../../src/server/placement/seam.js';
import { policyModule, policyNames } from '../../../src/server/placement/catalogue.js';
import { PROTOCOL_CHOICES } from '../../../src/server/spec.js';
import { nodes } from '../../programs/programs.js';
import { BUSY, differences, finish, runTo, serverOf, STENCIL, type Case } from './servers.js';

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

  it.each(PROTOCOL_CHOICES.transfer)('holds all that a server is whose pages travel by %s, and whose nodes are unequal and nearly full', (transfer) => {
    for (const [invalidation, readOwnership] of [['serial', 'move'], ['parallel', 'stay']] as const) {
      const reserve = { cores: 0, memoryBytes: 0 };
      const unequal = [3, 1, 2].map((cores, i) => ({ cores, memoryBytes: (48 + 16 * i) * 4096, reserve }));
      const tight: Case = { ...BUSY, protocol: { invalidation, readOwnership, transfer }, machine: { ...nodes(3), unequal } };
      const whole = serverOf(tight);
      whole.run();
      const server = runTo(serverOf(tight), whole.position / 2);
      expect(differences(server, Server.restore(server.snapshot()))).toEqual([]);
    }
  });

  it.each(['sds-ethernet-25g', 'numa-4s'])('holds all that a server of %s is with small caches, and without any', (preset) => {
    for (const caches of [{ ...CACHES, l2Bytes: 1024, llcBytesPerCore: 2048 }, null]) {
      const busy: Case = { ...BUSY, machine: { ...nodes(4, preset), caches } };
      const whole = serverOf(busy);
      whole.run();
      const server = runTo(serverOf(busy), whole.position / 2);
      const restored = Server.restore(server.snapshot());
      expect(differences(server, restored)).toEqual([]);
      expect(finish(restored)).toBe(finish(server));
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

  it('is gone back to in the same server whole', () => {
    const server = runTo(serverOf(BUSY), 300);
    const snapshot = server.snapshot();
    Object.assign(server.vcpus[0]!, { later: 1 });
    server.run();
    server.restore(snapshot);
    expect(differences(server, Server.restore(snapshot))).toEqual([]);
  });

  it('is neither taken nor gone to in the middle of an event', () => {
    const told: string[] = [];
    const { isa, image, scenario } = serverOf({ program: 'hello', vcpus: 2 });
    const server = createServer({
      isa, image, scenario, observer: {
        output: () => {
          for (const action of [() => server.snapshot(), () => server.restore(start)]) {
            try {
              action();
            } catch (error) {
              told.push((error as Error).message);
            }
          }
        },
      },
    });
    const start = server.snapshot();
    server.run();
    expect(new Set(told)).toEqual(new Set(['snapshots are taken, and gone to, between events']));
  });

  it('belongs to its run', () => {
    const other = serverOf(STENCIL);
    expect(() => serverOf(STENCIL).restore(other.snapshot())).toThrow('a snapshot of another run');
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
