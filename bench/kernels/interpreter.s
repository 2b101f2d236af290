# An interpreter of bytecode: every operation is an indirect jump; native/interpreter.c is the same in C.
        .default REPS, 10
        .default ROUNDS, 16000
        .equ    LENGTH, 256

        .data
        .align  64
labels: .dword  add_op, sub_op, xor_op, shift_op, mix_op, swap_op, step_op, back_op

        .bss
        .align  4096
program: .space LENGTH

        .text
_start:
        li      t0, 88172645463325252 >> 16
        shli    t0, t0, 16
        li      t1, 88172645463325252 & 0xffff
        or      t0, t0, t1
        la      t1, program
        li      t2, LENGTH
        add     t2, t2, t1
        li      t3, 7
.draw:  shli    a0, t0, 13
        xor     t0, t0, a0
        shri    a0, t0, 7
        xor     t0, t0, a0
        shli    a0, t0, 17
        xor     t0, t0, a0
        shri    a0, t0, 20
        remu    a0, a0, t3
        sb      a0, 0(t1)
        inc     t1
        bltu    t1, t2, .draw
        sb      t3, -1(t1)
        roi.begin

        li      a0, 1                   # a
        li      a1, 2                   # b
        li      a2, 3                   # c
        li      a3, REPS * ROUNDS        # left
        la      a4, program
        la      s0, program             # at
        la      s1, labels

        .macro next
        lbu     t0, 0(s0)
        inc     s0
        shli    t0, t0, 3
        add     t0, t0, s1
        ld      t0, 0(t0)
        jr      t0
        .endm

        next
add_op: add     a0, a0, a1
        next
sub_op: sub     a1, a1, a2
        next
xor_op: xor     a2, a2, a0
        next
shift_op:
        shli    t1, a0, 1
        shri    a0, a0, 63
        or      a0, a0, t1
        next
mix_op: andi    t1, a0, 255
        add     a1, a1, t1
        next
swap_op:
        mv      t1, a0
        mv      a0, a1
        mv      a1, t1
        next
step_op:
        inc     a2
        next
back_op:
        dec     a3
        beqz    a3, .done
        mv      s0, a4
        next
.done:  xor     a0, a0, a1
        xor     a0, a0, a2
        roi.end
        putx    a0
        exit    zero
