// Load balancers: vCPUs that wait go where cores are idle, by messages that are charged; whatever a balancer advises, the guest
// is right and comes to its end.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { copyPlain } from '../../../src/base/plain.js';
import { balancerFor, balancerModule, balancerNames } from '../../../src/server/placement/balancer-table.js';
import { policyModule } from '../../../src/server/placement/catalogue.js';
import type { BalancerModule, BalanceView } from '../../../src/server/placement/seam.js';
import type { MessageNote } from '../../../src/server/observe.js';
import type { Server } from '../../../src/server/server.js';
import { root } from '../../house/root.js';
import { runGuest, serverFor, type GuestRun } from '../guest.js';

/** The first `busy` vCPUs count down; all add 1 to one word, and the last to do so prints it. */
const UNEQUAL = (busy: number, rounds: number): string => `
_start:
  li t0, ${busy}
  bge a0, t0, done
  li t0, ${rounds}
down:
  dec t0
  bnez t0, down
done:
  la t0, arrived
  li t1, 1
  aadd t1, t1, (t0)
  addi t1, t1, 1
  bne t1, a1, out
  puti t1
  exit zero
out:
  halt
  .bss
arrived: .space 8
`;

const fewCores: GuestRun = { machine: { nodes: 4, coresPerNode: 1 }, engine: 'wasm', policy: 'first-touch', maxInstructions: 50_000_000 };

function sends(server: Server, reason: string): number {
  return server.kernels.reduce((sum, { statistics }) => sum + (statistics.moves.get(`send:${reason}`) ?? 0), 0);
}

describe('the table of balancers', () => {
  it('has an entry of the same name for every file in balancers/, each with its source', () => {
    const files = readdirSync(join(root, 'src/server/placement/balancers')).map((file) => file.replace(/\.ts$/, ''));
    expect(balancerNames().sort()).toEqual(files.sort());
    for (const { summary, source, reasons } of balancerNames().map(balancerModule)) {
      for (const text of [summary, source, ...reasons.map(({ meaning }) => meaning)]) expect(text).not.toBe('');
    }
  });

  it('suggests the nearest name for an unknown one', () => {
    expect(() => balancerModule('stael')).toThrow('unknown balancer "stael"\n  did you mean "steal"?');
  });

  it('gives the one that is named, else the policy\'s own, else one that fits the number of vCPUs', () => {
    const own = { ...balancerModule('none'), name: 'own' };
    const { cost } = { cost: policyModule('cost') };
    expect([true, false].map((over) => balancerFor(undefined, cost, over).name)).toEqual(['steal', 'none']);
    expect(balancerFor(undefined, { balancer: own }, true)).toBe(own);
    expect(balancerFor('spread', { balancer: own }, false).name).toBe('spread');
  });
});

describe('vCPUs with work on one node, and idle nodes', () => {
  const program = UNEQUAL(8, 400_000);
  const none = runGuest(program, { ...fewCores, vcpus: 32, balance: 'none' });

  it.each(['steal', 'spread'])('are shared out by %s', (balance) => {
    const sent: MessageNote[] = [];
    const server = runGuest(program, { ...fewCores, vcpus: 32, balance, options: { observer: { sent: (note) => { sent.push(note); } } } });
    expect([server.output, none.output]).toEqual(['32\n', '32\n']);
    expect(none.nowPs).toBeGreaterThan(1.8 * server.nowPs);
    expect(sends(server, balance)).toBeGreaterThanOrEqual(4);
    // What nodes know of each other came in messages, which take time and core time.
    const asked = sent.filter(({ kind }) => kind === 'ask' || kind === 'load');
    expect(asked.length).toBeGreaterThan(4);
    expect(asked.every(({ departPs, arrivePs }) => arrivePs > departPs)).toBe(true);
  });

  it('that is the same to the byte every time, and from a snapshot on', () => {
    for (const balance of ['steal', 'spread']) {
      const run = { ...fewCores, vcpus: 32, balance };
      const whole = runGuest(program, run);
      const server = serverFor(program, run);
      server.runUntil(({ kernels }) => kernels.some(({ statistics }) => statistics.vcpusIn > 1));
      const fork = server.fork();
      for (const half of [server, fork]) {
        half.run();
        expect([half.output, half.nowPs, half.position]).toEqual([whole.output, whole.nowPs, whole.position]);
        expect(copyPlain(half.vcpus.map(({ parts }) => parts))).toEqual(copyPlain(whole.vcpus.map(({ parts }) => parts)));
      }
    }
  });

  it('where each vCPU has a core, nobody balances unless asked to', () => {
    const run = { ...fewCores, vcpus: 4 };
    expect(serverFor(program, run).balance).toBe('none');
    expect(serverFor(program, { ...run, vcpus: 5 }).balance).toBe('steal');
  });
});

describe('whatever a balancer advises', () => {
  const below = (view: BalanceView, n: number): number => Math.floor(view.random.next() * n);
  /** Gives and asks at random, more often than anything can be done about it. */
  const erratic: BalancerModule = {
    name: 'erratic', summary: '', source: 'this test', reasons: [], stateless: true,
    create: () => ({
      periodPs: 5_000_000,
      onPeriod: (_nowPs, view) => [
        { what: 'ask', from: below(view, view.nodes) }, { what: 'tell', to: below(view, view.nodes) },
        { what: 'give', vcpu: below(view, 8), to: below(view, view.nodes), reason: 'erratic' },
        ...view.movable().map((vcpu) => ({ what: 'give', vcpu, to: below(view, view.nodes), reason: 'erratic' } as const)),
      ],
      onAsk: (_from, view) => ({ vcpu: below(view, 8), reason: 'erratic' }),
    }),
  };
  /** Every vCPU adds to words that all share, and waits at a barrier in between. */
  const program = `
_start:
  li a2, 2
round:
  la t0, words
  li t1, 4
word:
  li t2, 1
  aadd t2, t2, (t0)
  addi t0, t0, 4096
  dec t1
  bnez t1, word
  la t0, arrived
  li t1, 1
  aadd t1, t1, (t0)
wait:
  pause
  ld t1, 0(t0)
  li t2, 3
  sub t2, t2, a2
  mul t2, t2, a1
  blt t1, t2, wait
  dec a2
  bnez a2, round
  bnez a0, out
  la t0, words
  ld t1, 0(t0)
  puti t1
  exit zero
out:
  halt
  .bss
words: .space 4*4096
arrived: .space 8
`;

  it.each(['page', 'cost', 'vcpu', 'first-touch', 'negotiate'])('the guest is right under %s, the policy whose balancer it is', (name) => {
    for (const on of ['sds-ethernet-25g', 'numa-4s']) {
      const server = runGuest(program, {
        on, vcpus: 8, engine: 'wasm', maxInstructions: 50_000_000, machine: { nodes: 4, coresPerNode: 1 }, options: { policyModule: { ...policyModule(name), balancer: erratic } },
      });
      expect([server.ending, server.output, server.balance]).toEqual([{ end: 'exit', exitCode: 0, message: null }, '16\n', 'erratic']);
      expect(sends(server, 'erratic')).toBeGreaterThan(1);
    }
  });

  it.each([12, 16])('none of %i vCPUs waits for ever for a core, though others keep coming there for their pages', (vcpus) => {
    for (const on of ['sds-ethernet-25g', 'numa-4s']) {
      const server = runGuest(program, {
        on, vcpus, engine: 'wasm', machine: { nodes: 4, coresPerNode: 1 }, options: { policyModule: { ...policyModule('vcpu'), balancer: erratic } },
      });
      expect([server.ending?.end, server.output]).toEqual(['exit', `${2 * vcpus}\n`]);
      // At least one of those who wait has its turn in the time of as many turns of 50 us as vCPUs wait.
      expect(Math.max(...server.vcpus.map(({ longestCoreWaitPs }) => longestCoreWaitPs))).toBeLessThan(vcpus ** 2 * 50_000_000);
    }
  });

  it('a balancer that does not say what it remembers is not snapshotted', () => {
    const { stateless: _, ...forgetful } = erratic;
    const server = serverFor(program, { options: { policyModule: { ...policyModule('page'), balancer: forgetful } } });
    expect(() => server.snapshot()).toThrow('under balancer "erratic" cannot be snapshotted');
  });

  it('a server in which nothing can happen any more says so', () => {
    for (const balance of ['steal', 'spread']) {
      const { ending } = runGuest(UNEQUAL(0, 1), {
        vcpus: 16, balance, machine: { nodes: 4, coresPerNode: 1 },
        options: { tamper: (envelope) => (envelope.message.kind === 'grant' ? [] : [envelope]) },
      });
      expect([balance, ending]).toEqual([balance, { end: 'failed', exitCode: 126, message: expect.stringMatching(/^nothing can happen any more/) }]);
    }
  });
});
