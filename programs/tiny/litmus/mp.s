# Message passing: one thread writes the data x and then the flag y; the other reads the flag, then the data.
#
#   thread 0: x = 1; y = 1      thread 1: r0 = y; r1 = x      prints 0, then 2 r0 + r1
#
# Forbidden: 02, the flag without the data. Allowed: 00 (too early), 01 (between the two), 03 (all done).
        .include "../lib/wait.inc"
        .include "../lib/barrier.inc"
        .include "../lib/random.inc"
        .equ    THREADS, 2
        .equ    FINAL, 0
        .include "../lib/litmus.inc"

        .text
thread:
        li      t0, 1
        bnez    a0, .reader
        sd      t0, 0(a1)
        sd      t0, 0(a2)
        li      a0, 0
        ret
.reader:
        ld      a0, 0(a2)
        ld      t0, 0(a1)
        shli    a0, a0, 1
        add     a0, a0, t0
        ret
