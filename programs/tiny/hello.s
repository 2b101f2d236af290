# Every vCPU says hello, one after the other, so that the greetings always come in the same order.
#
# One word, `turn`, says whose greeting is next, and everybody looks at it: the smallest program whose vCPUs share
# something. Greeting G is said by vCPU G modulo the number of vCPUs; give GREETINGS to hear from more of them.
# Watch how `turn` travels. Under `page` it comes to whoever looks, so those who wait take it from the one whose turn it
# is. Under `first-touch` it stays and is asked from afar. Under `vcpu` those who wait gather where it is.
# The text that is printed lies on a page of the image: `puts` reads it, so each node gets a copy.
        .include "lib/wait.inc"
        .include "lib/barrier.inc"

        .default GREETINGS, 8

        .data
text:   .string "hello number "

        .bss
        .align  4096
turn:   .space  4096                    # the greeting that is next

        .text
_start:
        mv      s0, a0
        mv      s1, a1
        bnez    s0, .ready
        roi.begin
.ready:
        mv      s2, s0                  # my next greeting
.greet:
        li      t0, GREETINGS
        bgeu    s2, t0, .done
        li      t2, BACK_OFF_FIRST
.look:
        la      t0, turn
        ld      t1, 0(t0)
        beq     t1, s2, .mine
        back_off t2, t0, t3
        j       .look
.mine:
        la      t0, text
        puts    t0
        puti    s2
        addi    t1, s2, 1
        la      t0, turn
        sd      t1, 0(t0)
        add     s2, s2, s1
        j       .greet
.done:
        call    barrier
        bnez    s0, .others
        roi.end
        exit    zero
.others:
        halt
