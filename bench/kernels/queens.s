# Ways to place N queens, by bit masks and recursion; native/queens.c is the same in C. Not used for tuning.
        .default REPS, 8
        .default N, 10

        .text
_start:
        addi    sp, sp, -8
        sd      zero, 0(sp)
        addi    sp, sp, 8
        li      a5, (1 << N) - 1        # all
        roi.begin
        li      s0, 0                   # h
        li      s1, REPS
.rep:   li      a0, 0
        li      a1, 0
        li      a2, 0
        call    place
        shli    t0, s0, 5
        sub     s0, t0, s0
        add     s0, s0, a0
        dec     s1
        bnez    s1, .rep
        roi.end
        putx    s0
        exit    zero

place:                                  # a0 columns, a1 left, a2 right -> a0
        beq     a0, a5, .full
        addi    sp, sp, -48
        sd      lr, 0(sp)
        sd      a0, 8(sp)
        sd      a1, 16(sp)
        sd      a2, 24(sp)
        or      t0, a0, a1
        or      t0, t0, a2
        not     t0, t0
        and     t0, t0, a5              # free
        sd      zero, 40(sp)            # ways
.each:  beqz    t0, .tried
        neg     t1, t0
        and     t1, t1, t0              # bit
        xor     t0, t0, t1
        sd      t0, 32(sp)
        ld      a0, 8(sp)
        ld      a1, 16(sp)
        ld      a2, 24(sp)
        or      a0, a0, t1
        or      a1, a1, t1
        shli    a1, a1, 1
        or      a2, a2, t1
        shri    a2, a2, 1
        call    place
        ld      t1, 40(sp)
        add     t1, t1, a0
        sd      t1, 40(sp)
        ld      t0, 32(sp)
        j       .each
.tried: ld      a0, 40(sp)
        ld      lr, 0(sp)
        addi    sp, sp, 48
        ret
.full:  li      a0, 1
        ret
