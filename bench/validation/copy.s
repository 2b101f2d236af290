# vCPU 0 copies an array to another, PASSES times, and prints MB/s as STREAM counts them (McCalpin, 1995): bytes read and
# bytes written. vCPU FILLER touches both first, so that they lie in the memory of its node.
        .include "../../programs/tiny/lib/wait.inc"
        .include "../../programs/tiny/lib/barrier.inc"

        .default N, 1 << 19             # elements of 8 bytes: each array is more than caches hold
        .default PASSES, 2              # that are timed; there is one before
        .default FILLER, 0

        .bss
        .align  65536
from:   .space  8 * N + 16384         # the first-level cache is direct-mapped: a line of each must not want the same place
to:     .space  8 * N

        .text
_start:
        mv      s0, a0
        mv      s1, a1
        li      t0, FILLER
        bne     s0, t0, .filled
        la      a0, from
        la      a1, to
        li      t0, 8 * N
        add     a2, a0, t0
.fill:  sd      zero, 0(a0)
        sd      zero, 0(a1)
        addi    a0, a0, 4096
        addi    a1, a1, 4096
        bltu    a0, a2, .fill
.filled:
        call    barrier
        bnez    s0, .halt

        li      a5, 1
        call    copy
        time    s2
        li      a5, PASSES
        call    copy
        time    t0
        sub     t0, t0, s2              # ns
        li      t1, 16 * N * PASSES * 1000
        divu    t1, t1, t0
        puti    t1
        exit    zero
.halt:  halt

copy:   la      a0, from
        la      a1, to
        li      t0, 8 * N
        add     a2, a0, t0
.i:     ld      t0, 0(a0)
        sd      t0, 0(a1)
        addi    a0, a0, 8
        addi    a1, a1, 8
        bltu    a0, a2, .i
        dec     a5
        bnez    a5, copy
        ret
