; isa: tiny
; define: GIVEN=3
        .equ  DEBUG, 0
        .if   DEBUG
        neither this (
        .if   1
        nor that
        .else
        nor this
        .endif
        .else
        .byte 1                       ; = 01
        .endif
        .ifdef GIVEN
        .byte GIVEN                   ; = 03
        .endif
        .ifndef GIVEN
        .byte 99
        .else
        .if   GIVEN > 2 && GIVEN < 4
        .byte 2                       ; = 02
        .endif
        .endif
        .ifdef later
        .byte 98
        .endif
later:  .byte 4                       ; = 04
; memory: 01 03 02 04
