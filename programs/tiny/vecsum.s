# Sums a vector PASSES times. Neighbours in the vector go to different vCPUs, as cards are dealt: so every node reads
# something of every page, and nobody writes.
#
# What it shows: reading together is harmless if there are copies. A policy that copies pages on a read (`cost`) brings
# each page to each node once, and later passes find it there. `page` has one holder at a time: nodes that read the same
# page take it from one another, again in every pass. `first-touch` leaves pages with those who filled them, and pays
# one message for each element that is read from another node: cheaper than copies for one pass, dearer for many. Try
# --define PASSES=1 and PASSES=10. `vcpu` sends each vCPU once round the nodes in a pass, and carries the least of all;
# but they travel together, so that two cores do the work of eight: it wins as long as the work is next to nothing.
# Elements lie SPACING bytes apart, so that few of them fill many pages.
        .include "lib/wait.inc"
        .include "lib/barrier.inc"
        .include "lib/share.inc"
        .include "lib/random.inc"
        .include "lib/finish.inc"

        .default N, 1024
        .default PASSES, 3
        .default SPACING, 512           # at least 8

        .bss
        .align  4096
vector: .space  N * SPACING

        .text
_start:
        mv      s0, a0
        mv      s1, a1

# Fill: each vCPU a run of neighbours, so that the pages get memory on all nodes.
        share   t0, t1, N
        li      a2, SPACING
        mul     a3, t0, a2
        la      t2, vector
        add     a3, a3, t2              # address of element t0
.fill:
        bgeu    t0, t1, .filled
        mv      t2, t0
        scramble t2, t3
        sd      t2, 0(a3)
        add     a3, a3, a2
        inc     t0
        j       .fill
.filled:
        call    barrier
        bnez    s0, .measured
        roi.begin
.measured:

# Sum: elements s0, s0 + s1, s0 + 2 * s1, ...
        li      a0, 0
        mul     a3, a2, s0              # my first element, in bytes from the beginning
        mul     a4, a2, s1              # from one of mine to the next
        la      a5, vector + N * SPACING
        li      s2, PASSES
.pass:
        beqz    s2, .summed
        la      t0, vector
        add     t0, t0, a3
.element:
        bgeu    t0, a5, .passed
        ld      t1, 0(t0)
        add     a0, a0, t1
        add     t0, t0, a4
        j       .element
.passed:
        dec     s2
        j       .pass
.summed:
        call    barrier
        bnez    s0, finish
        roi.end
        j       finish
