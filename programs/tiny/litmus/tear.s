# An access across two pages, or two lines, in one piece: one thread writes 8 bytes of ones, half of them before y and half
# behind; the others read them.
#
#   thread 0: z = -1      threads 1, 2: r = z      prints 0, then 0 of each that read 0, 1 if -1, 2 if some of both; then z
#
# Forbidden: any 2. Real machines allow it, most of them; the one that is simulated here does not.
        .include "../lib/wait.inc"
        .include "../lib/barrier.inc"
        .include "../lib/random.inc"
        .equ    THREADS, 3
        .equ    FINAL, 1
        .include "../lib/litmus.inc"

        .text
thread:
        bnez    a0, .look
        li      t0, -1
        sd      t0, -4(a2)
        ret
.look:
        ld      t0, -4(a2)
        mv      a0, t0
        beqz    t0, .seen
        li      a0, 1
        inc     t0
        beqz    t0, .seen
        li      a0, 2
.seen:
        ret

final:
        ld      t0, -4(a2)
        sd      zero, -4(a2)
        neg     a0, t0
        ret
