; isa: tiny
start:  j     strat                   ; error at 15: "strat" is not defined / did you mean "start"?
start:  nop                           ; error at 1: "start" is already defined / first defined at wrong-symbols.s:2:1
        .equ  start, 1                ; error at 15: "start" is already defined / first defined at wrong-symbols.s:2:1
        .set  start, 1                ; error at 15: "start" is already defined / first defined at wrong-symbols.s:2:1
a0:     nop                           ; error at 1: "a0" is a register, and cannot be a label
        .equ  sp, 1                   ; error at 15: .equ: "sp" is a register
        j     1b                      ; error at 15: there is no label "1:" before this line
        j     2f                      ; error at 15: there is no label "2:" after this line
        .equ  X, Y + 1
        .equ  Y, X + 1                ; error at 18: "X" is defined through itself
        .byte X
        .byte early
        .set  early, 1                ; error at 15: "early" is used before this .set / define it first, or use .equ
        .global nowhere               ; error at 17: "nowhere" is not defined
        .byte lost                    ; error at 15: "lost" is not defined
        .default 5, 5                 ; error at 18: .default: expected a name / as in .default SIZE, 64
        .equ  Z 5                     ; error at 17: .equ: expected "," and a value after the name
