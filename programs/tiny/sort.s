# Merge sort of N numbers: chunks of CHUNK are sorted in place, then runs are merged two by two, round after round,
# between two arrays, until there is one.
#
# What it shows: data comes together. In the first rounds each vCPU merges what it holds; with each round half as many
# vCPUs have work, and half of what they read lies farther away; the last merge reads everything, alone. `page` and
# `cost` bring each page once in a round. A merge takes from its left and its right run by turns: so `vcpu` sends the
# vCPU to and fro between two nodes, and `first-touch` asks for numbers one by one, as it does to write what it
# merged. The unordered part is over before the measured one begins. Marks are the length of the runs that are merged.
        .include "lib/wait.inc"
        .include "lib/barrier.inc"
        .include "lib/share.inc"
        .include "lib/random.inc"
        .include "lib/finish.inc"

        .default N, 512
        .default CHUNK, 16              # numbers that are sorted in place at first
        .default SPACING, 1024          # bytes from number to number: a multiple of 8, at most 32760
        .equ    CHUNKS, (N + CHUNK - 1) / CHUNK

        .bss
        .align  4096
here:   .space  N * SPACING             # the numbers
        .align  4096
there:  .space  N * SPACING             # and after the next round of merges

        .text
_start:
        mv      s0, a0
        mv      s1, a1

# Fill runs of chunks: number i is scramble(i), and is put where it belongs among those of its chunk.
        share   a0, a1, CHUNKS
.chunk:
        bgeu    a0, a1, .filled
        li      t0, CHUNK
        mul     a2, a0, t0              # first number of the chunk
        add     a3, a2, t0              # behind its last
        li      t0, N
        bltu    a3, t0, .whole
        mv      a3, t0                  # the last chunk is shorter
.whole:
        li      t0, SPACING
        mul     a4, a2, t0
        la      t0, here
        add     a4, a4, t0              # where the chunk begins
        mv      a5, a4                  # and where it ends by now
.insert:
        mv      t0, a2
        scramble t0, t1
        mv      t1, a5
.shift:
        bleu    t1, a4, .place
        ld      t2, -SPACING(t1)
        bleu    t2, t0, .place
        sd      t2, 0(t1)
        addi    t1, t1, -SPACING
        j       .shift
.place:
        sd      t0, 0(t1)
        addi    a5, a5, SPACING
        inc     a2
        bltu    a2, a3, .insert
        inc     a0
        j       .chunk
.filled:
        call    barrier
        bnez    s0, .measured
        roi.begin
.measured:

        la      a0, here                # the numbers
        li      a1, there - here        # from there to where the merged ones go
        li      s2, CHUNK               # length of a sorted run
.round:
        li      t0, N
        bgeu    s2, t0, .sorted
        bnez    s0, .unmarked
        mark    s2
.unmarked:

# Merge neighbours of the two runs in a round: neighbouring merges for each vCPU, as in share.
        shli    t1, s2, 1
        add     t0, t0, t1
        dec     t0
        divu    t0, t0, t1              # merges in this round
        mul     a2, t0, s0
        add     a3, a2, t0
        divu    a2, a2, s1
        divu    a3, a3, s1
.merge:
        bgeu    a2, a3, .waited
        shli    t0, s2, 1
        mul     a4, a2, t0              # first number of the left run
        add     t0, a4, s2              # of the right run
        add     t1, t0, s2              # behind the right run
        li      t2, N
        bleu    t0, t2, .right_begins
        mv      t0, t2
.right_begins:
        bleu    t1, t2, .right_ends
        mv      t1, t2
.right_ends:
        li      t2, SPACING
        mul     a4, a4, t2
        mul     t0, t0, t2
        mul     t1, t1, t2
        add     a4, a4, a0              # the next number of the left run
        add     t0, t0, a0              # behind its last
        add     t1, t1, a0
        mv      a5, t0                  # the next number of the right run
.next:
        bgeu    a5, t1, .left_alone
        ld      t3, 0(a5)
        bgeu    a4, t0, .right
        ld      t2, 0(a4)
        bltu    t3, t2, .right
.left:
        add     t3, a4, a5              # as far on as both runs are together
        sub     t3, t3, t0
        add     t3, t3, a1
        sd      t2, 0(t3)
        addi    a4, a4, SPACING
        j       .next
.right:
        add     t2, a4, a5
        sub     t2, t2, t0
        add     t2, t2, a1
        sd      t3, 0(t2)
        addi    a5, a5, SPACING
        j       .next
.left_alone:
        bgeu    a4, t0, .merged
        ld      t2, 0(a4)
        j       .left
.merged:
        inc     a2
        j       .merge
.waited:
        call    barrier
        add     a0, a0, a1              # the merged numbers are the ones to merge next
        neg     a1, a1
        shli    s2, s2, 1
        j       .round
.sorted:
        bnez    s0, .check
        roi.end

# Sum up a run of neighbours, each number times its place, from 1.
.check:
        mv      a5, a0
        li      a0, 0
        share   a1, a2, N
        li      a3, SPACING
        mul     t0, a1, a3
        add     t0, t0, a5
.check_number:
        bgeu    a1, a2, finish
        ld      t1, 0(t0)
        inc     a1
        mul     t1, t1, a1
        add     a0, a0, t1
        add     t0, t0, a3
        j       .check_number
