# Pages that are shared in groups: the vCPUs of a group of GROUP take pages of their group by chance, load from most and
# update one in UPDATE_EVERY. All pages together have been touched before, each by one vCPU of its group.
        .include "../../programs/tiny/lib/wait.inc"
        .include "../../programs/tiny/lib/barrier.inc"

        .default GROUP, 4
        .default PAGES, 64              # of each group
        .default ACCESSES, 100          # of each vCPU, in the region
        .default UPDATE_EVERY, 4
        .default PAGE, 4096             # bytes: the machine's
        .equ    TOP, 0x100000000        # pages lie below the end of memory; nobody uses the stacks that they cover

# page_at REGISTER: from the number of a page to its address.
        .macro  page_at page
        add     \page, \page, a2
        mul     \page, \page, a3
        sub     \page, a4, \page
        .endm

        .text
_start:
        mv      s0, a0
        mv      s1, a1
        li      a3, PAGE
        li      a4, TOP
        li      t0, GROUP
        divu    a2, a0, t0
        remu    a0, a0, t0
        li      t1, PAGES
        mul     a2, a2, t1
        inc     a2                      # page 0 begins one page below TOP

.touch: bgeu    a0, t1, .touched
        mv      t2, a0
        page_at t2
        sd      t1, 0(t2)
        addi    a0, a0, GROUP
        j       .touch
.touched:
        call    barrier
        bnez    s0, .measured
        roi.begin
.measured:

        li      s2, ACCESSES
        li      a5, 0x1e3779b97f4a
        addi    t0, s0, 1
        mul     a5, a5, t0
.access:
        shli    t0, a5, 13              # xorshift64 (Marsaglia, "Xorshift RNGs", JSS 8(14), 2003)
        xor     a5, a5, t0
        shri    t0, a5, 7
        xor     a5, a5, t0
        shli    t0, a5, 17
        xor     a5, a5, t0
        shri    t0, a5, 11
        li      t1, PAGES
        remu    t0, t0, t1
        page_at t0
        shri    t1, a5, 3
        li      t2, UPDATE_EVERY
        remu    t1, t1, t2
        beqz    t1, .update
        ld      t1, 0(t0)
        j       .done
.update:
        li      t1, 1
        aadd    t1, t1, (t0)
.done:  dec     s2
        bnez    s2, .access
        halt
