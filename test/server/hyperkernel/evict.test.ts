// Copies that are dropped, pages that go to a node with room, and pages of zeros without a frame.
import { coherenceFaults } from '../../../src/server/hyperkernel/check.js';
import type { Server } from '../../../src/server/server.js';
import { serverFor } from '../guest.js';
import { Kernels } from './kernels.js';

const WRITE = { write: true, want: 'bring' } as const;
const COPY = { write: false, want: 'copy' } as const;
const does = (effects: readonly { readonly do: string }[]): string[] => effects.map((effect) => effect.do);

/** Node 0 owns the page, node 1 has a copy of it, node 2 is its home. */
function copied(): Kernels {
  const kernels = new Kernels(3, 2);
  kernels.access(0, WRITE);
  kernels.access(1, COPY);
  return kernels;
}

describe('a copy', () => {
  it('is dropped without a word to the owner, and its invalidation is acknowledged all the same', () => {
    const kernels = copied();
    expect(does(kernels.input(1, { kind: 'drop', page: kernels.page }))).toEqual(['shootDown', 'freeFrame', 'note']);
    expect([kernels.rights(), kernels.at(0).copies]).toEqual([['primary', 'invalid', 'invalid'], [1]]);
    expect(kernels.access(2, WRITE)).toEqual(['2 0 request', '0 1 invalidate', '0 2 grant', '1 2 ack']);
    expect(kernels.rights()).toEqual(['invalid', 'invalid', 'exclusive']);
  });

  it('can be had again while the invalidation of the dropped one is under way', () => {
    const kernels = copied();
    kernels.input(1, { kind: 'drop', page: kernels.page });
    kernels.stall(2, WRITE);
    kernels.deliver('request');
    kernels.stall(1, COPY);
    kernels.settle();
    kernels.retire(2);
    kernels.settle();
    expect(kernels.rights()).toEqual(['invalid', 'secondary', 'primary']);
  });

  it('stays as long as an instruction is about to use it', () => {
    const kernels = new Kernels(3, 2);
    kernels.access(0, WRITE);
    kernels.stall(1, COPY);
    kernels.settle();
    expect(kernels.input(1, { kind: 'drop', page: kernels.page })).toEqual([]);
    kernels.retire(1);
    expect(kernels.input(1, { kind: 'drop', page: kernels.page })).not.toEqual([]);
  });

  it('that is becoming the page stays', () => {
    const kernels = copied();
    kernels.access(2, COPY);
    kernels.stall(1, WRITE);
    kernels.deliver('request');
    kernels.deliver('grant');
    expect([kernels.at(1).right, kernels.at(1).incoming]).toEqual(['secondary', expect.objectContaining({ need: 1 })]);
    expect(kernels.input(1, { kind: 'drop', page: kernels.page })).toEqual([]);
  });
});

describe('an owned page', () => {
  const evict = (kernels: Kernels, to: number) => kernels.input(0, { kind: 'evict', page: kernels.page, to, reason: 'room' });

  it('goes to a node that agrees to take it, with a frame reserved there until it comes', () => {
    const kernels = copied();
    evict(kernels, 2);
    expect(does(kernels.deliver('offer').effects)).toEqual(['reserveFrame', 'send']);
    kernels.deliver('accept');
    expect(does(kernels.deliver('grant').effects).slice(0, 2)).toEqual(['releaseFrame', 'install']);
    kernels.settle();
    expect(kernels.rights()).toEqual(['invalid', 'invalid', 'exclusive']);
  });

  it('stays where the other has no room', () => {
    const kernels = copied();
    kernels.context.hasRoom = () => false;
    evict(kernels, 2);
    expect(kernels.settle()).toEqual(['0 2 offer', '2 0 decline']);
    expect(kernels.rights()).toEqual(['primary', 'secondary', 'invalid']);
    expect(kernels.at(0).offered).toBeNull();
  });

  it('is offered to one node at a time', () => {
    const kernels = copied();
    evict(kernels, 2);
    expect(evict(kernels, 1)).toEqual([]);
  });

  it('that has gone on request meanwhile is withdrawn, and the reserved frame is free again', () => {
    const kernels = copied();
    evict(kernels, 2);
    kernels.stall(1, WRITE);
    kernels.deliver('request');
    expect(kernels.deliver('offer').sent.to).toBe(2);
    kernels.deliver('accept');
    expect(does(kernels.deliver('withdraw').effects)).toEqual(['releaseFrame']);
    kernels.settle();
    expect(kernels.rights()).toEqual(['invalid', 'exclusive', 'invalid']);
  });

  it('is not offered while an instruction is about to use it, or another node waits for it', () => {
    const kernels = new Kernels(3, 2);
    kernels.stall(0, WRITE);
    kernels.settle();
    expect(evict(kernels, 1)).toEqual([]);
  });

  it('is not wanted by a node that owns it by now', () => {
    const kernels = copied();
    evict(kernels, 2);
    kernels.stall(2, WRITE);
    kernels.deliver('request');
    kernels.deliver('invalidate');
    kernels.deliver('grant');
    expect(does(kernels.deliver('offer').effects)).toEqual(['send']);
    expect(kernels.settle()).toContain('2 0 decline');
  });
});

describe('an access that the owner performs just before the page leaves', () => {
  it('is answered with the ownership that it was performed under', () => {
    const kernels = new Kernels(3, 2);
    kernels.stall(0, WRITE);
    kernels.settle();
    kernels.input(0, { kind: 'attempted', page: kernels.page, vcpu: 0, retired: false });
    for (const [node, want] of [[1, 'service'], [2, 'bring']] as const) {
      kernels.stall(node, { write: true, want });
      kernels.settle();
    }
    const effects = kernels.retire(0);
    expect(effects.find((effect) => effect.do === 'serve')).toMatchObject({ epoch: 1 });
    expect(effects.find((effect) => effect.do === 'send')).toMatchObject({ message: { kind: 'grant', epoch: 2 } });
  });
});

/** vCPU 0 zeroes an array and waits; vCPU 1 adds up the array, stores into it, and adds it up again. */
const ZEROS = `
  .text
_start:
  la t0, zeros
  bnez a0, second
  li t1, 8
touch:
  sd zero, 0(t0)
  addi t0, t0, 4096
  dec t1
  bnez t1, touch
  li t1, 1
  la t0, ready
  sd t1, 0(t0)
  la t0, sum
work:
  pause
  ld t1, 0(t0)
  beqz t1, work
  puti t1
  exit zero
second:
  la t1, ready
wait:
  pause
  ld t2, 0(t1)
  beqz t2, wait
  li t1, 8
add:
  ld t2, 16(t0)
  add t3, t3, t2
  sd t1, 16(t0)
  ld t2, 16(t0)
  add t3, t3, t2
  sd zero, 16(t0)
  addi t0, t0, 4096
  dec t1
  bnez t1, add
  la t0, sum
  sd t3, 0(t0)
  halt
  .bss
zeros: .space 8*4096
ready: .space 4096
sum: .space 4096
`;

describe('a page of zeros', () => {
  it.each([['sds-ethernet-25g', 'page'], ['sds-ethernet-25g', 'first-touch'], ['numa-4s', 'page'], ['numa-4s', 'first-touch']])(
    'can give its frame up at any time on %s under %s, and the guest is right', (on, policy) => {
      let given = 0;
      const server = serverFor(ZEROS, {
        on, policy, options: {
          afterEvent: (running: Server, pages: ReadonlySet<number>) => {
            expect(coherenceFaults(running.kernels, pages)).toEqual([]);
            for (const kernel of running.kernels) {
              for (const page of [...kernel.frames.pages()]) {
                if (kernel.giveUpZeroPage(page, running.nowPs)) given++;
              }
            }
          },
        },
      });
      expect([server.run().message, server.output]).toEqual([null, '36\n']);
      expect(given).toBeGreaterThan(8);
    });

  it('travels without its bytes', () => {
    const bytes = (giveUp: boolean): number => {
      const server = serverFor(ZEROS, {
        policy: 'page', options: {
          afterEvent: (running: Server) => {
            const kernel = running.kernels[0]!;
            if (giveUp) for (const page of [...kernel.frames.pages()]) kernel.giveUpZeroPage(page, running.nowPs);
          },
        },
      });
      server.run();
      return server.fabric.bytesFrom(0);
    };
    expect(bytes(false) - bytes(true)).toBeGreaterThan(4096);
  });
});
