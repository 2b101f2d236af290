; isa: tiny
        .macro two a, b
        .byte  \a
        .byte  \b + nothing           ; error at 21: "nothing" is not defined / in macro two, called at wrong-macros.s:6
        .endm
        two    1, 2
        two    1                      ; error at 9: macro two: argument "b" is missing
        two    1, 2, 3                ; error at 22: macro two takes 2 arguments, not 3
        .macro two                    ; error at 16: macro "two" is already defined
        .endm
        .macro add                    ; error at 16: "add" is an instruction, and cannot be a macro
        .endm
        .macro 5                      ; error at 16: .macro: expected a name
        .endm
        .macro three x, x             ; error at 25: .macro: argument "x" twice
        .endm
        .macro range value
        addi   a0, a0, \value         ; error at 24: addi: imm = 40000 does not fit (-32768 to 32767) / in macro range, called at wrong-macros.s:20
        .endm
        range  40000
        twoo   1, 2                   ; error at 9: unknown instruction "twoo" / did you mean "two"?
        .macro endless                ; error at 9: .macro without .endm
