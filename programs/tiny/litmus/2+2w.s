# Two threads write the same two words in opposite order; what is left tells in which order.
#
#   thread 0: x = 1; y = 2      thread 1: y = 1; x = 2      prints 0, 0, then 3 x + y
#
# Forbidden: 004, both first writes are left. Allowed: 005 (x is 1, y 2), 007 (x is 2, y 1), 008 (both are 2).
        .include "../lib/wait.inc"
        .include "../lib/barrier.inc"
        .include "../lib/random.inc"
        .equ    THREADS, 2
        .equ    FINAL, 1
        .include "../lib/litmus.inc"

        .text
thread:
        li      t0, 1
        li      t1, 2
        bnez    a0, .other
        sd      t0, 0(a1)
        sd      t1, 0(a2)
        ret
.other:
        sd      t0, 0(a2)
        sd      t1, 0(a1)
        li      a0, 0
        ret

final:
        ld      a0, 0(a1)
        ld      t0, 0(a2)
        li      t1, 3
        mul     a0, a0, t1
        add     a0, a0, t0
        ret
