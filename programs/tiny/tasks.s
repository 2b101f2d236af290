# More tasks than vCPUs: the table of longest common subsequences of two words, cut into DOWN * ACROSS tiles of SIDE
# rows and columns. A tile is a task, and is ready when those above it and to its left have ended. lib/tasks.inc runs
# them.
#
# What it shows: two levels of mapping, and neither knows the other. The guest maps tasks to vCPUs: a vCPU goes on
# with a tile next to its last one if it can, else takes the oldest task of another, and the rows follow the task. The
# hyperkernel maps vCPUs to cores: where a policy sends the vCPU back to the rows, it undoes what the guest meant by
# taking the task (`vcpu`). Every task touches its queue, a lock and a count that all share; looking for work that is
# not there disturbs those who have some: under `page` more vCPUs make it slower. One vCPU alone is faster than eight
# on four nodes under any policy here: these tasks are too small to be worth a move. Try --vcpus 1, 4 and 32, and
# larger tiles, with which the loss is smaller: --define SIDE=24.
        .include "lib/wait.inc"
        .include "lib/barrier.inc"
        .include "lib/share.inc"
        .include "lib/random.inc"
        .include "lib/finish.inc"

        .default DOWN, 16               # tiles from top to bottom
        .default ACROSS, 8              # and from left to right
        .default SIDE, 6                # rows and columns of a tile
        .equ    TASKS, DOWN * ACROSS
        .include "lib/tasks.inc"

        .equ    ROWS, DOWN * SIDE
        .equ    COLUMNS, ACROSS * SIDE  # up to 511
        .equ    ROW, 4096               # bytes from row to row

        .bss
        .align  4096
letters: .space 8 * (ROWS + COLUMNS)    # one for each row, then one for each column
        .align  4096
cells:  .space  (ROWS + 1) * ROW        # with the row above the first and the column left of the first, which stay 0

        .text
_start:
        mv      s0, a0
        mv      s1, a1

# Empty the column left of the first in a run of rows, the row above the first included: so their pages lie on all nodes.
        share   t0, t1, ROWS + 1
        li      t2, ROW
        mul     t3, t0, t2
        la      a0, cells
        add     t3, t3, a0
.empty:
        bgeu    t0, t1, .emptied
        sd      zero, 0(t3)
        add     t3, t3, t2
        inc     t0
        j       .empty
.emptied:

# Write a run of letters: letter i is scramble(i) / 65536 modulo 4.
        share   t0, t1, ROWS + COLUMNS
.letter:
        bgeu    t0, t1, .written
        mv      t2, t0
        scramble t2, t3
        shri    t2, t2, 16
        andi    t2, t2, 3
        shli    t3, t0, 3
        la      a0, letters
        add     t3, t3, a0
        sd      t2, 0(t3)
        inc     t0
        j       .letter
.written:
        bnez    s0, .added
        li      a0, 0
        call    task_add                # all others follow from the tile at the top left
.added:
        call    barrier
        bnez    s0, .measured
        roi.begin
.measured:
        call    tasks_run
        call    barrier
        bnez    s0, .check
        roi.end

# Sum up a run of rows, each cell times its number from 1.
.check:
        li      a0, 0
        share   a1, a2, ROWS
        li      t0, COLUMNS
        mul     a3, a1, t0
.check_row:
        bgeu    a1, a2, finish
        inc     a1
        li      t0, ROW
        mul     t0, t0, a1
        la      t1, cells
        add     t0, t0, t1
        addi    t1, t0, 8 * COLUMNS
.check_cell:
        ld      t2, 8(t0)
        inc     a3
        mul     t2, t2, a3
        add     a0, a0, t2
        addi    t0, t0, 8
        bltu    t0, t1, .check_cell
        j       .check_row

# Task a0 computes tile a0, counted row by row. A cell is one more than the one above and to the left if its letters are
# the same, else the greater one of those above and to the left.
task:
        addi    sp, sp, -16
        sd      lr, 0(sp)
        sd      a0, 8(sp)
        li      t0, ACROSS
        divu    a1, a0, t0
        remu    a2, a0, t0
        li      t0, SIDE
        mul     a1, a1, t0              # first row
        mul     a2, a2, t0
        shli    a2, a2, 3               # first column, in bytes
        add     a3, a1, t0              # behind the last row
.row:
        shli    t0, a1, 3
        la      t1, letters
        add     t0, t0, t1
        ld      a0, 0(t0)               # letter of the row
        la      a4, letters + 8 * ROWS  # those of the columns
        add     a4, a4, a2
        addi    a5, a4, 8 * SIDE
        li      t0, ROW
        mul     t0, t0, a1
        la      t1, cells
        add     t0, t0, t1
        add     t0, t0, a2              # above and to the left
.cell:
        ld      t1, 0(a4)
        bne     t1, a0, .differ
        ld      t2, 0(t0)
        inc     t2
        j       .store
.differ:
        ld      t2, 8(t0)
        ld      t3, ROW(t0)
        bgeu    t2, t3, .store
        mv      t2, t3
.store:
        sd      t2, ROW + 8(t0)
        addi    t0, t0, 8
        addi    a4, a4, 8
        bltu    a4, a5, .cell
        inc     a1
        bltu    a1, a3, .row

# The tile below and the one to the right wait for this one, and for one more unless they lie at an edge.
        ld      a0, 8(sp)
        li      t0, ACROSS
        remu    t1, a0, t0
        sltu    t1, zero, t1
        addi    a1, t1, 1
        add     a0, a0, t0
        li      t0, TASKS
        bgeu    a0, t0, .bottom
        call    task_arrive
.bottom:
        ld      a0, 8(sp)
        inc     a0
        li      t0, ACROSS
        remu    t1, a0, t0
        beqz    t1, .right_edge
        li      a1, 1
        bltu    a0, t0, .top
        inc     a1
.top:
        call    task_arrive
.right_edge:
        ld      lr, 0(sp)
        addi    sp, sp, 16
        ret
