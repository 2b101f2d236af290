// Bytes that are kept for the next transfer: what they save, and that they give way to pages.
import type { ProtocolSpec } from '../../../src/server/spec.js';
import { DEFAULT_PROTOCOL } from '../../../src/server/spec.js';
import type { Server } from '../../../src/server/server.js';
import { runGuest } from '../guest.js';

const PAGES = 12;
const ROUNDS = 6;
const TIGHT = 24;

/** Two vCPUs take turns to count up a word in each of some pages, which are full of other bytes. */
const BOUNCE = `
  .text
_start:
  bnez a0, go
  la t0, data
  li t1, ${(PAGES * 4096) / 8}
fill:
  addi t2, t1, 0x1234
  sd t2, 0(t0)
  addi t0, t0, 8
  dec t1
  bnez t1, fill
  la t0, turn
  li t1, 1
  sd t1, 8(t0)
go:
  la a2, turn
  li a3, ${ROUNDS}
filled:
  pause
  ld t1, 8(a2)
  beqz t1, filled
round:
  pause
  ld t1, 0(a2)
  bne t1, a0, round
  la t0, data
  li t1, ${PAGES}
count:
  ld t2, 64(t0)
  addi t2, t2, 1
  sd t2, 64(t0)
  addi t0, t0, 4096
  dec t1
  bnez t1, count
  xori t1, a0, 1
  sd t1, 0(a2)
  dec a3
  bnez a3, round
  beqz a0, out
  la t0, data
  li t1, ${(PAGES * 4096) / 8}
  li t3, 0
add:
  ld t2, 0(t0)
  add t3, t3, t2
  addi t0, t0, 8
  dec t1
  bnez t1, add
  puti t3
  exit zero
out:
  halt
  .bss
turn: .space 4096
data: .space ${PAGES}*4096
`;
const words = (PAGES * 4096) / 8;
const SUM = words * 0x1234 + (words * (words + 1)) / 2 + PAGES * ROUNDS * 2;

function bounce(transfer: ProtocolSpec['transfer'], frames: number, on = 'sds-ethernet-25g'): Server {
  const server = runGuest(BOUNCE, {
    on, policy: 'page', protocol: { ...DEFAULT_PROTOCOL, transfer }, machine: { memoryBytesPerNode: frames * 4096, coresPerNode: 1 },
  });
  expect([server.ending!.message, server.output]).toEqual([null, `${SUM}\n`]);
  return server;
}

const bytes = (server: Server): number => server.fabric.bytesFrom(0) + server.fabric.bytesFrom(1);

describe('pages of which little changes', () => {
  it.each(['sds-ethernet-25g', 'numa-4s'])('travel as what differs from the twin, to the same result, on %s', (on) => {
    const whole = bounce('whole', 1000, on);
    const diff = bounce('diff', 1000, on);
    expect(bytes(diff)).toBeLessThan(bytes(whole) / 5);
  });

  it('travel whole where no frame is free for twins, which never take one that a page needs', () => {
    const roomy = bounce('diff', 1000);
    // As few frames as hold the guest with its stacks: few are free when all data are on one node.
    const tight = bounce('diff', TIGHT);
    expect(bytes(tight)).toBeGreaterThan(3 * bytes(roomy));
    expect(tight.arena.slotsInUse).toBeLessThanOrEqual(2 * TIGHT);
  });
});

describe('pages that were only read', () => {
  const read = BOUNCE.replace('  addi t2, t2, 1\n  sd t2, 64(t0)\n', '');

  it('travel without bytes where versions count', () => {
    const run = (transfer: ProtocolSpec['transfer']) => runGuest(read, { policy: 'page', protocol: { ...DEFAULT_PROTOCOL, transfer } });
    const [whole, version] = [run('whole'), run('version')];
    expect(version.output).toBe(whole.output);
    expect(version.output).toBe(`${SUM - PAGES * ROUNDS * 2}\n`);
    expect(bytes(whole) - bytes(version)).toBeGreaterThan(ROUNDS * PAGES * 4096);
  });
});
