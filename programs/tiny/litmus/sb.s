# Store buffering: each thread writes its own word and then reads the other's, as in Dekker's mutual exclusion.
#
#   thread 0: x = 1; r0 = y      thread 1: y = 1; r1 = x      prints r0, then r1
#
# Forbidden: 00, which machines with store buffers show (x86 among them). Allowed: 01, 10, 11.
        .include "../lib/wait.inc"
        .include "../lib/barrier.inc"
        .include "../lib/random.inc"
        .equ    THREADS, 2
        .equ    FINAL, 0
        .include "../lib/litmus.inc"

        .text
thread:
        li      t0, 1
        bnez    a0, .other
        sd      t0, 0(a1)
        ld      a0, 0(a2)
        ret
.other:
        sd      t0, 0(a2)
        ld      a0, 0(a1)
        ret
