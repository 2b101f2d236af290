# Load buffering: each thread reads one word and then writes the other.
#
#   thread 0: r0 = x; y = 1      thread 1: r1 = y; x = 1      prints r0, then r1
#
# Forbidden: 11, each sees what the other did after its own read. Allowed: 00, 01, 10.
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
        ld      a0, 0(a1)
        sd      t0, 0(a2)
        ret
.other:
        ld      a0, 0(a2)
        sd      t0, 0(a1)
        ret
