# Atomic addition and exchange: each thread adds 1 to x, and puts its number + 1 into y.
#
#   thread i: r = x, x = x + 1; s = y, y = i + 1      prints 4 r' + s of each, where r' is 1 if r was 2, else 0; then x
#
# Forbidden: two threads with the same s, more or fewer than one that was the last to add, an end other than 3. Allowed are
# the orders in which three can come.
        .include "../lib/wait.inc"
        .include "../lib/barrier.inc"
        .include "../lib/random.inc"
        .equ    THREADS, 3
        .equ    FINAL, 1
        .include "../lib/litmus.inc"

        .text
thread:
        li      t0, 1
        aadd    t0, t0, (a1)
        inc     a0
        swap    t1, a0, (a2)
        shri    a0, t0, 1
        shli    a0, a0, 2
        add     a0, a0, t1
        ret

final:
        ld      a0, 0(a1)
        ret
