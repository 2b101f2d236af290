# Coherence of one word: all see its values in the order in which they were written.
#
#   thread 0: x = 1; x = 2      threads 1, 2: r0 = x; r1 = x      prints 0, then 3 r0 + r1 of each, then x at the end
#
# Forbidden: a reader that goes back (3, 6 or 7: it read 1 0, 2 0 or 2 1), and an end other than 2.
        .include "../lib/wait.inc"
        .include "../lib/barrier.inc"
        .include "../lib/random.inc"
        .equ    THREADS, 3
        .equ    FINAL, 1
        .include "../lib/litmus.inc"

        .text
thread:
        bnez    a0, .reader
        li      t0, 1
        sd      t0, 0(a1)
        li      t0, 2
        sd      t0, 0(a1)
        ret
.reader:
        ld      t0, 0(a1)
        ld      t1, 0(a1)
        li      a0, 3
        mul     a0, a0, t0
        add     a0, a0, t1
        ret

final:
        ld      a0, 0(a1)
        ret
