; isa: acc
        shl   0                       ; error at 9: shl: the operands do not satisfy "cnt != 0"
        shl   32                      ; error at 15: shl: cnt = 32 does not fit (0 to 31)
        mov   [x], acc                ; error at 20: mov: expected "[", not "acc" / expected: mov [pd], [ps] or mov pd, ps
        mov   acc, x                  ; error at 15: mov: pd cannot be register "acc" / it can be x y z sp / expected: mov [pd], [ps] or mov pd, ps
        bzz   start                   ; error at 9: unknown instruction "bzz" / did you mean "bz"?
