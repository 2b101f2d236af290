# Processor-bound work as stress-ng has it: every vCPU does OPS pieces of work in registers, and after each counts it in a table
# that all vCPUs share. The region is the work.
        .include "../../programs/tiny/lib/wait.inc"
        .include "../../programs/tiny/lib/barrier.inc"

        .default OPS, 20
        .default TURNS, 50000           # of a piece: 10 cycles each
        .equ    ENTRY, 64

        .bss
        .align  4096
counts: .space  64 * ENTRY

        .text
_start:
        mv      s0, a0
        mv      s1, a1
        call    barrier
        bnez    s0, .measured
        roi.begin
.measured:
        shli    a0, s0, 6
        la      t0, counts
        add     a0, a0, t0
        li      a1, OPS
        addi    a2, s0, 1
.op:    li      a3, TURNS
.turn:  shli    t0, a2, 13
        xor     a2, a2, t0
        shri    t0, a2, 7
        xor     a2, a2, t0
        shli    t0, a2, 17
        xor     a2, a2, t0
        add     a4, a4, a2
        sub     a5, a2, a4
        dec     a3
        bnez    a3, .turn
        ld      t0, 0(a0)
        inc     t0
        sd      t0, 0(a0)
        dec     a1
        bnez    a1, .op
        call    barrier
        bnez    s0, .halt
        roi.end
        exit    zero
.halt:  halt
