# vCPU 0 follows a chain of lines while the others read, one load a line, DELAY turns of a loop after every eight lines. Prints
# picoseconds a line of the chain, and how many MB/s the others read together. Everything lies in the memory of its reader.
        .include "../../programs/tiny/lib/wait.inc"
        .include "../../programs/tiny/lib/barrier.inc"

        .default DELAY, 0
        .default LINES, 8192            # of the chain, a power of two; half of it is timed
        .default BYTES, 1 << 19         # of a buffer; all of a node are far more than its caches hold
        .equ    SPACING, 5 << 19         # no power of two: buffers must not all lie in the same sets of a cache

        .bss
        .align  4096
stop:   .space  4096
total:  .space  4096
        .align  65536
lines:  .space  64 * LINES
        .align  65536
buffers: .space SPACING * 80

        .text
_start:
        mv      s0, a0
        mv      s1, a1
        bnez    s0, .filled

# The chain, as in chase.s.
        la      a2, lines
        li      a3, 0
.fill:  li      t0, 1664525
        mul     t0, t0, a3
        addi    t0, t0, 24223
        li      t1, LINES - 1
        and     t0, t0, t1
        shli    t0, t0, 6
        add     t0, t0, a2
        shli    t1, a3, 6
        add     t1, t1, a2
        sd      t0, 0(t1)
        inc     a3
        li      t0, LINES
        bltu    a3, t0, .fill

# My buffer, all of it: nothing of the chain stays in caches.
.filled:
        call    barrier
        li      t0, SPACING
        mul     s2, s0, t0
        la      t0, buffers
        add     s2, s2, t0
        mv      a0, s2
        li      t0, BYTES
        add     a1, s2, t0
.touch: sd      s0, 0(a0)
        addi    a0, a0, 64
        bltu    a0, a1, .touch
        call    barrier
        beqz    s0, .chase

        time    a4
        li      a3, 0                   # blocks read
        la      a2, stop
        mv      a0, s2
.block: ld      t0, 0(a0)
        ld      t0, 64(a0)
        ld      t0, 128(a0)
        ld      t0, 192(a0)
        ld      t0, 256(a0)
        ld      t0, 320(a0)
        ld      t0, 384(a0)
        ld      t0, 448(a0)
        .if     DELAY
        li      t1, DELAY
.delay: dec     t1
        bnez    t1, .delay
        .endif
        inc     a3
        ld      t1, 0(a2)
        bnez    t1, .stopped
        addi    a0, a0, 512
        bltu    a0, a1, .block
        mv      a0, s2
        j       .block
.stopped:
        time    t0
        sub     t0, t0, a4
        li      t1, 512000
        mul     a3, a3, t1
        divu    a3, a3, t0              # MB/s
        la      t0, total
        aadd    a3, a3, (t0)
        call    barrier
        halt

.chase: la      a0, lines
        li      a1, LINES / 32
        call    walk
        time    a4
        li      a1, LINES / 16
        call    walk
        time    a5
        la      t0, stop
        li      t1, 1
        sd      t1, 0(t0)
        call    barrier
        sub     a5, a5, a4
        li      t0, 1000
        mul     a5, a5, t0
        li      t0, LINES / 2
        divu    a5, a5, t0
        puti    a5
        li      t0, ' '
        putc    t0
        la      t0, total
        ld      t0, 0(t0)
        puti    t0
        exit    zero

# Eight lines, a1 times.
walk:   .rept   8
        ld      a0, 0(a0)
        .endr
        dec     a1
        bnez    a1, walk
        ret
