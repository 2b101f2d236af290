# Compare and swap: each thread tries once to be the first (x from 0 to 1), then adds 1 to y in a loop of compare and swap.
#
#   thread i: prints 1 if it was the first, else 0; at the end y
#
# Forbidden: none or two that were the first, and an end other than 3. Allowed: 1003, 0103, 0013.
# (tiny has no load-reserved and store-conditional; its atomics are swap, aadd and cas.)
        .include "../lib/wait.inc"
        .include "../lib/barrier.inc"
        .include "../lib/random.inc"
        .equ    THREADS, 3
        .equ    FINAL, 1
        .include "../lib/litmus.inc"

        .text
thread:
        li      t0, 0
        li      t1, 1
        cas     t0, t1, (a1)
        xori    a0, t0, 1               # what was there: 0 for the first
.again:
        ld      t0, 0(a2)
        addi    t1, t0, 1
        mv      t2, t0
        cas     t2, t1, (a2)
        bne     t2, t0, .again
        ret

final:
        ld      a0, 0(a2)
        ret
