# A ring of STATIONS stations: PACKETS packets start at station 0, one after the other, go from station to station,
# and come home. A station changes each word of a packet and puts it into a mailbox of the next one; DEPTH mailboxes
# between two stations, each alone on a page with its flag. Station s is run by vCPU s modulo their number.
#
# What it shows: one writes, one reads, and both know who the other is. There is no barrier: whoever waits looks at
# the flag of one mailbox. `page` brings the mailbox to the station that fills it, and then to the one that empties
# it: two moves for each hop, and deep mailboxes hide them. `vcpu` sends the vCPU to its input and back to its output
# for every word. `first-touch` leaves mailboxes with the sender, and the receiver asks for each word. With --define
# DEPTH=1 the stations wait for one another, and the same packets take several times as long.
        .include "lib/wait.inc"
        .include "lib/barrier.inc"
        .include "lib/share.inc"
        .include "lib/random.inc"
        .include "lib/finish.inc"

        .default STATIONS, 8
        .default PACKETS, 96
        .default WORDS, 7               # in a packet, up to 511
        .default DEPTH, 16              # mailboxes between two stations
        .equ    PAGE, 4096

# A mailbox, alone on its page.
        .equ    FULL, 0                 # 1 while there is a packet in it
        .equ    PACKET, 8

        .bss
        .align  PAGE
boxes:  .space  STATIONS * DEPTH * PAGE

# mailbox ADDRESS, LEG: ADDRESS = that of packet a2 on its way from station LEG to the next; changes t0, t1.
        .macro  mailbox address, leg
        li      t0, DEPTH
        mul     t1, \leg, t0
        remu    t0, a2, t0
        add     t1, t1, t0
        li      t0, PAGE
        mul     t1, t1, t0
        la      \address, boxes
        add     \address, \address, t1
        .endm

# await_full BOX, VALUE: waits until FULL of BOX is VALUE; changes t0..t2. VALUE is none of these.
        .macro  await_full box, value
        li      t2, BACK_OFF_FIRST
.look\@:
        ld      t0, FULL(\box)
        beq     t0, \value, .ready\@
        back_off t2, t0, t1
        j       .look\@
.ready\@:
        .endm

        .text
_start:
        mv      s0, a0
        mv      s1, a1

# Empty the mailboxes behind the stations of this vCPU.
        mv      a1, s0                  # station
.station:
        li      t0, STATIONS
        bgeu    a1, t0, .emptied
        li      a2, DEPTH
.empty_box:
        dec     a2
        mailbox a3, a1
        sd      zero, FULL(a3)
        bnez    a2, .empty_box
        add     a1, a1, s1
        j       .station
.emptied:
        call    barrier
        bnez    s0, .measured
        roi.begin
.measured:

# Packet p is at its stop k in turn p + k or later: stop k of the way is station k, and the last stop is station 0 again.
# All vCPUs go through turns in order, through the stops of a turn from the last to the first. So whoever waits, waits
# for something that comes before it in this order, and the first of all need not wait.
        li      a0, 0
        li      s2, 0                   # turn
.turn:
        li      t0, PACKETS + STATIONS
        bgeu    s2, t0, .home
        li      a1, STATIONS            # stop
.stop:
        sub     a2, s2, a1              # packet
        li      t0, PACKETS
        bgeu    a2, t0, .next           # not started yet, or home; before the first: a huge number
        li      t0, STATIONS
        remu    t0, a1, t0
        remu    t0, t0, s1
        bne     t0, s0, .next           # a station of another vCPU

        li      t3, 1
        beqz    a1, .no_arrival
        dec     a1
        mailbox a3, a1                  # where the packet comes from
        inc     a1
        await_full a3, t3
        mv      a4, a3
        li      t0, STATIONS
        beq     a1, t0, .process
.no_arrival:
        mailbox a4, a1                  # where it goes
        await_full a4, zero
        bnez    a1, .process

        mv      a3, a4                  # a new packet: word w of packet p is scramble(p * WORDS + w)
        li      t0, WORDS
        mul     t0, t0, a2
        addi    t2, a4, 8 * WORDS
.create:
        mv      t1, t0
        scramble t1, t3
        sd      t1, PACKET(a4)
        inc     t0
        addi    a4, a4, 8
        bltu    a4, t2, .create
        mv      a4, a3

.process:
        li      t3, SPREAD
        addi    t2, a3, 8 * WORDS
        mv      a5, a4
        mv      t1, a3
.word:
        ld      t0, PACKET(t1)          # word = word * SPREAD + stop
        mul     t0, t0, t3
        add     t0, t0, a1
        sd      t0, PACKET(a5)
        addi    t1, t1, 8
        addi    a5, a5, 8
        bltu    t1, t2, .word

        li      t0, STATIONS
        bne     a1, t0, .pass_on
        inc     a2                      # home: add its words, times the number of the packet from 1
        mv      t1, a3
.sum:
        ld      t0, PACKET(t1)
        mul     t0, t0, a2
        add     a0, a0, t0
        addi    t1, t1, 8
        bltu    t1, t2, .sum
        j       .empty
.pass_on:
        li      t0, 1
        sd      t0, FULL(a4)
        beqz    a1, .next
.empty:
        sd      zero, FULL(a3)
.next:
        beqz    a1, .turned
        dec     a1
        j       .stop
.turned:
        inc     s2
        j       .turn
.home:
        call    barrier
        bnez    s0, finish
        roi.end
        j       finish
