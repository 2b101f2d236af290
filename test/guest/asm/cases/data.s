; isa: tiny
        .data
        .byte 0xff, -128, 1           ; = ff 80 01
        .half 0x1234, -1              ; = 34 12 ff ff
        .word 0x12345678              ; = 78 56 34 12
        .dword 0x123456789abcdef0     ; = f0 de bc 9a 78 56 34 12
        .ascii "ab", "c"              ; = 61 62 63
        .string "a\tb\"\\"            ; = 61 09 62 22 5c 00
        .string "# no; comment // /* here"  ; = 23 20 6e 6f 3b 20 63 6f 6d 6d 65 6e 74 20 2f 2f 20 2f 2a 20 68 65 72 65 00
        .ascii "é\x80\x00"            ; = c3 a9 80 00
        .string ""                    ; = 00
        .byte 1                       ; = 01
        .align 8
        .byte . & 7                   ; = 00
        .space 3
        .byte . & 7                   ; = 04
        .space 2 * 4 - 8
        .byte . & 7                   ; = 05
