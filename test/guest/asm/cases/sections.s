; isa: toy16
; Sections follow one another at multiples of 0x400: .text, .data, the named ones, .bss.
        .bss
zeros:  .space 5
        .section .rodata
        .half  0x1111                 ; = 11 11
        .data
        .half  zeros                  ; = 00 14
        .half  rodata                 ; = 02 0c
        .text
        nop                           ; = 00 30
        .section .rodata
rodata: .half  more                   ; = 00 10
        .section "my data"
more:   .byte  zeros - 0x13ff         ; = 01
