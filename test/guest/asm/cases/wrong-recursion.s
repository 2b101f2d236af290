; isa: tiny
        .macro again
        again                         ; error at 9: macros, repetitions and includes are nested deeper than 64 / in macro again, called at wrong-recursion.s:3 / in macro again, called at wrong-recursion.s:5
        .endm
        again
        nonsense behind the fault is not reported
