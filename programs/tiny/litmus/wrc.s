# Write to read causality: one thread writes, one reads that and writes a flag, one reads the flag and then the word.
#
#   thread 0: x = 1      thread 1: r0 = x; y = 1      thread 2: r1 = y; r2 = x      prints 0, r0, 2 r1 + r2
#
# Forbidden: 012, the last has the flag of one who saw the write, and not the write. All else is allowed.
        .include "../lib/wait.inc"
        .include "../lib/barrier.inc"
        .include "../lib/random.inc"
        .equ    THREADS, 3
        .equ    FINAL, 0
        .include "../lib/litmus.inc"

        .text
thread:
        li      t0, 1
        beqz    a0, .write
        bne     a0, t0, .last
        ld      a0, 0(a1)
        sd      t0, 0(a2)
        ret
.write:
        sd      t0, 0(a1)
        ret
.last:
        ld      a0, 0(a2)
        ld      t0, 0(a1)
        shli    a0, a0, 1
        add     a0, a0, t0
        ret
