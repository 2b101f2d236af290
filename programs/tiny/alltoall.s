# Letters from everyone to everyone: in each round every one of PARTS parts writes a letter to each part, all wait,
# and every part reads the letters to it: a transposition. Each letter is alone on its page.
#
# What it shows: all pairs talk, so no placement of vCPUs helps. Each page has one writer and one reader, for ever.
# `page` carries it there and back in every round: the least that can be done without copies. `negotiate` copies
# letters to their readers, and leaves the pages with their writers. `vcpu` sends the vCPU after each letter.
# `first-touch` leaves letters with their writers and asks for them word by word. Rounds are marked.
        .include "lib/wait.inc"
        .include "lib/barrier.inc"
        .include "lib/share.inc"
        .include "lib/random.inc"
        .include "lib/finish.inc"

        .default PARTS, 12
        .default ROUNDS, 6
        .default WORDS, 6               # in each letter, up to 512
        .equ    PAGE, 4096

        .bss
        .align  PAGE
states: .space  PARTS * PAGE            # what each part knows: WORDS words
letters: .space PARTS * PARTS * PAGE    # the one from part i to part j is number i * PARTS + j

        .text
_start:
        mv      s0, a0
        mv      s1, a1

# Fill the states of a run of parts: word w of part i is scramble(i * WORDS + w).
        share   a0, a1, PARTS
        li      t0, WORDS
        mul     a2, a0, t0              # number of the word
.fill_part:
        bgeu    a0, a1, .filled
        li      t0, PAGE
        mul     t0, t0, a0
        la      t1, states
        add     t0, t0, t1
        addi    t1, t0, 8 * WORDS
.fill:
        mv      t2, a2
        scramble t2, t3
        sd      t2, 0(t0)
        inc     a2
        addi    t0, t0, 8
        bltu    t0, t1, .fill
        inc     a0
        j       .fill_part
.filled:
        call    barrier
        bnez    s0, .measured
        roi.begin
.measured:

        li      s2, 0                   # round
.round:
        li      t0, ROUNDS
        bgeu    s2, t0, .over
        bnez    s0, .unmarked
        mark    s2
.unmarked:

# Write a letter to each part: word = word of the state * SPREAD + number of the receiver.
        share   a0, a1, PARTS
        li      a5, SPREAD
.write:
        bgeu    a0, a1, .written
        li      t0, PAGE
        mul     a3, a0, t0
        li      t0, PARTS
        mul     a4, a3, t0
        la      t0, states
        add     a3, a3, t0              # my state
        la      t0, letters
        add     a4, a4, t0              # my letters
        li      a2, 0                   # receiver
.letter:
        mv      t0, a3
        addi    t1, a3, 8 * WORDS
        mv      t2, a4
.write_word:
        ld      t3, 0(t0)
        mul     t3, t3, a5
        add     t3, t3, a2
        sd      t3, 0(t2)
        addi    t0, t0, 8
        addi    t2, t2, 8
        bltu    t0, t1, .write_word
        addi    a4, a4, PAGE
        inc     a2
        li      t0, PARTS
        bltu    a2, t0, .letter
        inc     a0
        j       .write
.written:
        call    barrier

# Read the letters: word of the state = sum of that word in all letters, each times the number of the sender from 1.
        share   a0, a1, PARTS
.read:
        bgeu    a0, a1, .have_read
        li      t0, PAGE
        mul     a3, a0, t0
        la      t0, letters
        add     a4, a3, t0              # the letter from part 0
        la      t0, states
        add     a3, a3, t0
        li      a2, 1                   # sender, from 1
        mv      t0, a3
        addi    t1, a3, 8 * WORDS
.clear:
        sd      zero, 0(t0)
        addi    t0, t0, 8
        bltu    t0, t1, .clear
.open:
        mv      t0, a3
        mv      t2, a4
.read_word:
        ld      t3, 0(t2)
        mul     t3, t3, a2
        ld      a5, 0(t0)
        add     t3, t3, a5
        sd      t3, 0(t0)
        addi    t0, t0, 8
        addi    t2, t2, 8
        bltu    t0, t1, .read_word
        li      t0, PARTS * PAGE
        add     a4, a4, t0
        inc     a2
        li      t0, PARTS
        bleu    a2, t0, .open
        inc     a0
        j       .read
.have_read:
        call    barrier
        inc     s2
        j       .round
.over:
        bnez    s0, .check
        roi.end

# Sum up the states of a run of parts, each word times the number of its part from 1.
.check:
        li      a0, 0
        share   a1, a2, PARTS
.check_part:
        bgeu    a1, a2, finish
        li      t0, PAGE
        mul     t0, t0, a1
        la      t1, states
        add     t0, t0, t1
        addi    t1, t0, 8 * WORDS
        inc     a1
.check_word:
        ld      t2, 0(t0)
        mul     t2, t2, a1
        add     a0, a0, t2
        addi    t0, t0, 8
        bltu    t0, t1, .check_word
        j       .check_part
