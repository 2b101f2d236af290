# Work that moves on: BLOCKS pages in as many groups as there are vCPUs; after each phase every vCPU leaves its group and
# takes another one, two further on. Each word of a page is read, changed and stored once in a phase.
#
# What it shows: data has one user at a time, but not for ever. `vcpu` is at its best: after the change it sends each vCPU
# to the node where its new group is, once, and all accesses are local again. `page` and `cost` bring the pages of the
# group one by one. `first-touch` is perfect in the first phase and pays a message for every access from the second on:
# as good as bringing pages with --define WORDS=1, ever worse the more words a page has.
        .include "lib/wait.inc"
        .include "lib/barrier.inc"
        .include "lib/share.inc"
        .include "lib/random.inc"
        .include "lib/finish.inc"

        .default BLOCKS, 128
        .default PHASES, 10
        .default WORDS, 12              # in each page, up to 512
        .equ    PAGE, 4096
        .equ    STEP, 2                 # groups further on

        .bss
        .align  PAGE
blocks: .space  BLOCKS * PAGE

        .text
_start:
        mv      s0, a0
        mv      s1, a1

# Fill my group for the first phase: word w of block b holds b * WORDS + w.
        share   a0, a1, BLOCKS
.fill_block:
        bgeu    a0, a1, .filled
        li      t0, PAGE
        mul     t0, t0, a0
        la      t1, blocks
        add     t0, t0, t1
        li      t1, WORDS
        mul     t2, a0, t1
        add     t1, t1, t2
.fill:
        sd      t2, 0(t0)
        addi    t0, t0, 8
        inc     t2
        bltu    t2, t1, .fill
        inc     a0
        j       .fill_block
.filled:
        call    barrier
        bnez    s0, .measured
        roi.begin
.measured:

        mv      a2, s0                  # my group
        li      s2, 0                   # phase
        li      a5, SPREAD
.phase:
        li      t0, PHASES
        bgeu    s2, t0, .worked
        bnez    s0, .unmarked
        mark    s2
.unmarked:
        share   a3, a4, BLOCKS, a2
        li      t0, PAGE
        mul     a3, a3, t0
        mul     a4, a4, t0
        la      t0, blocks
        add     a3, a3, t0
        add     a4, a4, t0
.block:
        bgeu    a3, a4, .waited
        mv      t0, a3
        addi    t1, a3, 8 * WORDS
.word:
        ld      t2, 0(t0)               # word = word * SPREAD + phase: the order of phases matters
        mul     t2, t2, a5
        add     t2, t2, s2
        sd      t2, 0(t0)
        addi    t0, t0, 8
        bltu    t0, t1, .word
        addi    a3, a3, PAGE
        j       .block
.waited:
        call    barrier
        addi    a2, a2, STEP
        remu    a2, a2, s1
        inc     s2
        j       .phase
.worked:
        bnez    s0, .check
        roi.end

# Sum up the words of the next group, each times its number.
.check:
        li      a0, 0
        share   a3, a4, BLOCKS, a2
        li      t0, WORDS
        mul     a1, a3, t0
        inc     a1                      # number of the word, from 1
.check_block:
        bgeu    a3, a4, finish
        li      t0, PAGE
        mul     t0, t0, a3
        la      t1, blocks
        add     t0, t0, t1
        addi    t1, t0, 8 * WORDS
.check_word:
        ld      t2, 0(t0)
        mul     t2, t2, a1
        add     a0, a0, t2
        inc     a1
        addi    t0, t0, 8
        bltu    t0, t1, .check_word
        inc     a3
        j       .check_block
