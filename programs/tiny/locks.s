# Transfers between ACCOUNTS accounts under a lock: TRANSFERS of them under a ticket lock, then as many under an MCS lock
# (both in Mellor-Crummey and Scott, "Algorithms for Scalable Synchronization", ACM TOCS 1991).
#
# What it shows: what is locked travels with the lock. One vCPU at a time works, so nothing is gained by having the data
# near to anyone: what counts is how fast lock and accounts get to the next one. With the ticket lock all who wait look
# at the same word, and under `page` they take it from the one who must write it. With the MCS lock each waits on a
# word of its own, on its own stack, and is told by the one before it. `vcpu` gathers the vCPUs where the lock is; `cost`
# and `first-touch` ask the owner for the few words that are needed. Each account is alone on a page.
# A lost update, from a lock that does not exclude or a page in two places, changes the checksum.
        .include "lib/wait.inc"
        .include "lib/barrier.inc"
        .include "lib/share.inc"
        .include "lib/finish.inc"

        .default ACCOUNTS, 96
        .default TRANSFERS, 160
        .equ    PAGE, 4096

        .bss
        .align  PAGE
next_ticket:    .space PAGE             # of the ticket lock: what the next to come gets
now_serving:    .space PAGE             # and whose turn it is
last_waiter:    .space PAGE             # of the MCS lock: the node of the last in the queue, or 0
transfers:      .space PAGE             # done so far: guarded like the accounts
accounts:       .space ACCOUNTS * PAGE

# An MCS node, on the stack of its vCPU.
        .equ    NEXT, 0                 # node of the next in the queue, or 0
        .equ    MUST_WAIT, 8            # 1 until the one before has left
        .equ    NODE_BYTES, 64

        .text
_start:
        mv      s0, a0
        mv      s1, a1
        addi    sp, sp, -NODE_BYTES

# Open a run of accounts: account i holds 1000 + i.
        share   a0, a1, ACCOUNTS
.open:
        bgeu    a0, a1, .opened
        li      t0, PAGE
        mul     t0, t0, a0
        la      t1, accounts
        add     t0, t0, t1
        addi    t1, a0, 1000
        sd      t1, 0(t0)
        inc     a0
        j       .open
.opened:
        call    barrier
        bnez    s0, .measured
        roi.begin
.measured:

        share   s2, a5, TRANSFERS
.with_ticket:
        bgeu    s2, a5, .tickets_done
        call    ticket_acquire
        call    transfer
        call    ticket_release
        inc     s2
        j       .with_ticket
.tickets_done:
        call    barrier
        bnez    s0, .unmarked
        mark    zero
.unmarked:
        share   s2, a5, TRANSFERS
.with_mcs:
        bgeu    s2, a5, .mcs_done
        call    mcs_acquire
        call    transfer
        call    mcs_release
        inc     s2
        j       .with_mcs
.mcs_done:
        call    barrier
        bnez    s0, .check
        roi.end

# Sum up a run of accounts, each times its number; vCPU 0 adds how many transfers were counted.
.check:
        li      a0, 0
        bnez    s0, .not_counted
        la      t0, transfers
        ld      a0, 0(t0)
.not_counted:
        share   a1, a2, ACCOUNTS
.check_account:
        bgeu    a1, a2, finish
        li      t0, PAGE
        mul     t0, t0, a1
        la      t1, accounts
        add     t0, t0, t1
        ld      t1, 0(t0)
        inc     a1
        mul     t1, t1, a1
        add     a0, a0, t1
        j       .check_account

# call transfer: s2 + 1 units from account s2 to account 5 * s2 + 1, both modulo ACCOUNTS; changes t0..t3.
# Not atomic: two at once would lose one of the changes.
transfer:
        li      t0, ACCOUNTS
        remu    t1, s2, t0
        li      t2, PAGE
        mul     t1, t1, t2
        la      t3, accounts
        add     t1, t1, t3
        ld      t3, 0(t1)
        sub     t3, t3, s2
        dec     t3
        sd      t3, 0(t1)
        li      t1, 5
        mul     t1, t1, s2
        inc     t1
        remu    t1, t1, t0
        mul     t1, t1, t2
        la      t3, accounts
        add     t1, t1, t3
        ld      t3, 0(t1)
        add     t3, t3, s2
        inc     t3
        sd      t3, 0(t1)
        la      t1, transfers
        ld      t3, 0(t1)
        inc     t3
        sd      t3, 0(t1)
        ret

# call ticket_acquire: changes t0..t3.
ticket_acquire:
        la      t0, next_ticket
        li      t1, 1
        aadd    t1, t1, (t0)            # my ticket
        li      t2, BACK_OFF_FIRST
.look:
        la      t0, now_serving
        ld      t3, 0(t0)
        beq     t3, t1, .mine
        back_off t2, t0, t3
        j       .look
.mine:
        ret

# call ticket_release: changes t0, t1.
ticket_release:
        la      t0, now_serving
        ld      t1, 0(t0)
        inc     t1
        sd      t1, 0(t0)
        ret

# call mcs_acquire: changes t0..t3; the node is at sp until the lock is released.
mcs_acquire:
        sd      zero, NEXT(sp)
        la      t0, last_waiter
        swap    t1, sp, (t0)            # the one before me
        beqz    t1, .free
        li      t0, 1
        sd      t0, MUST_WAIT(sp)
        sd      sp, NEXT(t1)            # from now on it knows me
        li      t2, BACK_OFF_FIRST
.wait:
        ld      t0, MUST_WAIT(sp)
        beqz    t0, .free
        back_off t2, t0, t3
        j       .wait
.free:
        ret

# call mcs_release: changes t0..t3.
mcs_release:
        ld      t0, NEXT(sp)
        bnez    t0, .hand_over
        la      t1, last_waiter
        mv      t0, sp
        cas     t0, zero, (t1)          # nobody behind me: the lock is free
        beq     t0, sp, .released
        li      t2, BACK_OFF_FIRST
.introduce:
        ld      t0, NEXT(sp)            # somebody is, and about to say so
        bnez    t0, .hand_over
        back_off t2, t1, t3
        j       .introduce
.hand_over:
        sd      zero, MUST_WAIT(t0)
.released:
        ret
