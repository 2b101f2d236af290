# vCPU 0 loads from PAGES pages that vCPU 1 has touched, one after another, and prints nanoseconds a page. Between any two of
# them it loads from one of its own if BACK is 1; then each of the loads counts, and it has been everywhere once before.
        .include "../../programs/tiny/lib/wait.inc"
        .include "../../programs/tiny/lib/barrier.inc"

        .default PAGES, 100
        .default BACK, 0
        .equ    PAGE, 4096

        .bss
        .align  PAGE
yours:  .space  PAGE * (PAGES + 1)
mine:   .space  PAGE * (PAGES + 1)

        .text
_start:
        mv      s0, a0
        mv      s1, a1
        la      a0, mine
        beqz    s0, .touch
        la      a0, yours
.touch: li      t0, PAGE * (PAGES + 1)
        add     a1, a0, t0
.page:  sd      s0, 0(a0)
        addi    a0, a0, PAGE
        bltu    a0, a1, .page
        call    barrier
        bnez    s0, .halt

# The first time vCPU 0 brings the code along, and its node learns where the pages are that stay there.
        li      a2, 1
        .if     BACK
        li      a2, PAGES + 1
        .endif
        la      a0, yours
        la      a1, mine
        call    visit
        time    s2
        li      a2, PAGES
        la      a0, yours + PAGE
        la      a1, mine + PAGE
        call    visit
        time    t0
        sub     t0, t0, s2
        li      t1, PAGES * (BACK + 1)
        divu    t0, t0, t1
        puti    t0
        exit    zero
.halt:  halt

# Visits a2 pages from a0 and a1 on.
visit:  ld      t0, 0(a0)
        .if     BACK
        ld      t0, 0(a1)
        .endif
        addi    a0, a0, PAGE
        addi    a1, a1, PAGE
        dec     a2
        bnez    a2, visit
        ret
