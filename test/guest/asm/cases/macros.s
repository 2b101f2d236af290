; isa: tiny
; \@ counts the calls of all macros, those within macros included.
        .macro  pair left, right=9
        .byte   \left, \right
        .endm
        .macro  wait count
        .byte   \count
spin\@: .byte   spin\@ & 1, \@
        .endm
        .macro  nest a, b
        pair    \b, \a
        .endm
        .macro  glue name
\name\()_end: .byte \name\()_end - \name
        .string "\name\n"
        .endm
start:  pair    1, 2
        pair    (1 + 2) * 2
        nest    3, 4
        wait    5
        wait    6
start2: glue    start2
; memory: 01 02 06 09 04 03 05 01 05 06 00 06 00 73 74 61 72 74 32 0a 00
