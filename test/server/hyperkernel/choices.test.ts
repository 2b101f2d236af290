// What each choice of the protocol does: who is told in which order, who owns the page afterwards, and that guests compute the same.
import { isOwner } from '../../../src/server/hyperkernel/state.js';
import { DEFAULT_PROTOCOL, PROTOCOL_CHOICES, type ProtocolSpec } from '../../../src/server/spec.js';
import { runGuest } from '../guest.js';
import { Kernels } from './kernels.js';

const WRITE = { write: true, want: 'bring' } as const;
const COPY = { write: false, want: 'copy' } as const;

/** Node 0 owns the page, nodes 1 and 2 have copies of it, node 3 is its home. */
function copied(protocol: Partial<ProtocolSpec>): Kernels {
  const kernels = new Kernels(4, 3, protocol);
  kernels.access(0, WRITE);
  kernels.access(1, COPY);
  kernels.access(2, COPY);
  return kernels;
}

describe('serial invalidation', () => {
  it('lets the writer tell one holder after another, each when the one before has acknowledged', () => {
    expect(copied({ invalidation: 'parallel' }).access(3, WRITE)).toEqual([
      '3 0 request', '0 1 invalidate', '0 2 invalidate', '0 3 grant', '1 3 ack', '2 3 ack',
    ]);
    const serial = copied({ invalidation: 'serial' });
    expect(serial.access(3, WRITE)).toEqual([
      '3 0 request', '0 3 grant', '3 1 invalidate', '1 3 ack', '3 2 invalidate', '2 3 ack',
    ]);
    expect(serial.rights()).toEqual(['invalid', 'invalid', 'invalid', 'exclusive']);
  });

  it('lets an owner that stores tell one holder after another too', () => {
    const kernels = copied({ invalidation: 'serial' });
    expect(kernels.access(0, { write: true, want: 'upgrade' })).toEqual(['0 1 invalidate', '1 0 ack', '0 2 invalidate', '2 0 ack']);
    expect(kernels.rights()).toEqual(['exclusive', 'invalid', 'invalid', 'invalid']);
  });

  it('discards a copy that was ended before it came, and asks for the page itself instead', () => {
    const kernels = new Kernels(4, 3, { invalidation: 'serial' });
    kernels.access(0, WRITE);
    kernels.stall(1, COPY);
    kernels.deliver('request');
    kernels.deliver('request');
    kernels.stall(2, WRITE);
    kernels.deliver('request');
    kernels.deliver('request');
    // The copy for node 1 is slow: page, invalidation and acknowledgement overtake it.
    expect(kernels.deliver('grant', 2).sent).toMatchObject({ from: 0, message: { as: 'owner', holders: [1] } });
    kernels.deliver('invalidate');
    kernels.deliver('ack');
    kernels.retire(2);
    const { effects } = kernels.deliver('grant', 1);
    expect(effects.map((effect) => effect.do)).toEqual(['discard', 'send']);
    kernels.settle();
    expect(kernels.rights()).toEqual(['invalid', 'exclusive', 'invalid', 'invalid']);
  });
});

describe('ownership that moves to readers', () => {
  it('goes along with each copy, and the former owner keeps one', () => {
    const kernels = copied({ readOwnership: 'move' });
    expect(kernels.rights()).toEqual(['secondary', 'secondary', 'primary', 'invalid']);
    expect(kernels.at(2).copies).toEqual([0, 1]);
  });

  it('saves the request of the store that follows the load', () => {
    const kernels = new Kernels(4, 3, { readOwnership: 'move' });
    kernels.access(0, WRITE);
    kernels.access(1, COPY);
    expect(kernels.access(1, { write: true, want: 'upgrade' })).toEqual(['1 0 invalidate', '0 1 ack']);
    expect(kernels.rights()).toEqual(['invalid', 'exclusive', 'invalid', 'invalid']);
  });

  it('hands the list of copies to the next reader, who ends them all before it stores', () => {
    const kernels = copied({ readOwnership: 'move' });
    kernels.access(3, COPY);
    expect(kernels.access(3, { write: true, want: 'upgrade' }).filter((message) => message.endsWith('invalidate')))
      .toEqual(['3 0 invalidate', '3 1 invalidate', '3 2 invalidate']);
    expect([0, 1, 2, 3].filter((node) => isOwner(kernels.at(node)))).toEqual([3]);
  });
});

describe('where versions count', () => {
  const grant = (kernels: Kernels): unknown => kernels.settleWhole().find(({ message }) => message.kind === 'grant')!.message;

  it('a request tells which version its node keeps, and the page comes with that', () => {
    const kernels = copied({ transfer: 'version' });
    const effects = kernels.stall(1, { ...WRITE, holds: 3 });
    expect(effects.find((effect) => effect.do === 'pledge')).toMatchObject({ version: 3 });
    expect([kernels.at(1).pledge, grant(kernels), kernels.at(1).pledge]).toEqual([2, expect.objectContaining({ holds: 3 }), null]);
  });

  it('one request at a time keeps a version: the next tells of none', () => {
    const kernels = copied({ transfer: 'version' });
    kernels.stall(1, { ...WRITE, holds: 3 });
    kernels.stall(1, { ...WRITE, holds: 3 }, [-1, 9]);
    const requests = kernels.settleWhole().flatMap(({ message }) => (message.kind === 'request' && message.hops === 1 ? [message] : []));
    expect(requests.map(({ holds }) => holds)).toEqual([3, 0]);
  });

  it('a pledge ends when the vCPU is sent instead', () => {
    const kernels = copied({ transfer: 'version' });
    kernels.context.ownerDecision = () => ({ action: 'refuse', reason: 'mine' });
    kernels.stall(1, { ...WRITE, holds: 3 });
    kernels.settle();
    expect(kernels.at(1).pledge).toBeNull();
  });

  it('a page that comes for a load may be stored to only after an upgrade, which is seen', () => {
    const kernels = new Kernels(4, 3, { transfer: 'version' });
    kernels.access(0, WRITE);
    kernels.stall(1, { write: false, want: 'bring' });
    kernels.deliver('request');
    kernels.deliver('request');
    expect(kernels.deliver('grant').effects.find((effect) => effect.do === 'grantRights')).toMatchObject({ writable: false });
    kernels.retire(1);
    expect(kernels.stall(1, { write: true, want: 'upgrade' }).find((effect) => effect.do === 'grantRights')).toMatchObject({ writable: true });
  });
});

/** Each vCPU in turn adds to a shared sum and reads what the others have published; the last prints the checksum. */
const TURNS = `
  .text
_start:
  la t0, turn
  li t3, 0
round:
  ld t1, 0(t0)
  pause
  bne t1, a0, round
  la t2, sum
  ld t1, 0(t2)
  shli t1, t1, 1
  add t1, t1, a0
  sd t1, 0(t2)
  ld t1, 8(t0)
  la t2, marks
  sd t1, 0(t2)
  sd zero, 8(t2)
  addi t1, a0, 1
  rem t1, t1, a1
  sd t1, 0(t0)
  addi t3, t3, 1
  li t1, 6
  bne t3, t1, round
  addi t1, a0, 1
  bne t1, a1, out
  la t2, sum
  ld t1, 0(t2)
  puti t1
  li t0, 3
  exit t0
out:
  halt
  .bss
turn: .space 4096
sum: .space 4096
marks: .space 4096
`;

/** Six rounds of four vCPUs. */
const expected = Array.from({ length: 24 }, (_, i) => i % 4).reduce((sum, vcpu) => 2 * sum + vcpu, 0);

const combinations: ProtocolSpec[] = PROTOCOL_CHOICES.invalidation.flatMap((invalidation) =>
  PROTOCOL_CHOICES.readOwnership.flatMap((readOwnership) =>
    PROTOCOL_CHOICES.transfer.map((transfer) => ({ invalidation, readOwnership, transfer }))));

describe.each(combinations)('with $invalidation invalidation, ownership of readers: $readOwnership, transfer $transfer', (protocol) => {
  it.each([['sds-ethernet-25g', 'page'], ['sds-ethernet-25g', 'cost'], ['numa-4s', 'first-touch'], ['numa-4s', 'cost']])(
    'a guest computes the same on %s under %s', (on, policy) => {
      const server = runGuest(TURNS, { on, policy, protocol, vcpus: 4, machine: { nodes: 4, coresPerNode: 1 } });
      expect([server.ending!.message, server.output]).toEqual([null, `${expected}\n`]);
    });
});
