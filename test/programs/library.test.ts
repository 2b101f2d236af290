// The includes that the guest programs share, each tried alone.
import { join } from 'node:path';
import fc from 'fast-check';
import { assembleText, folder, nodes, run, type Sizes } from './programs.js';
import { scramble } from './words.js';

const program = (includes: readonly string[], text: string, sizes: Sizes = {}) => assembleText({
  path: join(folder, 'test.s'),
  text: `${includes.map((name) => `.include "lib/${name}.inc"`).join('\n')}\n.text\n_start: mv s0, a0\n mv s1, a1\n${text}`,
}, sizes);

describe('share', () => {
  it('gives every item to one vCPU, and to none two more than to another', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 40 }), (count, vcpus) => {
      // vCPU 0 says what each of them would get.
      const { output } = run({
        vcpus: 1,
        image: program(['share'], `
          li s1, ${vcpus}
          li a2, 0
next:     share t0, t1, ${count}, a2
          puti t0
          puti t1
          inc a2
          bltu a2, s1, next
          halt`),
      });
      const ends = output.trim().split('\n').map(Number);
      const starts = ends.filter((_, i) => i % 2 === 0);
      const stops = ends.filter((_, i) => i % 2 === 1);
      expect([0, ...stops]).toEqual([...starts, count]);
      const sizes = starts.map((start, i) => stops[i]! - start);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }), { numRuns: 40, seed: 1 });
  });
});

describe('scramble', () => {
  it('is a multiplication and one round of xorshift', () => {
    const items = [0, 1, 2, 1000, 0x7fffffff];
    const image = program(['random'], `${items.map((item) => `li t0, ${item}\n scramble t0, t1\n puti t0\n`).join('')} halt`);
    expect(run({ image, vcpus: 1 }).output).toBe(items.map((item) => `${BigInt.asIntN(64, scramble(item))}\n`).join(''));
  });
});

describe('barrier', () => {
  // In each round every vCPU counts itself, waits, and looks: fewer than all have counted only if somebody came too early.
  const ROUNDS = 12;
  const image = program(['wait', 'barrier', 'finish'], `
          li   a0, 0
          li   s2, 1
round:    la   t0, counted
          li   t1, 1
          aadd t1, t1, (t0)
          call barrier
          la   t0, counted
          ld   t0, 0(t0)
          mul  t1, s2, s1
          beq  t0, t1, right
          inc  a0
right:    call barrier
          inc  s2
          li   t0, ${ROUNDS}
          ble  s2, t0, round
          j    finish
          .bss
          .align 4096
counted:  .space 4096`);

  const rows = ['page', 'vcpu', 'first-touch', 'cost'].flatMap((policy) => [[policy, 1, 1], [policy, 1, 5], [policy, 3, 7]] as const);
  it.each(rows)('lets nobody pass before all have come, under %s on %i nodes with %i vCPUs', (policy, count, vcpus) => {
    for (const seed of [1, 2, 3]) {
      expect(run({ image, vcpus, machine: nodes(count), policy, seed, check: true }).output).toBe('0\n');
    }
  });
});

describe('back_off', () => {
  it('waits twice as long each time, up to its bound', () => {
    const image = program(['wait'], `
          li   a2, BACK_OFF_FIRST
          li   a3, 8
again:    time a4
          back_off a2, t0, t1
          time a5
          sub  a5, a5, a4
          puti a5
          dec  a3
          bnez a3, again
          halt`);
    const waitedNs = run({ image, vcpus: 1 }).output.trim().split('\n').map(Number);
    const asked = [500, 1000, 2000, 4000, 8000, 8000, 8000, 8000];
    for (const [i, ns] of asked.entries()) {
      expect(waitedNs[i]).toBeGreaterThanOrEqual(ns);
      expect(waitedNs[i]).toBeLessThan(ns + 3000);
    }
  });
});

describe('tasks', () => {
  // Task n counts itself. Tasks 2n + 1 and 2n + 2 follow it; task 40 needs both 38 and 39.
  const TASKS = 41;
  const image = (queues: number) => program(['wait', 'barrier', 'finish'], `
          bnez s0, ready
          call task_add                 # task 0
ready:    call barrier
          call tasks_run
          bnez s0, rest
          la   t0, counts
          la   t1, counts + 8 * TASKS
next:     ld   t2, 0(t0)
          puti t2
          addi t0, t0, 8
          bltu t0, t1, next
rest:     call barrier
          halt
task:     addi sp, sp, -16
          sd   lr, 0(sp)
          sd   a0, 8(sp)
          shli t0, a0, 3
          la   t1, counts
          add  t0, t0, t1
          li   t1, 1
          aadd t1, t1, (t0)
          li   t0, 38
          bltu a0, t0, tree
          li   t0, 40
          bgeu a0, t0, ended
          li   a0, 40
          li   a1, 2
          call task_arrive
          j    ended
tree:     shli a0, a0, 1
          inc  a0
          li   t0, 40
          bgeu a0, t0, ended
          call task_add
          inc  a0
          li   t0, 40
          bgeu a0, t0, ended
          call task_add
ended:    ld   lr, 0(sp)
          addi sp, sp, 16
          ret
          .equ TASKS, ${TASKS}
          .include "lib/tasks.inc"
          .bss
          .align 4096
counts:   .space 8 * TASKS`, { TASK_QUEUES: queues });

  const rows = ['page', 'vcpu', 'first-touch', 'cost'].flatMap((policy) => (
    [[policy, 1, 1, 64], [policy, 1, 6, 64], [policy, 3, 7, 64], [policy, 3, 7, 2]] as const));
  it.each(rows)('run each task once, under %s on %i nodes with %i vCPUs and %i queues', (policy, count, vcpus, queues) => {
    for (const seed of [1, 2, 3]) {
      expect(run({ image: image(queues), vcpus, machine: nodes(count), policy, seed, check: true }).output).toBe('1\n'.repeat(TASKS));
    }
  });
});
