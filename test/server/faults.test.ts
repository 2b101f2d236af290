// Faults of the protocol must show as a wrong guest result or a broken rule; nothing papers over them.
import { createServer } from '../../src/server/server.js';
import { assertCoherent, coherenceFaults } from '../../src/server/hyperkernel/check.js';
import type { Envelope } from '../../src/server/hyperkernel/messages.js';
import type { PolicyModule } from '../../src/server/placement/seam.js';
import { runGuest, serverFor } from './guest.js';

/** vCPU 0 publishes a growing number; vCPU 1 reads it and counts how often it went backwards or was missed at the end. */
const PUBLISH = `
  .text
_start:
  la t0, shared
  li t2, 2000
  bnez a0, reader
writer:
  sd t2, 0(t0)
  pause
  pause
  dec t2
  bnez t2, writer
  sd zero, 0(t0)
  li t1, 1
  la t0, published
  sd t1, 0(t0)
  halt
reader:
  la t3, published
again:
  pause
  ld t1, 0(t0)
  ld t2, 0(t3)
  beqz t2, again
  ld t1, 0(t0)
  puti t1
  li t0, 0
  exit t0
  .bss
shared: .space 4096
published: .space 4096
`;

const copies: PolicyModule = {
  name: 'copies', summary: '', source: 'this test', parameters: [], reasons: [],
  create: () => ({
    onStall: (stall, view) => (stall.dormant
      ? { action: 'place', node: view.node, reason: 'toucher' } : { action: 'copy', reason: 'copy' }),
  }),
};

/** Acknowledges every invalidation of `page` without ending the copy. */
function skipInvalidations(page: (page: number) => boolean) {
  return (envelope: Envelope): Envelope[] => {
    const { message } = envelope;
    if (message.kind !== 'invalidate' || !page(message.page)) return [envelope];
    return [{
      ...envelope, from: envelope.to, to: message.ackTo,
      message: { kind: 'ack', page: message.page, from: envelope.to, epoch: message.epoch },
    }];
  };
}

describe('one invalidation skipped on purpose', () => {
  it('breaks a coherence rule', () => {
    const server = serverFor(PUBLISH, { options: { policyModule: copies, tamper: skipInvalidations(() => true) } });
    expect(() => server.run()).toThrow(/exclusive on node \d, yet node \d has a copy|can store while copies exist/);
    expect(coherenceFaults(server.kernels).length).toBeGreaterThan(0);
  });

  it('shows as a wrong guest result where nobody checks the rules', () => {
    const checked = serverFor(PUBLISH, { options: { policyModule: copies } });
    expect([checked.run().end, checked.output]).toEqual(['exit', '0\n']);
    const shared = Math.floor(checked.image.symbols.get('shared')! / 4096);
    const unchecked = createServer({
      isa: checked.isa, image: checked.image, scenario: checked.scenario, policyModule: copies,
      tamper: skipInvalidations((page) => page === shared),
    });
    unchecked.run();
    expect(unchecked.output).not.toBe('0\n');
  });
});

describe('a message that is lost', () => {
  it.each<Envelope['message']['kind']>(['request', 'grant', 'ack'])('%s leaves nothing to happen, and the run says who waits', (kind) => {
    const { ending } = runGuest(PUBLISH, {
      options: { policyModule: copies, tamper: (envelope) => (envelope.message.kind === kind ? [] : [envelope]) },
      machine: { coresPerNode: 1 }, maxInstructions: 100_000,
    });
    expect(ending!.end).not.toBe('exit');
    if (ending!.end === 'failed') expect(ending!.message).toMatch(/nothing can happen any more: .*vCPU \d waiting for page 0x/);
  });
});

describe('a message that is lost under a policy with epochs', () => {
  it('is noticed too, though epochs come round for ever', () => {
    const policyModule: PolicyModule = {
      ...copies, create: (options, view) => ({ ...copies.create(options, view), epochPs: 1_000_000, onEpoch: () => [] }),
    };
    const { ending } = runGuest(PUBLISH, {
      options: { policyModule, tamper: (envelope) => (envelope.message.kind === 'grant' ? [] : [envelope]) },
    });
    expect(ending!.message).toMatch(/nothing can happen any more/);
  });
});

describe('what a policy asks for at epochs', () => {
  it('moves pages and vCPUs between instructions, and the guest is right', () => {
    const policyModule: PolicyModule = {
      ...copies,
      create: (options, view) => ({
        ...copies.create(options, view), epochPs: 3_000_000,
        onEpoch: () => {
          const to = view.random.below(view.nodes);
          return [
            { what: 'page', page: 0x20 + view.random.below(3), to, reason: 'restless' },
            { what: 'vcpu', vcpu: view.random.below(2), to, reason: 'restless' },
          ];
        },
      }),
    };
    const { ending, output, kernels } = runGuest(PUBLISH, { machine: { nodes: 3 }, options: { policyModule } });
    expect([ending!.message, output]).toEqual([null, '0\n']);
    const moves = kernels.flatMap((kernel) => [...kernel.statistics.moves.keys()]);
    expect(moves).toEqual(expect.arrayContaining(['send:restless', 'bring:restless']));
  });
});

describe('the checker', () => {
  it('finds nothing wrong with an untampered run', () => {
    const server = runGuest(PUBLISH);
    expect(() => assertCoherent(server)).not.toThrow();
  });

  it('compares the bytes of copies with their owner', () => {
    const server = runGuest(PUBLISH, { options: { policyModule: copies } });
    const code = Math.floor(server.image.entry / 4096);
    const copy = server.kernels.find((kernel) => kernel.state.pages.get(code)?.right === 'secondary')!;
    server.arena.u8[server.arena.slotOffset(copy.frames.slotOf(code)!)]! ^= 1;
    expect(coherenceFaults(server.kernels).join()).toMatch(/the copy on node \d differs from the owner's/);
  });
});
