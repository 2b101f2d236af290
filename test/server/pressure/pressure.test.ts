// Nodes that run short of memory: the guest is right, nobody waits for ever, and no node holds more than it has.
import { randomStream } from '../../../src/base/random.js';
import { machinePreset } from '../../../src/server/fabric/presets.js';
import { watermarks } from '../../../src/server/hyperkernel/watermarks.js';
import { STACK_PARTS } from '../../../src/server/observe.js';
import type { Server } from '../../../src/server/server.js';
import { serverFor } from '../guest.js';
import { declaredPages, erratic, machineOf, placer, pressed, touchesAll } from './guests.js';

const POLICIES = ['first-touch', 'interleave', 'page', 'vcpu', 'cost', 'negotiate'];

function ends(server: Server): readonly unknown[] { return [server.ending!.message, server.output]; }

describe('a guest of nine tenths of all frames', () => {
  const vcpus = 4;
  const frames = 36;
  const pages = Math.floor(0.9 * 4 * frames) - declaredPages(0, vcpus);
  const nodes = Array.from({ length: 4 }, () => [1, frames] as const);

  it.each(POLICIES)('runs right on four small nodes under %s', (policy) => {
    for (const on of ['sds-ethernet-25g', 'numa-4s']) {
      for (const seed of [1, 2]) {
        const server = pressed(touchesAll(pages, 2), { policy, vcpus, seed, machine: machineOf(nodes, on) });
        expect(ends(server)).toEqual([null, `${pages * vcpus * 2}\n`]);
        for (const vcpu of server.vcpus) {
          expect(STACK_PARTS.reduce((sum, part) => sum + vcpu.parts[part], 0)).toBe(vcpu.accountedPs);
        }
      }
    }
  });

  it('with four times as many vCPUs as cores, larger than any three nodes', () => {
    const many = 16;
    const wide = 100;
    const room = Math.floor(0.9 * 4 * wide) - declaredPages(0, many);
    for (const policy of ['page', 'cost', 'first-touch']) {
      const server = pressed(touchesAll(room, 1), { policy, vcpus: many, machine: machineOf(nodes.map(() => [1, wide])) });
      expect(ends(server)).toEqual([null, `${room * many}\n`]);
    }
  });

  it('runs in the same way every time, and from a snapshot on', () => {
    const run = { policy: 'cost', vcpus, machine: machineOf(nodes) };
    const whole = pressed(touchesAll(pages, 1), run);
    expect(whole.kernels.reduce((sum, { statistics }) => sum + statistics.pagesEvicted, 0)).toBeGreaterThan(10);
    const server = serverFor(touchesAll(pages, 1), run);
    server.runUntil(({ kernels }) => kernels.some(({ room }) => room.waiting.length > 0));
    const fork = server.fork();
    for (const half of [server, fork]) {
      half.run();
      expect([half.output, half.nowPs, half.position]).toEqual([whole.output, whole.nowPs, whole.position]);
    }
  });
});

describe('a guest that fits to the last page', () => {
  /** Servers and guests that leave no frame to spare, by a seed. */
  const cases = Array.from({ length: 16 }, (_, seed) => {
    const random = randomStream(seed, 'pressure');
    const below = (n: number): number => Math.floor(random.next() * n);
    const nodes = Array.from({ length: 1 + below(4) }, () => {
      const cores = 1 + below(3);
      return [cores, 16 + below(24), below(4) === 0 ? cores : 0] as [number, number, number];
    });
    nodes[0]![2] = 0;
    const vcpus = 1 + below(2);
    const room = nodes.reduce((sum, [, frames]) => sum + frames - watermarks(frames).min, 0) - declaredPages(0, vcpus);
    return { nodes: [...nodes, ...(room < 1 ? [[1, 64, 0] as const] : [])], vcpus, pages: room < 1 ? room + 63 : room, seed };
  }).filter(({ pages }) => pages > 0);

  it.each(cases)('runs right on nodes of $nodes with $pages pages and whatever a policy says', ({ nodes, vcpus, pages, seed }) => {
    const options = seed % 2 === 0 ? { policyModule: erratic(vcpus) } : {};
    const policy = POLICIES[seed % POLICIES.length]!;
    const on = ['sds-ethernet-25g', 'numa-4s'][seed % 2]!;
    const server = pressed(touchesAll(pages, 1), { policy, vcpus, seed, machine: machineOf(nodes, on), options });
    expect(ends(server)).toEqual([null, `${pages * vcpus}\n`]);
  });
});

describe('a guest that does not fit', () => {
  const machine = machineOf([[1, 32], [1, 40]]);
  const most = 32 - 1 + 40 - 1;

  it('is refused at its start, with the bytes that are missing and what would do', () => {
    const pages = most - declaredPages(0, 1) + 3;
    expect(() => serverFor(touchesAll(pages, 1), { vcpus: 1, machine })).toThrow(
      /the guest needs 292KB, its stacks included, and the nodes hold 280KB: 12288 bytes are missing\s+give the nodes more memory/,
    );
    expect(serverFor(touchesAll(pages - 3, 1), { vcpus: 1, machine }).ending).toBeNull();
    const equal = machineOf([[1, 32], [1, 32]]);
    expect(() => serverFor(touchesAll(pages, 1), { vcpus: 1, machine: equal })).toThrow('--memory 152K would do');
    expect(serverFor(touchesAll(pages, 1), { vcpus: 1, machine: machineOf([[1, 38], [1, 38]]) }).ending).toBeNull();
  });

  it('but touches more than it declared, ends with a message', () => {
    const filler = `
_start:
  li t0, 0x100000
fill:
  sd t0, 0(t0)
  addi t0, t0, 4096
  j fill`;
    for (const policy of POLICIES) {
      for (const vcpus of [1, 2]) {
        const { ending } = pressed(filler, { vcpus, policy, machine });
        expect([policy, ending]).toEqual([policy, {
          end: 'failed', exitCode: 126, message: expect.stringMatching(/^out of memory: node \d needs a frame for page 0x[0-9a-f]+, and (6[4-9]|7[0-2]) of all 72 frames/),
        }]);
      }
    }
  });
});

describe('a full node', () => {
  it('gets the pages that a policy wants there, and others leave', () => {
    const pages = 60;
    const server = pressed(touchesAll(pages, 2), {
      vcpus: 2, machine: machineOf([[1, 120], [1, 16]]), options: { policyModule: placer(() => 1) },
    });
    expect(ends(server)).toEqual([null, `${pages * 2 * 2}\n`]);
    expect(server.kernels[1]!.statistics.numaHit).toBeGreaterThan(pages);
    expect(server.kernels[1]!.statistics.pagesEvicted).toBeGreaterThan(40);
  });

  it('is filled by the loader up to the frames that it keeps', () => {
    const { kernels } = serverFor(`  halt\n  .data\n${'  .dword 1\n  .space 4088\n'.repeat(40)}`, { vcpus: 1, machine: machineOf([[1, 16], [1, 80]]) });
    expect(kernels.map(({ frames }) => frames.used)).toEqual([15, 26]);
  });

  it('keeps what its vCPUs use: a page used in every round stays, those used once go', () => {
    const hot = `
  .text
_start:
  la t2, hot
  la t0, cold
  li t1, 60
loop:
  li a3, 8
lines:
  ld t3, 0(t2)
  addi t2, t2, 64
  dec a3
  bnez a3, lines
  addi t2, t2, -512
  sd t1, 0(t0)
  addi t0, t0, 4096
  dec t1
  bnez t1, loop
  halt
  .bss
hot: .space 4096
cold: .space 60*4096
`;
    const gone = new Map<number, number>();
    const server = pressed(hot, {
      vcpus: 1, policy: 'page', machine: { ...machineOf([[1, 16], [1, 200, 1]]), core: { ...machinePreset('sds-ethernet-25g').core, l1Sets: 4 } },
      options: { observer: { pageMoved: (page, kind, from) => { if (kind === 'bring' && from === 0) gone.set(page, (gone.get(page) ?? 0) + 1); } } },
    });
    const page = (name: string): number => Math.floor(server.image.symbols.get(name)! / 4096);
    expect(gone.get(page('hot')) ?? 0).toBe(0);
    expect([...gone.keys()].filter((left) => left >= page('cold')).length).toBeGreaterThan(40);
  });

  it('drops copies before it sends pages away', () => {
    // vCPU 0 fills pages on node 0; vCPU 1 reads them all on the small node 1, twice.
    const reader = `
  .text
_start:
  la t0, data
  li t1, 40
  la t2, ready
  bnez a0, wait
fill:
  sd t1, 0(t0)
  addi t0, t0, 4096
  dec t1
  bnez t1, fill
  li t1, 1
  sd t1, 0(t2)
  halt
wait:
  pause
  ld t3, 0(t2)
  beqz t3, wait
read:
  ld t3, 0(t0)
  add s0, s0, t3
  addi t0, t0, 4096
  dec t1
  bnez t1, read
  puti s0
  exit zero
  .bss
data: .space 40*4096
ready: .space 8
`;
    const server = pressed(reader, { vcpus: 2, machine: machineOf([[1, 100], [1, 16]]), options: { policyModule: placer(() => 0, 'copy') } });
    expect(server.output).toBe('820\n');
    const { copiesDropped, pagesEvicted } = server.kernels[1]!.statistics;
    expect([copiesDropped > 20, pagesEvicted]).toEqual([true, 0]);
  });

  it('gives the frames of zeros away, and zeros are there when they are read', () => {
    const zeros = touchesAll(70, 2).replace('  li t3, 1\n  aadd t3, t3, (t0)', '  sd zero, 0(t0)');
    const server = pressed(zeros, { vcpus: 1, policy: 'page', machine: machineOf([[1, 16], [1, 100, 1]]) });
    expect(ends(server)).toEqual([null, '0\n']);
    expect(server.kernels[0]!.statistics.zeroPages).toBeGreaterThan(100);
    expect(server.kernels[1]!.frames.used).toBeLessThan(30);
  });
});

describe('versions of pages under scarce memory', () => {
  // A stall that waits for a frame outlives the bytes that its node kept of the page.
  it.each(['version', 'diff'] as const)('are told anew by a stall that has waited for a frame (%s)', (transfer) => {
    for (const invalidation of ['parallel', 'serial'] as const) {
      for (const readOwnership of ['stay', 'move'] as const) {
        const server = pressed(touchesAll(52, 2), {
          vcpus: 3, seed: 998, policy: 'negotiate', on: 'sds-efa', machine: machineOf([[3, 54], [1, 17], [1, 34]], 'sds-efa'),
          protocol: { transfer, invalidation, readOwnership },
        });
        expect(ends(server)).toEqual([null, `${52 * 3 * 2}\n`]);
      }
    }
  });
});

describe('watermarks', () => {
  it('rise with the node, and one node that has all keeps no more than the nodes together', () => {
    expect([16, 64, 65, 16_384, 2 ** 28].map((frames) => watermarks(frames).min)).toEqual([1, 1, 2, 256, 1024]);
    for (const frames of [16, 17, 63, 64, 100, 1000]) {
      const { min, low, high } = watermarks(frames);
      expect(0 < min && min < low && low < high && high < frames / 2).toBe(true);
      for (const other of [16, 99, 640]) expect(watermarks(frames + other).min).toBeLessThanOrEqual(min + watermarks(other).min);
    }
  });
});
