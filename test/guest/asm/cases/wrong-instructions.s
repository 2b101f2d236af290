; isa: tiny
        addd  a0, a1, a2              ; error at 9: unknown instruction "addd" / did you mean "add"?
        ADD   a0, a1, a2              ; error at 9: unknown instruction "ADD" / did you mean "add"?
        add   a0, a1                  ; error at 21: add: expected "," at the end of the line / expected: add rd, rs, rt
        add   a0, a1,                 ; error at 22: add: expected a register at the end of the line / expected: add rd, rs, rt
        add   a0, a1, a2, a3          ; error at 25: add: expected the end of the line, not "," / expected: add rd, rs, rt
        add   a0, a9, a2              ; error at 19: add: "a9" is not a register / did you mean "a0"? / expected: add rd, rs, rt
        add   a0, a1, 5               ; error at 23: add: expected a register, not "5" / expected: add rd, rs, rt
        addi  a0, a1, a2              ; error at 23: addi: expected a number or symbol, not "a2" / expected: addi rd, rs, imm
        addi  a0, a1, 2 +             ; error at 26: addi: expected a number or symbol at the end of the line / expected: addi rd, rs, imm
        ld    a0, 8[sp]               ; error at 20: unexpected character "["
        ld    a0, 8(sp                ; error at 23: ld: expected ")" at the end of the line / expected: ld rd, imm(rs)
        nop   nop                     ; error at 15: nop: expected the end of the line, not "nop" / expected: nop
        5                             ; error at 9: expected an instruction, a directive or a label, not "5"
        a0                            ; error at 9: expected an instruction, a directive or a label, not "a0"
        toString                      ; error at 9: unknown instruction "toString"
        constructor: constructor      ; error at 22: unknown instruction "constructor"
        (add) a0, a1, a2              ; error at 9: expected an instruction, a directive or a label, not "("
