# Follows a list whose cells lie on all nodes: WALKS walks of STEPS steps each. RUN cells in a row are neighbours in
# memory, a block; the block after block b is block 5 * b + 3 modulo BLOCKS, mostly on another node. Nobody writes.
#
# What it shows: the address of the next access comes with the answer to this one, so nothing can be fetched ahead,
# and what counts is how many messages lie one after the other. `vcpu` is at its best: it sends the vCPU to the block,
# and RUN steps are local. `page` brings RUN pages instead, which the next walk takes away. `first-touch` asks twice
# for each cell. `cost` copies pages on a read, and wins where there are few of them and they lie alone: try --define
# RUN=1, or --define RUN=24 for the opposite.
        .include "lib/wait.inc"
        .include "lib/barrier.inc"
        .include "lib/share.inc"
        .include "lib/random.inc"
        .include "lib/finish.inc"

        .default BLOCKS, 32
        .default RUN, 6                 # cells of a block
        .default WALKS, 16
        .default STEPS, 96              # of each walk
        .default SPACING, 4096          # bytes from cell to cell, at least 16 and a multiple of 8
        .equ    CELLS, BLOCKS * RUN

# A cell.
        .equ    NEXT, 0                 # address of the cell after it
        .equ    VALUE, 8

        .bss
        .align  4096
cells:  .space  CELLS * SPACING

        .text
_start:
        mv      s0, a0
        mv      s1, a1

# Link a run of neighbours: cell i has the value scramble(i).
        share   a0, a1, CELLS
        la      a2, cells
        li      a3, SPACING
        mul     a4, a0, a3
        add     a4, a4, a2              # address of cell a0
.link:
        bgeu    a0, a1, .linked
        mv      t0, a0
        scramble t0, t1
        sd      t0, VALUE(a4)
        inc     a0
        li      t1, RUN
        remu    t0, a0, t1
        beqz    t0, .end_of_block
        add     t0, a4, a3              # the neighbour
        j       .store
.end_of_block:
        divu    t0, a0, t1
        dec     t0                      # number of the block
        li      t2, 5
        mul     t0, t0, t2
        addi    t0, t0, 3
        li      t2, BLOCKS
        remu    t0, t0, t2
        mul     t0, t0, t1
        mul     t0, t0, a3
        add     t0, t0, a2
.store:
        sd      t0, NEXT(a4)
        add     a4, a4, a3
        j       .link
.linked:
        call    barrier
        bnez    s0, .measured
        roi.begin
.measured:

# Walks s0, s0 + vCPUs, ...: walk w begins at cell w * CELLS / WALKS. Step n finds n times the value of its cell.
        li      a0, 0
        mv      s2, s0                  # walk
        li      a5, STEPS
.walk:
        li      t0, WALKS
        bgeu    s2, t0, .walked
        li      t1, CELLS
        mul     t1, t1, s2
        divu    t1, t1, t0
        mul     t1, t1, a3
        add     t1, t1, a2              # address of the cell
        li      t2, 1                   # step
.step:
        bgtu    t2, a5, .arrived
        ld      t0, VALUE(t1)
        ld      t1, NEXT(t1)
        mul     t0, t0, t2
        add     a0, a0, t0
        inc     t2
        j       .step
.arrived:
        add     s2, s2, s1
        j       .walk
.walked:
        call    barrier
        bnez    s0, finish
        roi.end
        j       finish
