; isa: toy16
        .equ VALUE, 0xabcd
        li    a, VALUE & 0x1ff        ; = 69 9e
        addh  a, VALUE & 0xfe00       ; = a9 a2
loop:   dec   a                       ; = c9 3f
        bnez  a, loop                 ; = f9 cf
        ret                           ; = 38 80
