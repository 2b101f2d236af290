; isa: tiny
        .if 1                         ; error at 9: .if without .endif
        .byte nothing                 ; error at 15: "nothing" is not defined
        .else
        what follows is left out to the end
