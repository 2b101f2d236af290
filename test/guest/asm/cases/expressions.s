; isa: tiny
; Operators and precedence of C; every value is an exact integer.
        .byte 1 + 2 * 3               ; = 07
        .byte (1 + 2) * 3             ; = 09
        .byte 7 - 2 - 1               ; = 04
        .byte -7 / 2, -7 % 2          ; = fd ff
        .byte 1 << 2 + 1              ; = 08
        .byte 6 & 3 == 3              ; = 00
        .byte 1 | 6 ^ 2 & 3           ; = 05
        .byte 2 < 3, 3 <= 2, 2 > 3, 3 >= 3, 1 == 1, 1 != 1   ; = 01 00 00 01 01 00
        .byte 2 && 3, 0 || 4, !5, !0  ; = 01 01 00 01
        .byte 1 ? 2 : 3, 0 ? 2 : 0 ? 4 : 5   ; = 02 05
        .byte 0 && 1 / 0              ; = 00
        .byte ~0, - -1, -~1           ; = ff 01 02
        .byte 0x2a, 0b101010, 0o52, 42, 1_0   ; = 2a 2a 2a 2a 0a
        .byte 'a', '\n', '\'', '\\', ';', '#' ; = 61 0a 27 5c 3b 23
        .half 'é', '\u{20ac}'         ; = e9 00 ac 20
        .dword 1 << 63                ; = 00 00 00 00 00 00 00 80
        .dword (1 << 100) >> 98       ; = 04 00 00 00 00 00 00 00
here:   .word . - here, later - here  ; = 00 00 00 00 08 00 00 00
later:  .byte . == later              ; = 01
