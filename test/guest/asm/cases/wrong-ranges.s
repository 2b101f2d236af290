; isa: tiny
        addi  a0, a0, 32768           ; error at 23: addi: imm = 32768 does not fit (-32768 to 32767)
        addi  a0, a0, -BIG - 1        ; error at 23: addi: imm = -32769 does not fit (-32768 to 32767)
        shli  a0, a0, 64              ; error at 23: shli: shift = 64 does not fit (0 to 63)
        beq   a0, a1, start + 2       ; error at 23: beq: target = 65538 is -10 bytes away, not a multiple of 4
        beq   a0, a1, start + (1<<20) ; error at 23: beq: target = 1114112 is 1048560 bytes away, out of reach (-131072 to 131068)
        bgt   a0, a1, -4              ; error at 23: bgt: target = -4 is not an address of 64 bits
        la    a0, 1 << 47             ; error at 19: la: imm = 140737488355328 does not fit (-140737488355328 to 140737488355327)
        .byte 1, 256, 3               ; error at 18: 256 does not fit in a byte (-128 to 255)
        .half -32769                  ; error at 15: -32769 does not fit in 2 bytes (-32768 to 65535)
        .equ  BIG, 32768
        .equ  start, 65536
