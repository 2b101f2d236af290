; isa: tiny
first:  j     1f                      ; = 06 10 00 00
1:      j     1f                      ; = 06 10 00 00
1: second: j  1b                      ; = 06 00 00 00
.loop:  j     .loop                   ; = 06 00 00 00
        j     second.loop             ; = 06 f0 ff ff
third:
.loop:  j     .loop                   ; = 06 00 00 00
        j     .end                    ; = 06 10 00 00
.end:   j     first                   ; = 06 90 ff ff
0:      j     0b                      ; = 06 00 00 00
        j     . + 8                   ; = 06 20 00 00
