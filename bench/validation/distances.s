# Like the heart of streamcluster (PARSEC; Bienia et al., PACT 2008): vCPU 0 reads all points in, then all vCPUs compute the
# distances of their share of the points from one of them, ROUNDS times. Prints a checksum; the region is the rounds.
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
.read:  call    barrier
        bnez    s0, .measured
        roi.begin
.measured:

        li      s2, 0                   # round: its number is that of the point from which distances are
        li      a5, 0                   # checksum
.round: share   a0, a1, POINTS
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
.axis:  ld      t0, 0(a0)
        ld      t1, 0(a3)
        sub     t0, t0, t1
        mul     t0, t0, t0
        add     t3, t3, t0
        addi    a3, a3, 8
        addi    a0, a0, 8
        bltu    a0, a2, .axis
        add     a5, a5, t3
        j       .point
.over:  call    barrier
        inc     s2
        li      t0, ROUNDS
        bltu    s2, t0, .round
        mv      a0, a5
        bnez    s0, finish
        roi.end
        j       finish
