# Random access (RandomAccess of the HPC Challenge; Luszczek et al., 2005): UPDATES times adds to a random word of a table.
#
# What it shows: no locality at all. Nobody can tell which page comes next, and no page is used twice in a row, so the
# best is to leave everything where it is and to ask for each update alone, as `first-touch` and `interleave` do; `cost`
# has to find that out first. `page` carries 4 KiB for each update of 8 bytes, `vcpu` the 6,400 bytes of its state. They
# lose by little, since a message costs its latency however short it is. `interleave` pays for filling the table, too.
# Where cores load and store across nodes (--machine numa-4s) an update takes a fraction of a microsecond.
# Update k adds to a word that k alone decides, and additions may come in any order.
        .include "lib/wait.inc"
        .include "lib/barrier.inc"
        .include "lib/share.inc"
        .include "lib/random.inc"
        .include "lib/finish.inc"

        .default UPDATES, 3072
        .default WORDS, 1536            # of the table
        .default SPACING, 256           # bytes from word to word, at least 8 and a multiple of it

        .bss
        .align  4096
table:  .space  WORDS * SPACING

        .text
_start:
        mv      s0, a0
        mv      s1, a1

# Fill a run of neighbours: word i holds i.
        share   t0, t1, WORDS
        li      a2, SPACING
        la      a3, table
        mul     t2, t0, a2
        add     t2, t2, a3
.fill:
        bgeu    t0, t1, .filled
        sd      t0, 0(t2)
        add     t2, t2, a2
        inc     t0
        j       .fill
.filled:
        call    barrier
        bnez    s0, .measured
        roi.begin
.measured:

# Update k: add scramble(k) to word scramble(k) / 65536 modulo WORDS.
        share   a0, a1, UPDATES
        li      a4, WORDS
.update:
        bgeu    a0, a1, .updated
        addi    t0, a0, 1
        scramble t0, t1
        shri    t1, t0, 16
        remu    t1, t1, a4
        mul     t1, t1, a2
        add     t1, t1, a3
        aadd    t2, t0, (t1)
        inc     a0
        j       .update
.updated:
        call    barrier
        bnez    s0, .check
        roi.end

# Sum up a run of neighbours, each word times its number.
.check:
        li      a0, 0
        share   a1, a4, WORDS
        mul     t0, a1, a2
        add     t0, t0, a3
.check_word:
        bgeu    a1, a4, finish
        ld      t1, 0(t0)
        inc     a1
        mul     t1, t1, a1
        add     a0, a0, t1
        add     t0, t0, a2
        j       .check_word
