# Fibonacci numbers by recursion; native/calls.c is the same in C.
        .default REPS, 4
        .default N, 32

        .text
_start:
        addi    sp, sp, -8
        sd      zero, 0(sp)
        addi    sp, sp, 8
        roi.begin
        li      s0, 0                   # h
        li      s1, 0                   # r
        li      s2, REPS
.rep:   andi    t0, s1, 1
        li      a0, N
        add     a0, a0, t0
        call    fib
        shli    t0, s0, 5
        sub     s0, t0, s0
        add     s0, s0, a0
        inc     s1
        bltu    s1, s2, .rep
        roi.end
        putx    s0
        exit    zero

fib:    li      t0, 2
        bltu    a0, t0, .small
        addi    sp, sp, -16
        sd      lr, 0(sp)
        sd      a0, 8(sp)
        dec     a0
        call    fib
        ld      t0, 8(sp)
        sd      a0, 8(sp)
        addi    a0, t0, -2
        call    fib
        ld      t0, 8(sp)
        add     a0, a0, t0
        ld      lr, 0(sp)
        addi    sp, sp, 16
.small: ret
