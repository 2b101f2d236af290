# Heat on a plate (Jacobi's method): in each sweep every point becomes the mean of its four neighbours. Two grids: a sweep
# reads one and writes the other, then all wait for one another and the grids change roles. Each row begins a page.
#
# What it shows: neighbours need each other's edges. Rows are dealt out in bands of BAND rows. With narrow bands, as here,
# every second row is an edge that another node reads while its owner reads it too. `cost` copies edges, since nobody
# writes that grid now; the copies end when the next sweep writes it. `page` lets two nodes tear at an edge for each
# point. `first-touch` fetches each point of an edge with a message. `vcpu` hops over for every point of an edge and
# back for the next one. `interleave` puts three of four rows on the wrong node from the start.
# Wider bands have fewer edges for the same work: try --define BAND=10.
        .include "lib/wait.inc"
        .include "lib/barrier.inc"
        .include "lib/share.inc"
        .include "lib/random.inc"
        .include "lib/finish.inc"

        .default ROWS, 80               # without the edge of the plate, which never changes
        .default COLUMNS, 6             # up to 510
        .default SWEEPS, 8
        .default BAND, 2
        .equ    BANDS, (ROWS + BAND - 1) / BAND
        .equ    ROW, 4096               # bytes from row to row
        .equ    GRID, (ROWS + 2) * ROW  # bytes of a grid, with its edge

        .bss
        .align  4096
grid_a: .space  GRID
grid_b: .space  GRID

        .text
_start:
        mv      s0, a0
        mv      s1, a1

# Fill the same bands that are computed later, so that pages get memory where they are used. Point i of the plate, edge
# included, begins with 16 bits of scramble(i) in both grids.
        mv      a0, s0                  # band
.fill_band:
        li      t0, BANDS
        bgeu    a0, t0, .filled
        li      t0, BAND
        mul     a1, a0, t0
        add     a2, a1, t0              # rows a1 + 1 to a2
        li      t0, ROWS
        bltu    a2, t0, .whole
        mv      a2, t0                  # the last band is shorter
.whole:
        bnez    a1, .not_first
        li      a3, 0
        call    fill_row                # the upper edge belongs to the first band
.not_first:
        inc     a1
        mv      a3, a1
        call    fill_row
        bltu    a1, a2, .not_first
        li      t0, ROWS
        bltu    a2, t0, .next_band
        li      a3, ROWS + 1
        call    fill_row                # and the lower one to the last
.next_band:
        add     a0, a0, s1
        j       .fill_band

.filled:
        call    barrier
        bnez    s0, .measured
        roi.begin
.measured:
        la      a0, grid_a              # the grid that is read
        li      a1, GRID                # from there to the one that is written
        li      s2, 0                   # sweep
.sweep:
        li      t0, SWEEPS
        bgeu    s2, t0, .swept
        bnez    s0, .unmarked
        mark    s2
.unmarked:
        mv      a2, s0                  # band
.band:
        li      t0, BANDS
        bgeu    a2, t0, .waited
        li      t0, BAND
        mul     a3, a2, t0
        add     a4, a3, t0
        li      t0, ROWS
        bltu    a4, t0, .whole_band
        mv      a4, t0
.whole_band:
        li      t0, ROW
        mul     a3, a3, t0
        mul     a4, a4, t0
        add     a3, a3, a0
        add     a4, a4, a0              # the last row of the band
.row:
        addi    a3, a3, ROW
        addi    t0, a3, 8               # the first point
        addi    t1, t0, 8 * COLUMNS     # behind the last
.point:
        ld      t2, -ROW(t0)
        ld      t3, ROW(t0)
        add     t2, t2, t3
        ld      t3, -8(t0)
        add     t2, t2, t3
        ld      t3, 8(t0)
        add     t2, t2, t3
        shri    t2, t2, 2
        add     t3, t0, a1
        sd      t2, 0(t3)
        addi    t0, t0, 8
        bltu    t0, t1, .point
        bltu    a3, a4, .row
        add     a2, a2, s1
        j       .band
.waited:
        call    barrier
        add     a0, a0, a1              # the grids change roles
        neg     a1, a1
        inc     s2
        j       .sweep
.swept:
        bnez    s0, .check
        roi.end

# Sum up a run of rows, each point times the number of its row.
.check:
        mv      a5, a0
        li      a0, 0
        share   a1, a2, ROWS
.check_row:
        bgeu    a1, a2, finish
        inc     a1
        li      t0, ROW
        mul     t0, t0, a1
        add     t0, t0, a5
        addi    t1, t0, 8 * COLUMNS
.check_point:
        addi    t0, t0, 8
        ld      t2, 0(t0)
        mul     t2, t2, a1
        add     a0, a0, t2
        bltu    t0, t1, .check_point
        j       .check_row

# call fill_row: fills row a3 of both grids; changes a3..a5, t0..t2.
fill_row:
        li      t0, ROW
        mul     a4, a3, t0              # place of the point in its grid
        li      t0, COLUMNS + 2
        mul     a5, a3, t0              # number of the point
        add     a3, a5, t0              # number of the first point of the next row
.point:
        mv      t0, a5
        scramble t0, t1
        shri    t0, t0, 48
        la      t1, grid_a
        add     t1, t1, a4
        sd      t0, 0(t1)
        la      t1, grid_b
        add     t1, t1, a4
        sd      t0, 0(t1)
        addi    a4, a4, 8
        inc     a5
        bltu    a5, a3, .point
        ret
