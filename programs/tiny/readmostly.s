# A table that is looked up all the time and seldom changed: ROUNDS rounds of LOOKUPS lookups anywhere, then UPDATES
# updates anywhere. Each entry is alone on its page.
#
# What it shows: copies are worth their trouble if they are read often enough before a write ends them. `page`, which
# cannot copy, is the worst: an entry is where it was used last. `first-touch` pays one message for each lookup from
# another node, however often the entry was looked up before. `cost` and `negotiate` copy; an update ends three
# copies, and the next lookups make them again. With --define UPDATES=480 each entry changes as often as it is read,
# and copying gains nothing. Marks are rounds.
        .include "lib/wait.inc"
        .include "lib/barrier.inc"
        .include "lib/share.inc"
        .include "lib/random.inc"
        .include "lib/finish.inc"

        .default ENTRIES, 64
        .default ROUNDS, 6
        .default LOOKUPS, 480           # in each round
        .default UPDATES, 4             # at the end of each round
        .equ    PAGE, 4096

        .bss
        .align  PAGE
table:  .space  ENTRIES * PAGE

# entry_of ENTRY, ITEM: ENTRY = address of entry scramble(ITEM) / 65536 modulo ENTRIES; changes t0.
        .macro  entry_of entry, item
        mv      \entry, \item
        scramble \entry, t0
        shri    \entry, \entry, 16
        li      t0, ENTRIES
        remu    \entry, \entry, t0
        li      t0, PAGE
        mul     \entry, \entry, t0
        la      t0, table
        add     \entry, \entry, t0
        .endm

        .text
_start:
        mv      s0, a0
        mv      s1, a1

# Fill a run of entries: entry e begins with e.
        share   a0, a1, ENTRIES
        li      t0, PAGE
        mul     t0, t0, a0
        la      t1, table
        add     t0, t0, t1
.fill:
        bgeu    a0, a1, .filled
        sd      a0, 0(t0)
        addi    t0, t0, PAGE
        inc     a0
        j       .fill
.filled:
        call    barrier
        bnez    s0, .measured
        roi.begin
.measured:

        li      a0, 0
        li      s2, 0                   # round
.round:
        li      t0, ROUNDS
        bgeu    s2, t0, .over
        bnez    s0, .unmarked
        mark    s2
.unmarked:

# Look up: lookup k of the whole run finds k + 1 times what its entry holds.
        share   a1, a2, LOOKUPS
        li      t0, LOOKUPS
        mul     t0, t0, s2
        add     a1, a1, t0
        add     a2, a2, t0
.lookup:
        bgeu    a1, a2, .looked_up
        entry_of t1, a1
        ld      t1, 0(t1)
        inc     a1
        mul     t1, t1, a1
        add     a0, a0, t1
        j       .lookup
.looked_up:
        call    barrier

# Update: update k of the whole run adds scramble(k + 1) to its entry.
        share   a1, a2, UPDATES
        li      t0, UPDATES
        mul     t0, t0, s2
        add     a1, a1, t0
        add     a2, a2, t0
.update:
        bgeu    a1, a2, .updated
        entry_of t1, a1
        inc     a1
        mv      t2, a1
        scramble t2, t3
        aadd    t2, t2, (t1)
        j       .update
.updated:
        call    barrier
        inc     s2
        j       .round
.over:
        bnez    s0, finish
        roi.end
        j       finish
