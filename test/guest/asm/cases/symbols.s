; isa: tiny
; .equ holds from anywhere and may stand for labels; .set changes from line to line.
        .global start, finish
start:  .byte SIZE                    ; = 06
        .set  v, 1
        .byte v                       ; = 01
        .set  v, v + 1
        .byte v                       ; = 02
        .set  p, start
        .set  p, p + 2
        .byte p - start               ; = 02
        .equ  SIZE, finish - start + PLUS
        .equ  PLUS, 1
        .equ  here, . - start
        .byte here                    ; = 04
finish: .byte here                    ; = 04
