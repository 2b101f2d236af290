# vCPUs 0 to READERS - 1 read a buffer of their own, one load a line, and vCPU 0 prints how many MB/s all of them read together.
# Buffer v lies in the memory of the node of vCPU v + SHIFT, modulo the number of vCPUs.
        .include "../../programs/tiny/lib/wait.inc"
        .include "../../programs/tiny/lib/barrier.inc"

        .default READERS, 1
        .default SHIFT, 0
        .default BYTES, 1 << 19         # of a buffer; all of them are far more than caches hold
        .default PASSES, 8              # that are timed; there is one before and one after
        .equ    SPACING, 5 << 19         # no power of two: buffers must not all lie in the same sets of a cache

        .bss
        .align  4096
total:  .space  4096
        .align  65536
buffers: .space SPACING * 80

        .text
_start:
        mv      s0, a0
        mv      s1, a1

# Touch the pages of buffer s0 - SHIFT.
        li      t0, SHIFT
        sub     a0, s0, t0
        add     a0, a0, s1
        remu    a0, a0, s1
        li      t0, SPACING
        mul     a0, a0, t0
        la      t1, buffers
        add     a0, a0, t1
        li      t0, BYTES
        add     a1, a0, t0
.touch: sd      s0, 0(a0)
        addi    a0, a0, 4096
        bltu    a0, a1, .touch
        call    barrier
        li      t0, READERS
        bgeu    s0, t0, .done

        li      a5, 1
        call    read
        time    s2
        li      a5, PASSES
        call    read
        time    a4
        li      a5, 1
        call    read
        sub     a4, a4, s2              # ns
        li      t0, BYTES * PASSES * 1000
        divu    t0, t0, a4              # MB/s
        la      t1, total
        aadd    t0, t0, (t1)
.done:  call    barrier
        bnez    s0, .halt
        la      t1, total
        ld      t0, 0(t1)
        puti    t0
        exit    zero
.halt:  halt

# a5 passes over buffer s0; changes a0, a1, a5 and t0.
read:
        li      t0, SPACING
        mul     a0, s0, t0
        la      t0, buffers
        add     a0, a0, t0
        li      t0, BYTES
        add     a1, a0, t0
.block:
        ld      t0, 0(a0)
        ld      t0, 64(a0)
        ld      t0, 128(a0)
        ld      t0, 192(a0)
        ld      t0, 256(a0)
        ld      t0, 320(a0)
        ld      t0, 384(a0)
        ld      t0, 448(a0)
        addi    a0, a0, 512
        bltu    a0, a1, .block
        dec     a5
        bnez    a5, read
        ret
