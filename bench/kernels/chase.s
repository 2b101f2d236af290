# Follows a random cycle through nodes of 64 bytes, 64 MiB together; native/chase.c is the same in C.
        .default REPS, 4
        .default N, 1 << 20

        .bss
        .align  4096
nodes:  .space  64 * N

        .text
_start:
        la      a0, nodes
        li      t0, N
        shli    t0, t0, 6
        add     a1, a0, t0
.self:  sd      a0, 0(a0)
        addi    a0, a0, 64
        bltu    a0, a1, .self
        la      a0, nodes
        li      t0, 12345
        li      t1, N - 1
.mix:   shli    t2, t0, 13
        xor     t0, t0, t2
        shri    t2, t0, 7
        xor     t0, t0, t2
        shli    t2, t0, 17
        xor     t0, t0, t2
        shri    t2, t0, 11
        remu    t2, t2, t1
        shli    t2, t2, 6
        add     t2, t2, a0
        shli    t3, t1, 6
        add     t3, t3, a0
        ld      a2, 0(t2)
        ld      a3, 0(t3)
        sd      a3, 0(t2)
        sd      a2, 0(t3)
        dec     t1
        bnez    t1, .mix
        roi.begin

        mv      a1, a0
        li      t0, REPS * N + N / 3
.walk:  ld      a1, 0(a1)
        dec     t0
        bnez    t0, .walk
        sub     a1, a1, a0
        shri    a1, a1, 6
        roi.end
        putx    a1
        exit    zero
