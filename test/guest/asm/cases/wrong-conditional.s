; isa: tiny
        .ifdef NOTHING                ; error at 9: .ifdef without .endif
        what follows is left out to the end
        .if
        .endif
