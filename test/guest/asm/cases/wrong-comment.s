; isa: tiny
        nop
        /* no end                     ; error at 9: the comment is not closed
        nop
