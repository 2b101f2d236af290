; isa: toy16
; error: the program ends at 67841, beyond the memory of toy16, which ends at 65536
        .space 0x10000
        .byte 0
        .bss
        .space 257
