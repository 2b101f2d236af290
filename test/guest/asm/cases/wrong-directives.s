; isa: tiny
        .wrod 1                       ; error at 9: unknown directive ".wrod" / did you mean ".word"?
        .byte                         ; error at 9: .byte: expected one or more values
        .byte 1,,2                    ; error at 9: .byte: value 2 of 3 is missing
        .string hello                 ; error at 17: .string: expected a string between " "
        .string "hello                ; error at 17: the string is not closed
        .align 3                      ; error at 16: .align 3: expected a power of two / the number counts bytes: .align 8 is a multiple of 8
        .align later                  ; error at 16: .align needs a value that is known here; "later" is not defined so far
later:  .space -1                     ; error at 16: .space of -1 bytes
        .space behind - later         ; error at 16: .space needs a value that is known here; "behind" gets its address later
behind: .align behind                 ; error at 16: .align needs a value that is known here; "behind" gets its address later
        .text 5                       ; error at 15: .text takes no operands
        .section                      ; error at 9: .section: expected a name such as .rodata
        .endm                         ; error at 9: .endm without a beginning
        .endif                        ; error at 9: .endif without .if
        .include "include/nothing"    ; error at 18: cannot read "include/nothing"
        .include "include/itself.inc" ; error in include/itself.inc: "include/itself.inc" includes itself
        .if   5 5                     ; error at 17: .if: expected an operator, not "5"
        what follows a faulty condition is left out
        .else
        altogether
        .endif
        .ifdef 5                      ; error at 16: .ifdef: expected one name
        .endif
        .if   1
        .else
        .else
        .endif
        .rept -1                      ; error at 15: .rept -1: expected 0 to 500000
        .endr
        .bss
        .word 0                       ; error at 9: .word in .bss, which holds zeros alone / use .space here, or .data for initial values
        .if   1                       ; error at 9: .if without .endif
