# The triad of STREAM (McCalpin, 1995): a[i] = b[i] + pass * c[i], PASSES times; each vCPU works on a run of neighbours.
#
# What it shows: the price of filling data with another split than the one that uses it. b and c are filled in small
# chunks dealt out in turn, as a dynamic loop would do; so 3 of 4 pages get memory on a node that never uses them again.
# After that every page has one user. `page` and `cost` bring each page to its user once, and the later passes are
# local. `first-touch`, which would be perfect had the right vCPU filled the page, pays a message for each element in each
# pass. `vcpu` sends the vCPU after the chunks, from node to node, in every pass. Pages of a are born where they
# are first stored to. In the end each vCPU reads what its neighbour has stored, as a check that it arrived.
        .include "lib/wait.inc"
        .include "lib/barrier.inc"
        .include "lib/share.inc"
        .include "lib/random.inc"
        .include "lib/finish.inc"

        .default N, 1024
        .default PASSES, 4
        .default SPACING, 1024          # bytes from element to element, at least 8
        .default CHUNK, 4               # elements that are filled together
        .equ    CHUNKS, (N + CHUNK - 1) / CHUNK

        .bss
        .align  4096
a:      .space  N * SPACING
        .align  4096
b:      .space  N * SPACING
        .align  4096
c:      .space  N * SPACING

        .text
_start:
        mv      s0, a0
        mv      s1, a1

# Fill chunks s0, s0 + s1, ... of b and c: b[i] = scramble(i), c[i] = b[i] + i.
        mv      a0, s0
.chunk:
        li      t0, CHUNKS
        bgeu    a0, t0, .filled
        li      t0, CHUNK
        mul     a1, a0, t0              # first element of the chunk
        add     a2, a1, t0              # behind its last
        add     a0, a0, s1
.fill:
        bgeu    a1, a2, .chunk
        li      t0, N
        bgeu    a1, t0, .chunk
        li      t0, SPACING
        mul     t0, t0, a1              # place of element a1, in bytes
        mv      t1, a1
        scramble t1, t2
        la      t2, b
        add     t2, t2, t0
        sd      t1, 0(t2)
        add     t1, t1, a1
        la      t2, c
        add     t2, t2, t0
        sd      t1, 0(t2)
        inc     a1
        j       .fill
.filled:
        call    barrier
        bnez    s0, .measured
        roi.begin
.measured:

# The triad over a run of neighbours.
        li      s2, 1                   # pass
        li      a4, SPACING
.pass:
        li      t0, PASSES
        bgtu    s2, t0, .worked
        bnez    s0, .unmarked
        mark    s2
.unmarked:
        share   t0, a3, N
        mul     t0, t0, a4
        mul     a3, a3, a4
        la      a0, a
        la      a1, b
        la      a2, c
        add     a3, a3, a0              # behind my last element of a
        add     a0, a0, t0
        add     a1, a1, t0
        add     a2, a2, t0
.element:
        bgeu    a0, a3, .passed
        ld      t0, 0(a1)
        ld      t1, 0(a2)
        mul     t1, t1, s2
        add     t0, t0, t1
        sd      t0, 0(a0)
        add     a0, a0, a4
        add     a1, a1, a4
        add     a2, a2, a4
        j       .element
.passed:
        call    barrier
        inc     s2
        j       .pass
.worked:
        bnez    s0, .read
        roi.end

# Read the run of the next vCPU.
.read:
        addi    a1, s0, 1
        remu    a1, a1, s1
        share   t0, t1, N, a1
        mul     t0, t0, a4
        mul     t1, t1, a4
        la      t2, a
        add     t0, t0, t2
        add     t1, t1, t2
        li      a0, 0
.sum:
        bgeu    t0, t1, finish
        ld      t2, 0(t0)
        add     a0, a0, t2
        add     t0, t0, a4
        j       .sum
