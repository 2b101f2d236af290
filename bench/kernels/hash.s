# Counts in an open-addressing table of 1 MiB; native/hash.c is the same in C. Not used for tuning.
        .default REPS, 2
        .default N, 2000000
        .equ    SLOTS, 1 << 16

        .bss
        .align  4096
keys:   .space  8 * SLOTS
counts: .space  8 * SLOTS

        .text
_start:
        la      a0, keys
        li      t0, 16 * SLOTS
        add     a1, a0, t0
.zero:  sd      zero, 0(a0)
        addi    a0, a0, 8
        bltu    a0, a1, .zero
        roi.begin

        li      t0, 88172645463325252 >> 16
        shli    t0, t0, 16
        li      t1, 88172645463325252 & 0xffff
        or      s0, t0, t1              # x
        li      s1, 0                   # n
        li      s2, REPS * N
        la      a0, keys
        la      a1, counts
        li      a2, 0x9e3779b1
        li      a3, SLOTS - 1
        li      a4, 32767
.loop:  shli    t0, s0, 13
        xor     s0, s0, t0
        shri    t0, s0, 7
        xor     s0, s0, t0
        shli    t0, s0, 17
        xor     s0, s0, t0
        and     t0, s0, a4
        inc     t0                      # key
        mul     t1, t0, a2
        shri    t1, t1, 16
        and     t1, t1, a3              # i
.probe: shli    t2, t1, 3
        add     t3, t2, a0
        ld      a5, 0(t3)
        beqz    a5, .found
        beq     a5, t0, .found
        inc     t1
        and     t1, t1, a3
        j       .probe
.found: sd      t0, 0(t3)
        add     t2, t2, a1
        ld      t0, 0(t2)
        add     t0, t0, s1
        sd      t0, 0(t2)
        inc     s1
        bltu    s1, s2, .loop

        la      a0, counts
        li      t0, 8 * SLOTS
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
