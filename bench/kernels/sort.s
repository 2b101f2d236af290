# Sieve over bytes, then quicksort of 64-bit integers; native/sort.c is the same in C.
        .default REPS, 4
        .default SIEVE, 4000000
        .default N, 524288

        .bss
        .align  4096
f:      .space  SIEVE + 8
        .align  4096
v:      .space  8 * N

        .text
_start:
        la      a0, f
        li      t0, SIEVE + 1
        add     a1, a0, t0
        li      t1, 1
.ones:  sb      t1, 0(a0)
        inc     a0
        bltu    a0, a1, .ones
        la      a0, v
        li      t0, 8 * N
        add     a1, a0, t0
.clear: sd      zero, 0(a0)
        addi    a0, a0, 8
        bltu    a0, a1, .clear
        roi.begin

        li      s0, 0                   # h
        li      s1, 2463534242          # x
        li      s2, REPS
.rep:
        la      a0, f
        li      a2, SIEVE               # last
        add     a1, a0, a2
        li      t1, 1
.set:   sb      t1, 0(a0)
        inc     a0
        bleu    a0, a1, .set
        la      a0, f
        li      a3, 0                   # count
        li      t0, 2                   # i
.next:  add     t1, a0, t0
        lbu     t1, 0(t1)
        beqz    t1, .no
        inc     a3
        mul     t2, t0, t0
        bgt     t2, a2, .no
        add     t2, t2, a0
.strike:
        sb      zero, 0(t2)
        add     t2, t2, t0
        bleu    t2, a1, .strike
.no:    inc     t0
        ble     t0, a2, .next

        la      a0, v
        li      t0, 8 * N
        add     a1, a0, t0
.draw:  shli    t0, s1, 13
        xor     s1, s1, t0
        shri    t0, s1, 7
        xor     s1, s1, t0
        shli    t0, s1, 17
        xor     s1, s1, t0
        shri    t0, s1, 33
        sd      t0, 0(a0)
        addi    a0, a0, 8
        bltu    a0, a1, .draw

        la      a0, v
        addi    a1, a1, -8
        call    quick

        shli    t0, s0, 5               # h = h * 31 + count
        sub     s0, t0, s0
        add     s0, s0, a3
        la      a0, v
        li      t0, 8 * N
        add     a1, a0, t0
        li      t3, 8192
.sum:   ld      t0, 0(a0)
        shli    t1, s0, 5
        add     s0, s0, t1
        add     s0, s0, t0
        add     a0, a0, t3
        bltu    a0, a1, .sum
        dec     s2
        bnez    s2, .rep
        roi.end
        putx    s0
        exit    zero

# Sorts from address a0 to address a1, both included. Keeps s0, s1, s2, a2, a3.
quick:  addi    sp, sp, -24
        sd      lr, 0(sp)
.again: bge     a0, a1, .done
        sub     t0, a1, a0
        li      t1, 96
        bge     t0, t1, .part
        addi    t0, a0, 8               # i
.each:  bgt     t0, a1, .done
        ld      t1, 0(t0)               # x
        addi    t2, t0, -8              # j
.back:  blt     t2, a0, .place
        ld      t3, 0(t2)
        ble     t3, t1, .place
        sd      t3, 8(t2)
        addi    t2, t2, -8
        j       .back
.place: sd      t1, 8(t2)
        addi    t0, t0, 8
        j       .each
.part:  la      t1, v                   # as C takes the middle: of indices
        sub     t2, a0, t1
        sub     t3, a1, t1
        add     t2, t2, t3
        shri    t2, t2, 4
        shli    t2, t2, 3
        add     t2, t2, t1
        ld      a4, 0(t2)               # p
        mv      t0, a0                  # i
        mv      t1, a1                  # j
.split: bgt     t0, t1, .parted
.up:    ld      t2, 0(t0)
        bge     t2, a4, .down
        addi    t0, t0, 8
        j       .up
.down:  ld      t3, 0(t1)
        ble     t3, a4, .swap
        addi    t1, t1, -8
        j       .down
.swap:  bgt     t0, t1, .split
        sd      t3, 0(t0)
        sd      t2, 0(t1)
        addi    t0, t0, 8
        addi    t1, t1, -8
        j       .split
.parted:
        sub     t2, t1, a0
        sub     t3, a1, t0
        bge     t2, t3, .right
        sd      t0, 8(sp)
        sd      a1, 16(sp)
        mv      a1, t1
        call    quick
        ld      a0, 8(sp)
        ld      a1, 16(sp)
        j       .again
.right: sd      a0, 8(sp)
        sd      t1, 16(sp)
        mv      a0, t0
        call    quick
        ld      a0, 8(sp)
        ld      a1, 16(sp)
        j       .again
.done:  ld      lr, 0(sp)
        addi    sp, sp, 24
        ret
