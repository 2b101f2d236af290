# Matrix product of 64-bit integers; native/matmul.c is the same in C.
        .default REPS, 10
        .default N, 256
        .equ    ROW, 8 * N

        .bss
        .align  4096
a:      .space  N * ROW
b:      .space  N * ROW
c:      .space  N * ROW

        .text
_start:
        la      a0, a
        la      a1, b
        la      a2, c
        li      a3, N
        li      t0, 0
.row:   li      t1, 0
.cell:  add     t2, t0, t1
        sd      t2, 0(a0)
        sub     t2, t0, t1
        sd      t2, 0(a1)
        sd      zero, 0(a2)
        addi    a0, a0, 8
        addi    a1, a1, 8
        addi    a2, a2, 8
        inc     t1
        bltu    t1, a3, .cell
        inc     t0
        bltu    t0, a3, .row
        roi.begin

        li      s2, 0                   # r
.rep:   la      a0, a                   # &A[i][k]
        la      a2, c                   # C[i]
        li      s0, 0                   # i
.i:     la      a1, b                   # B[k]
        li      s1, 0                   # k
.k:     ld      t0, 0(a0)
        add     t0, t0, s2
        addi    a0, a0, 8
        mv      t1, a2                  # &C[i][j]
        li      t3, ROW
        add     a4, a2, t3              # end of C[i]
.j:     ld      t2, 0(a1)
        mul     t2, t0, t2
        ld      t3, 0(t1)
        add     t3, t3, t2
        sd      t3, 0(t1)
        addi    a1, a1, 8
        addi    t1, t1, 8
        bltu    t1, a4, .j
        inc     s1
        bltu    s1, a3, .k
        mv      a2, a4
        inc     s0
        bltu    s0, a3, .i
        inc     s2
        li      t0, REPS
        bltu    s2, t0, .rep

        la      a0, c
        li      t0, N * ROW
        add     a1, a0, t0
        li      a2, 0
        li      t1, 16777619
.sum:   ld      t0, 0(a0)
        xor     a2, a2, t0
        mul     a2, a2, t1
        addi    a0, a0, 8
        bltu    a0, a1, .sum
        roi.end
        putx    a2
        exit    zero
