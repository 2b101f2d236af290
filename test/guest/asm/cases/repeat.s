; isa: tiny
        .set  i, 0
        .rept 4
        .set  i, i + 1
        .byte i * i
        .endr
        .rept 0
        this is not read
        .endr
        .rept 2
        .rept 2
        .byte 0xaa
        .endr
        .byte 0xbb
        .endr
        .byte i                       ; = 04
; memory: 01 04 09 10 aa aa bb aa aa bb 04
