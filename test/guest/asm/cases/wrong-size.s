; isa: toy16
; error: the program ends at 65280 and reaches into the first stack (65024 to 65280)
        .space 0xff00 - 0x400
