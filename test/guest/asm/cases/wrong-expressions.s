; isa: tiny
        .byte 1 / 0                   ; error at 17: division by zero
        .byte 5 % (3 - 3)             ; error at 17: division by zero
        .byte 1 << 1000               ; error at 17: a shift by 1000 / expected 0 to 128
        .byte 1 << 127 << 2           ; error at 24: the result does not fit in 128 bits
        .byte 1 +                     ; error at 18: .byte: expected a number or symbol at the end of the line
        .byte (1                      ; error at 17: .byte: expected ")" or an operator at the end of the line
        .byte 1 2                     ; error at 17: .byte: expected an operator, not "2"
        .byte 08                      ; error at 15: "08" is not a number / numbers are written 42, 0x2a, 0b101010 or 0o52
        .byte 010                     ; error at 15: "010" begins with 0 / write 0o10 for octal, 10 for decimal
        .byte 0xfg                    ; error at 15: "0xfg" is not a number / numbers are written 42, 0x2a, 0b101010 or 0o52
        .byte 'ab'                    ; error at 15: 'ab' is not one character / strings are written between " "
        .byte '\q'                    ; error at 15: unknown escape "\q" / known are \n \t \r \b \f \v \a \e \0 \\ \" \' \x41 \u{20ac}
        .byte '                       ; error at 15: expected a character such as 'a' or '\n'
        .byte "a"                     ; error at 15: .byte: expected a number or symbol, not ""a""
        .byte a0                      ; error at 15: .byte: expected a number or symbol, not "a0"
        .byte 1 @ 2                   ; error at 17: unexpected character "@"
        .byte \x                      ; error at 15: "\x" is not an argument of a macro here
