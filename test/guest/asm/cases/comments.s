; isa: tiny
# a line of comment
// another
/* a block
   nop of two lines */ .byte 1 /* inside */ , /**/ 2   ; = 01 02
        .byte 3 # to the end /* not a block
        .byte '/', 4                  ; = 2f 04
        .byte 5 // it's "so
/* */   .byte 6                       ; = 06
; memory: 01 02 03 2f 04 05 06
