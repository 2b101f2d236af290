# STREAM triad over three arrays of 64-bit integers, 64 MiB together; native/triad.c is the same in C.
        .default REPS, 10
        .default N, 2796200

        .bss
        .align  4096
a:      .space  8 * N
b:      .space  8 * N
c:      .space  8 * N

        .text
_start:
        la      a0, a
        la      a1, b
        la      a2, c
        li      a3, N
        li      t0, 0
        li      t1, 1
        li      t2, 2
.fill:  sd      t1, 0(a0)
        sd      t2, 0(a1)
        sd      t0, 0(a2)
        addi    a0, a0, 8
        addi    a1, a1, 8
        addi    a2, a2, 8
        inc     t0
        bltu    t0, a3, .fill
        roi.begin

        li      s0, 0
        li      s1, REPS
.rep:   la      a0, a
        la      a1, b
        la      a2, c
        li      t0, 8 * N
        add     a3, a0, t0
.i:     ld      t0, 0(a2)
        shli    t1, t0, 1
        add     t0, t0, t1
        ld      t1, 0(a1)
        add     t0, t0, t1
        sd      t0, 0(a0)
        addi    a0, a0, 8
        addi    a1, a1, 8
        addi    a2, a2, 8
        bltu    a0, a3, .i
        andi    t0, s0, 1023
        shli    t0, t0, 3
        la      t1, b
        add     t1, t1, t0
        ld      t2, 0(t1)
        inc     t2
        sd      t2, 0(t1)
        inc     s0
        bltu    s0, s1, .rep

        la      a0, a
        li      t0, 8 * N
        add     a1, a0, t0
        li      a2, 0
        li      t1, 16777619
.sum:   ld      t0, 0(a0)
        xor     a2, a2, t0
        mul     a2, a2, t1
        addi    a0, a0, 512
        bltu    a0, a1, .sum
        roi.end
        putx    a2
        exit    zero
