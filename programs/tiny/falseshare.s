# Counters, each with one user. In the first half of the run neighbours in memory belong to different vCPUs, as cards
# are dealt, so every page has users on all nodes; in the second half each vCPU has a run of neighbours. ROUNDS rounds
# each.
#
# What it shows: nobody shares a word, and yet pages are torn: false sharing. Between the halves there is a mark,
# nothing else changes, and under `page` the second half takes a small part of the first one's time. `vcpu` moves on
# with its counters from node to node and makes few moves; `first-touch` pays a message for each access to a counter
# on another node; `cost` sends vCPUs too.
        .include "lib/wait.inc"
        .include "lib/barrier.inc"
        .include "lib/share.inc"
        .include "lib/random.inc"
        .include "lib/finish.inc"

        .default COUNTERS, 512
        .default SPACING, 512           # bytes from counter to counter, at least 8 and a multiple of it
        .default ROUNDS, 4

        .bss
        .align  4096
counters: .space COUNTERS * SPACING

        .text
_start:
        mv      s0, a0
        mv      s1, a1

# Fill a run of neighbours: counter i begins with i.
        share   t0, t1, COUNTERS
        li      a1, SPACING
        la      a2, counters
        mul     t2, t0, a1
        add     t2, t2, a2
.fill:
        bgeu    t0, t1, .filled
        sd      t0, 0(t2)
        add     t2, t2, a1
        inc     t0
        j       .fill
.filled:
        call    barrier
        bnez    s0, .measured
        roi.begin
.measured:

        li      s2, 1                   # round
        mul     a3, s0, a1              # counters s0, s0 + vCPUs, ...
        add     a3, a3, a2
        la      a4, counters + COUNTERS * SPACING
        mul     a5, s1, a1
        li      a0, ROUNDS
        call    count
        call    barrier
        bnez    s0, .unmarked
        mark    zero
.unmarked:
        share   a3, a4, COUNTERS        # a run of neighbours
        mul     a3, a3, a1
        mul     a4, a4, a1
        add     a3, a3, a2
        add     a4, a4, a2
        mv      a5, a1
        li      a0, 2 * ROUNDS
        call    count
        call    barrier
        bnez    s0, .check
        roi.end

# Sum up a run of neighbours, each counter times its number.
.check:
        li      a0, 0
        share   t0, t1, COUNTERS
        mul     t2, t0, a1
        add     t2, t2, a2
.check_counter:
        bgeu    t0, t1, finish
        ld      t3, 0(t2)
        inc     t0
        mul     t3, t3, t0
        add     a0, a0, t3
        add     t2, t2, a1
        j       .check_counter

# call count: rounds s2 to a0 over the counters from a3 up to a4, each a5 bytes after the one before; changes s2, t0..t2.
# Nobody waits for anybody.
count:
        bgtu    s2, a0, .counted
        mv      t0, a3
        li      t2, SPREAD
.counter:
        bgeu    t0, a4, .round_over
        ld      t1, 0(t0)               # counter = counter * SPREAD + round
        mul     t1, t1, t2
        add     t1, t1, s2
        sd      t1, 0(t0)
        add     t0, t0, a5
        j       .counter
.round_over:
        inc     s2
        j       count
.counted:
        ret
