# Multiplies matrices: C = A * B, with N rows and columns; each row begins a page.
#
# What it shows: one operand is shared by all, the others are private. Row i of C needs row i of A and all of B. Rows of
# C are dealt out in turn, and written by one vCPU each; B is read by everyone, row after row, once for each row and each
# four columns of C. `cost` gives each node a copy of B: about N pages a node, and then no more traffic. `page` cannot
# copy: the rows of B are torn between the nodes all the time, the worst that can happen to it. `first-touch` and
# `interleave` fetch B element by element. `vcpu` goes after B from node to node with the few numbers it holds.
# Four columns of C are summed in registers at a time, so each element of A that is loaded is used four times.
        .include "lib/wait.inc"
        .include "lib/barrier.inc"
        .include "lib/share.inc"
        .include "lib/random.inc"
        .include "lib/finish.inc"

        .default N, 32                  # up to 508
        .equ    ROW, 4096               # bytes from row to row

        .bss
        .align  4096
a:      .space  N * ROW
b:      .space  N * ROW
c:      .space  N * ROW

        .text
_start:
        mv      s0, a0
        mv      s1, a1

# Fill runs of rows: A[r][k] = scramble(r * N + k), and B is A transposed: B[r][k] = scramble(k * N + r).
        share   a0, a1, N
.fill_row:
        bgeu    a0, a1, .filled
        li      t0, ROW
        mul     a2, a0, t0              # place of the row
        li      a3, 0                   # column
.fill:
        li      t0, N
        mul     t1, a0, t0
        add     t1, t1, a3
        scramble t1, t2
        la      t2, a
        add     t2, t2, a2
        sd      t1, 0(t2)
        mul     t1, a3, t0
        add     t1, t1, a0
        scramble t1, t2
        la      t2, b
        add     t2, t2, a2
        sd      t1, 0(t2)
        addi    a2, a2, 8
        inc     a3
        bltu    a3, t0, .fill
        inc     a0
        j       .fill_row
.filled:
        call    barrier
        bnez    s0, .measured
        roi.begin
.measured:

# Rows s0, s0 + s1, ... of C. Columns behind the last are computed too if N is no multiple of four: B has zeros there.
        mv      s2, s0                  # row of C
.row:
        li      t0, N
        bgeu    s2, t0, .multiplied
        li      a5, 0                   # column of C, in bytes
.columns:
        li      a0, 0                   # C[row][column], and the three beside it
        li      a1, 0
        li      a2, 0
        li      a3, 0
        li      t0, ROW
        mul     t0, t0, s2
        la      t1, a
        add     t0, t0, t1              # A[row][k]
        la      t1, b
        add     t1, t1, a5              # B[k][column]
.multiply:
        ld      t2, 0(t0)
        ld      t3, 0(t1)
        mul     t3, t3, t2
        add     a0, a0, t3
        ld      t3, 8(t1)
        mul     t3, t3, t2
        add     a1, a1, t3
        ld      t3, 16(t1)
        mul     t3, t3, t2
        add     a2, a2, t3
        ld      t3, 24(t1)
        mul     t3, t3, t2
        add     a3, a3, t3
        addi    t0, t0, 8
        addi    t1, t1, ROW
        la      t3, b + N * ROW
        bltu    t1, t3, .multiply

        li      t0, ROW
        mul     t0, t0, s2
        la      t1, c
        add     t0, t0, t1
        add     t0, t0, a5
        sd      a0, 0(t0)
        sd      a1, 8(t0)
        sd      a2, 16(t0)
        sd      a3, 24(t0)
        addi    a5, a5, 32
        li      t0, 8 * N
        bltu    a5, t0, .columns
        add     s2, s2, s1
        j       .row
.multiplied:
        call    barrier
        bnez    s0, .check
        roi.end

# Sum up a run of rows, each element times its number: most of them were computed by another vCPU.
.check:
        li      a0, 0
        share   a1, a2, N
        li      t0, N
        mul     a3, a1, t0
        inc     a3                      # number of the element, from 1
.check_row:
        bgeu    a1, a2, finish
        li      t0, ROW
        mul     t0, t0, a1
        la      t1, c
        add     t0, t0, t1
        addi    t1, t0, 8 * N
.check_element:
        ld      t2, 0(t0)
        mul     t2, t2, a3
        add     a0, a0, t2
        inc     a3
        addi    t0, t0, 8
        bltu    t0, t1, .check_element
        inc     a1
        j       .check_row
