# Independent reads of independent writes: two threads write a word each, two read both in opposite order.
#
#   thread 0: x = 1      thread 2: r0 = x; r1 = y      prints 0, 0, 2 r0 + r1, 2 r2 + r3
#   thread 1: y = 1      thread 3: r2 = y; r3 = x
#
# Forbidden: 0022, the readers disagree about which was first. All else is allowed.
        .include "../lib/wait.inc"
        .include "../lib/barrier.inc"
        .include "../lib/random.inc"
        .equ    THREADS, 4
        .equ    FINAL, 0
        .include "../lib/litmus.inc"

        .text
thread:
        li      t0, 1
        beqz    a0, .write
        addi    t1, a0, -2
        beqz    t1, .read
        mv      t2, a1                  # threads 1 and 3 see x and y the other way round
        mv      a1, a2
        mv      a2, t2
        bgt     t1, zero, .read
.write:
        sd      t0, 0(a1)
        li      a0, 0
        ret
.read:
        ld      a0, 0(a1)
        ld      t0, 0(a2)
        shli    a0, a0, 1
        add     a0, a0, t0
        ret
