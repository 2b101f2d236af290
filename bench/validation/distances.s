# Like the heart of streamcluster (PARSEC; Bienia et al., PACT 2008): vCPU 0 reads all points in, then all vCPUs compute the
# distances of their share of the points from one of them, round after round. Prints a checksum; the region is all rounds but the
# first, in which every node comes to map the pages that it reads.
        .include "../../programs/tiny/lib/wait.inc"
        .include "../../programs/tiny/lib/barrier.inc"
        .include "../../programs/tiny/lib/share.inc"
        .include "../../programs/tiny/lib/finish.inc"

        .default POINTS, 10000
        .default DIMENSIONS, 128        # as in the native input
        .default ROUNDS, 4

        .bss
        .align  65536
points: .space  8 * DIMENSIONS * POINTS

# square X, AT: adds the square of what X and the other point differ by to t3.
        .macro  square x, at
        ld      lr, \at(a3)
        sub     \x, \x, lr
        mul     \x, \x, \x
        add     t3, t3, \x
        .endm

        .text
_start:
        mv      s0, a0
        mv      s1, a1
        bnez    s0, .read
        la      a0, points
        li      t0, 8 * DIMENSIONS * POINTS
        add     a1, a0, t0
        li      t1, 0
.in:    andi    t2, t1, 1023
        sd      t2, 0(a0)
        addi    t1, t1, 7
        addi    a0, a0, 8
        bltu    a0, a1, .in
.read:
        li      s2, 0                   # round: its number is that of the point from which distances are
        li      a5, 0                   # checksum
.round: call    barrier
        li      t0, 1
        bne     s2, t0, .measured
        bnez    s0, .measured
        roi.begin
.measured:
        share   a0, a1, POINTS
        la      t2, points
        li      t0, 8 * DIMENSIONS
        mul     a0, a0, t0
        add     a0, a0, t2
        mul     a1, a1, t0
        add     a1, a1, t2
        mul     a4, s2, t0
        add     a4, a4, t2              # the point of this round
.point: bgeu    a0, a1, .over
        mv      a3, a4
        li      t0, 8 * DIMENSIONS
        add     a2, a0, t0
        li      t3, 0                   # square of the distance
# Half a line at once of either point, lest they take turns in one place of a direct-mapped cache. Nobody needs sp and lr here.
.axes:  ld      t0, 0(a0)
        ld      t1, 8(a0)
        ld      t2, 16(a0)
        ld      sp, 24(a0)
        square  t0, 0
        square  t1, 8
        square  t2, 16
        square  sp, 24
        addi    a3, a3, 32
        addi    a0, a0, 32
        bltu    a0, a2, .axes
        add     a5, a5, t3
        j       .point
.over:  inc     s2
        li      t0, ROUNDS
        bltu    s2, t0, .round
        call    barrier
        mv      a0, a5
        bnez    s0, finish
        roi.end
        j       finish
