# Breadth-first search: how many steps is each vertex from vertex 0? Each vertex has DEGREE neighbours anywhere. In
# each level all vCPUs look through their vertices for those that were reached last, and reach the neighbours; then
# all wait.
#
# What it shows: sharing that is irregular and changes. A vertex is written once, by whoever comes first, and looked
# at by its owner in every level and by anyone in between. `first-touch` does well, since it asks for the one word
# that is needed and the owner's own looks stay local. `page` carries 4 KiB for that word, and the owner fetches it
# back. `cost` copies what is read, and a copy helps until the vertex is reached. Two vCPUs may reach a vertex at
# once: they store the same. Marks are levels.
        .include "lib/wait.inc"
        .include "lib/barrier.inc"
        .include "lib/share.inc"
        .include "lib/random.inc"
        .include "lib/finish.inc"

        .default VERTICES, 512
        .default DEGREE, 4              # neighbours of each vertex
        .default SPACING, 1024          # bytes from vertex to vertex: a multiple of 8, room for DEGREE + 1 words

# A vertex.
        .equ    LEVEL, 0                # 1 for the first vertex, one more with each step from it; 0 until it is reached
        .equ    NEIGHBOURS, 8           # their addresses

        .bss
        .align  4096
vertices: .space VERTICES * SPACING
        .align  4096
reached: .space 3 * 4096                # not 0 if this level reached somebody: three levels in turn, each on a page

        .text
_start:
        mv      s0, a0
        mv      s1, a1

# Connect a run of vertices: neighbour e of vertex v is scramble(v * DEGREE + e) / 65536 modulo VERTICES.
        share   a0, a1, VERTICES
        li      a2, SPACING
        la      a3, vertices
        mul     a4, a0, a2
        add     a4, a4, a3
.vertex:
        bgeu    a0, a1, .connected
        li      t0, DEGREE
        mul     t0, t0, a0
        mv      t1, a4
        addi    t2, a4, 8 * DEGREE
.connect:
        bgeu    t1, t2, .vertex_done
        mv      a5, t0
        scramble a5, t3
        shri    a5, a5, 16
        li      t3, VERTICES
        remu    a5, a5, t3
        mul     a5, a5, a2
        add     a5, a5, a3
        sd      a5, NEIGHBOURS(t1)
        inc     t0
        addi    t1, t1, 8
        j       .connect
.vertex_done:
        add     a4, a4, a2
        inc     a0
        j       .vertex
.connected:
        call    barrier
        bnez    s0, .measured
        roi.begin
        li      t0, 1
        sd      t0, LEVEL(a3)           # the search begins at vertex 0
.measured:
        call    barrier

# In each level look through a run of vertices for those that the level before reached, and reach their neighbours.
        li      s2, 1                   # level
        li      a5, 0                   # where it notes, from the first of the three
.level:
        bnez    s0, .unmarked
        mark    s2
        addi    t0, a5, 4096            # nobody looks at the next level's note any more: it is two levels old
        li      t1, 3 * 4096
        remu    t0, t0, t1
        la      t1, reached
        add     t0, t0, t1
        sd      zero, 0(t0)
.unmarked:
        share   a0, a1, VERTICES
        mul     a0, a0, a2
        mul     a1, a1, a2
        add     a0, a0, a3
        add     a1, a1, a3
        li      a4, 0                   # whether I have reached somebody
.look:
        bgeu    a0, a1, .looked
        ld      t0, LEVEL(a0)
        bne     t0, s2, .look_on
        mv      t1, a0
        addi    t2, a0, 8 * DEGREE
.neighbour:
        bgeu    t1, t2, .look_on
        ld      t3, NEIGHBOURS(t1)
        addi    t1, t1, 8
        ld      t0, LEVEL(t3)
        bnez    t0, .neighbour
        addi    a4, s2, 1               # two at once store the same
        sd      a4, LEVEL(t3)
        j       .neighbour
.look_on:
        add     a0, a0, a2
        j       .look
.looked:
        la      a0, reached
        add     a0, a0, a5
        beqz    a4, .waited
        sd      a4, 0(a0)
.waited:
        call    barrier
        inc     s2
        addi    a5, a5, 4096
        li      t0, 3 * 4096
        remu    a5, a5, t0
        ld      t0, 0(a0)
        bnez    t0, .level
        bnez    s0, .check
        roi.end

# Sum up the levels of a run of vertices, each times its number from 1.
.check:
        li      a0, 0
        share   a1, a4, VERTICES
        mul     t0, a1, a2
        add     t0, t0, a3
.check_vertex:
        bgeu    a1, a4, finish
        ld      t1, LEVEL(t0)
        inc     a1
        mul     t1, t1, a1
        add     a0, a0, t1
        add     t0, t0, a2
        j       .check_vertex
