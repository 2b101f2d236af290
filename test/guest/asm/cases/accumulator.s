; isa: acc
; Lengths of one to five bytes, registers in brackets, a spelling glued to the mnemonic.
start:  lda   [x]                     ; = 10
        mov   [x], [y]                ; = 01 01
        mov   x, y                    ; = 41 01
        addi  -2                      ; = 02 fe ff
        bnz   start                   ; = 52 f8 ff
        bc    start                   ; = 92 f5 ff
        ldp   sp, table + 3           ; = 1b 12 20 00
        jmp   start                   ; = 23 00 10 00
        ldi   0x7fffffff              ; = 07 ff ff ff 7f
        clr                           ; = 07 00 00 00 00
        .data
        .space 15
table:  .byte 1                       ; = 01
