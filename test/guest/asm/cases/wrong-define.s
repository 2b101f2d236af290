; isa: tiny
; define: SIZ=5
; error: the program does not mention "SIZ", which is given from outside / did you mean "SIZE"?
        .default SIZE, 10
