# vCPU 0 follows a cycle through LINES lines, each once before it comes to the first again, and prints picoseconds a line.
# vCPU FILLER touches them first, so that they lie in the memory of its node.
        .include "../../programs/tiny/lib/wait.inc"
        .include "../../programs/tiny/lib/barrier.inc"

        .default LINES, 1 << 18         # a power of two; more than twice what caches hold
        .default FILLER, 0

        .bss
        .align  65536
lines:  .space  64 * LINES

        .text
_start:
        mv      s0, a0
        mv      s1, a1
        la      a0, lines
        li      t0, FILLER
        bne     s0, t0, .filled

# The line after line i is line 1664525 * i + 1013904223 modulo LINES (Knuth, TAOCP 2, 3.2.1.2: that comes by all of them).
        li      a1, 0
.fill:  li      t0, 1664525
        mul     t0, t0, a1
        addi    t0, t0, 24223
        li      t1, LINES - 1
        and     t0, t0, t1
        shli    t0, t0, 6
        add     t0, t0, a0
        shli    t1, a1, 6
        add     t1, t1, a0
        sd      t0, 0(t1)
        inc     a1
        li      t0, LINES
        bltu    a1, t0, .fill
.filled:
        call    barrier
        bnez    s0, .halt

        call    walk                    # what the filler's caches still hold comes back to memory
        time    s2
        call    walk
        time    t0
        sub     t0, t0, s2
        li      t1, 1000
        mul     t0, t0, t1
        li      t1, LINES
        divu    t0, t0, t1
        puti    t0
        exit    zero
.halt:  halt

walk:   li      t0, LINES / 16
.step:  .rept   16
        ld      a0, 0(a0)
        .endr
        dec     t0
        bnez    t0, .step
        ret
