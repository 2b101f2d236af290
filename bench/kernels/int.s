# Integer mix in the manner of Dhrystone; native/int.c is the same in C.
        .default REPS, 10
        .default LOOPS, 200000

        .equ    KIND, 0                 # a record
        .equ    EN, 8
        .equ    IC, 16
        .equ    STR, 32
        .equ    RECORD, 64

        .data
first:  .string "DHRYSTONE PROGRAM, 1'ST STRING"
        .align  32
second: .string "DHRYSTONE PROGRAM, 2'ND STRING"

        .bss
        .align  4096
records: .space 2 * RECORD
copied: .space  64
row:    .space  64 * 8
table:  .space  64 * 64 * 8

        .text
_start:
# Touch every page before the region.
        la      t0, records
        li      t1, 16
.touch: sd      zero, 0(t0)
        li      t2, 4096
        add     t0, t0, t2
        dec     t1
        bnez    t1, .touch
        la      s0, records
        li      t0, 2
        sd      t0, EN(s0)
        li      t0, 40
        sd      t0, IC(s0)
        addi    a0, s0, STR
        la      a1, first
        call    copy_string
        roi.begin

# s0 a, s1 b, s2 c, a5 h, a4 n, a3 end
        li      s0, 1
        li      s1, 2
        li      s2, 3
        li      a5, 1
        li      a4, 0
        li      a3, REPS * LOOPS
.loop:
        andi    t0, a4, 1
        la      a1, first
        beqz    t0, .even
        la      a1, second
.even:  la      a0, copied
        call    copy_string
        la      a0, first
        la      a1, copied
        call    compare
        li      s1, 3
        ble     a0, zero, .equal
        li      s1, 2
.equal: shli    t0, s0, 2               # c = 5 * a - b
        add     t0, t0, s0
        sub     s2, t0, s1
        mv      a0, s2
        mv      a1, a4
        call    choose
        mv      s0, a0
        mv      a1, s2
        call    arrays
        andi    t0, a4, 1
        shli    t0, t0, 6
        la      a0, records
        li      t1, RECORD
        sub     a1, t1, t0
        add     a1, a1, a0
        add     a0, a0, t0
        call    pass
        add     s1, s1, a0
        la      t0, records
        ld      t1, IC(t0)
        andi    t1, t1, 0xff
        sd      t1, IC(t0)
        mul     s1, s1, s0              # b = b * a
        andi    t0, s2, 15
        inc     t0
        divu    s0, s1, t0              # a = b / ((c & 15) + 1)
        sub     t0, s1, s2              # b = 7 * (b - c) - a
        shli    t1, t0, 3
        sub     t0, t1, t0
        sub     s1, t0, s0
        li      t0, 0
        li      t2, 16777619
        li      t3, 8
.hash:  add     t1, s1, t0
        xor     a5, a5, t1
        mul     a5, a5, t2
        inc     t0
        blt     t0, t3, .hash
        li      t0, 0xffff
        and     s0, s0, t0
        inc     a4
        bltu    a4, a3, .loop

        la      t0, row
        ld      t1, 56(t0)
        xor     a5, a5, t1
        roi.end
        putx    a5
        exit    zero

copy_string:                            # a0 to, a1 from
        lbu     t0, 0(a1)
        sb      t0, 0(a0)
        inc     a0
        inc     a1
        bnez    t0, copy_string
        ret

compare:                                # a0, a1 -> a0
        lbu     t0, 0(a0)
        lbu     t1, 0(a1)
        beqz    t0, .ends
        bne     t0, t1, .ends
        inc     a0
        inc     a1
        j       compare
.ends:  sub     a0, t0, t1
        ret

choose:                                 # a0 a, a1 b -> a0
        addi    a0, a0, 2
        andi    t0, a1, 3
        beqz    t0, .zero
        li      t1, 1
        beq     t0, t1, .one
        inc     t1
        beq     t0, t1, .two
        sari    a0, a0, 1
        ret
.zero:  dec     a0
        ret
.one:   xor     a0, a0, a1
        ret
.two:   shli    t0, a0, 1
        add     a0, a0, t0
        ret

arrays:                                 # a0 x, a1 y
        andi    t0, a0, 31
        addi    t0, t0, 5               # i
        la      t1, row
        shli    t2, t0, 3
        add     t1, t1, t2
        sd      a1, 0(t1)
        ld      t3, 0(t1)
        sd      t3, 8(t1)
        sd      t0, 160(t1)
        la      t1, table
        shli    t3, t0, 9
        add     t1, t1, t3
        add     t1, t1, t2              # table[i][i]
        sd      t0, 0(t1)
        sd      t0, 8(t1)
        ld      t3, -8(t1)
        inc     t3
        sd      t3, -8(t1)
        la      t1, row
        add     t1, t1, t2
        ld      t3, 0(t1)
        addi    t0, t0, 20
        andi    t0, t0, 63
        shli    t0, t0, 9
        la      t1, table
        add     t1, t1, t0
        add     t1, t1, t2
        sd      t3, 0(t1)
        ret

pass:                                   # a0 p, a1 q -> a0
        ld      t0, 0(a0)
        ld      t1, 8(a0)
        ld      t2, 16(a0)
        ld      t3, 24(a0)
        sd      t0, 0(a1)
        sd      t1, 8(a1)
        sd      t2, 16(a1)
        sd      t3, 24(a1)
        ld      t0, 32(a0)
        ld      t1, 40(a0)
        ld      t2, 48(a0)
        ld      t3, 56(a0)
        sd      t0, 32(a1)
        sd      t1, 40(a1)
        sd      t2, 48(a1)
        sd      t3, 56(a1)
        addi    sp, sp, -16
        sd      lr, 0(sp)
        sd      a1, 8(sp)
        ld      t0, IC(a0)
        addi    t0, t0, 5
        sd      t0, IC(a1)
        ld      a0, EN(a0)
        mv      a1, t0
        call    choose
        ld      lr, 0(sp)
        ld      a1, 8(sp)
        addi    sp, sp, 16
        sd      a0, EN(a1)
        ld      t0, KIND(a1)
        beqz    t0, .done
        ld      a0, IC(a1)
.done:  ret
