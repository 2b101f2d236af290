; isa: tiny
        .byte 1                       ; = 01
        .include "include/values.inc"
        .byte TWO                     ; = 02
        put   3
; memory: 01 fe 02 03
