# Objects that go from vCPU to vCPU: in each of TURNS turns a vCPU locks an object, changes its WORDS words, and
# unlocks it. Which object it is the number of the turn decides, so nobody keeps one for long.
#
# What it shows: data that is read and written by one at a time (migratory sharing; Gupta and Weber, "Cache
# Invalidation Patterns in Shared-Memory Multiprocessors", IEEE TC 1992). A copy would be in vain, since a write
# follows. The lock is in the page of its object, so who has the lock has the object: `page` needs one move for a
# turn, and so does `vcpu`, which goes there instead. `first-touch` pays a message to read and one to write each word.
# With --define APART=1 locks have pages of their own, and everything moves twice.
        .include "lib/wait.inc"
        .include "lib/barrier.inc"
        .include "lib/share.inc"
        .include "lib/random.inc"
        .include "lib/finish.inc"

        .default OBJECTS, 64
        .default TURNS, 1024
        .default WORDS, 10              # in each object, up to 511
        .default APART, 0               # 1: locks lie on pages of their own
        .equ    PAGE, 4096
        .equ    DATA, 8                 # an object's words: before them is its lock, 1 while somebody has it
        .equ    LOCKS, APART * OBJECTS * PAGE   # from an object to its lock

        .bss
        .align  PAGE
objects: .space (1 + APART) * OBJECTS * PAGE

        .text
_start:
        mv      s0, a0
        mv      s1, a1
        li      a2, PAGE
        la      a3, objects

# Fill a run of objects: word w of object o holds o * WORDS + w.
        share   a0, a1, OBJECTS
.fill_object:
        bgeu    a0, a1, .filled
        mul     t0, a0, a2
        add     t0, t0, a3
        li      t1, WORDS
        mul     t2, a0, t1
        add     t1, t1, t2
.fill:
        sd      t2, DATA(t0)
        addi    t0, t0, 8
        inc     t2
        bltu    t2, t1, .fill
        inc     a0
        j       .fill_object
.filled:
        call    barrier
        bnez    s0, .measured
        roi.begin
.measured:

# Turn k adds scramble(k) + w to word w of object scramble(k) / 65536 modulo OBJECTS.
        share   s2, a5, TURNS
.turn:
        bgeu    s2, a5, .worked
        mv      a0, s2
        scramble a0, t0
        shri    t0, a0, 16
        li      t1, OBJECTS
        remu    t0, t0, t1
        mul     t0, t0, a2
        add     a1, t0, a3              # the object
        li      t0, LOCKS
        add     a4, a1, t0              # its lock

        li      t2, BACK_OFF_FIRST
.lock:
        li      t0, 1
        swap    t0, t0, (a4)
        beqz    t0, .locked
        back_off t2, t0, t3
        j       .lock
.locked:
        mv      t0, a1
        addi    t1, a1, 8 * WORDS
.word:
        ld      t2, DATA(t0)            # not atomic: two at once would lose one of the additions
        add     t2, t2, a0
        inc     a0
        sd      t2, DATA(t0)
        addi    t0, t0, 8
        bltu    t0, t1, .word
        sd      zero, 0(a4)
        inc     s2
        j       .turn
.worked:
        call    barrier
        bnez    s0, .check
        roi.end

# Sum up the words of a run of objects, each times its number from 1.
.check:
        li      a0, 0
        share   a1, a4, OBJECTS
        li      t0, WORDS
        mul     a5, a1, t0
.check_object:
        bgeu    a1, a4, finish
        mul     t0, a1, a2
        add     t0, t0, a3
        addi    t1, t0, 8 * WORDS
.check_word:
        ld      t2, DATA(t0)
        inc     a5
        mul     t2, t2, a5
        add     a0, a0, t2
        addi    t0, t0, 8
        bltu    t0, t1, .check_word
        inc     a1
        j       .check_object
