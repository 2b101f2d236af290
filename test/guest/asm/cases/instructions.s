; isa: tiny
        add   a0, a1, a2              ; = 11 21 03 00
        addi  a0, a1, -1              ; = 12 21 ff ff
        li    a0, 0x123456789abc      ; = 0f 01 bc 9a 78 56 34 12
        ld    a0, 8 * (1 + 2)(sp)     ; = 83 e1 18 00
        sd    a0, (4)(sp)             ; = 84 e1 04 00
        cas   a0, a1, (a2)            ; = 37 31 02 00
        roi.begin                     ; = a8 00 00 00
        mv    a0, r2                  ; = 12 21 00 00
        inc   sp                      ; = 12 ee 01 00
        nop                           ; = 12 00 00 00
