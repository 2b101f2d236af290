; isa: tiny
; define: N=64
        .default N, 10
        .default M, N * 2
        .equ     TOTAL, N + M
        .byte    N, M, TOTAL          ; = 40 80 c0
