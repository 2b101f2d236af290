# Joins two tables by their keys. Build: each row of the smaller table is put into the list of its bucket. Probe: each
# row of the larger table goes through the list of its bucket and takes the values of all rows that have its key.
#
# What it shows: one structure, two ways to use it. While it is built every bucket is updated by anyone, atomically,
# and never read; then it is only read, by anyone, at random. A bucket and the rows of its list lie on different
# pages, so a probe is a short walk over several nodes: `vcpu` walks; `page` brings each page of the walk;
# `first-touch` asks for each key and each link. Copies pay in the second part alone, and the more the longer it
# lasts: policies that copy (`negotiate`, `hot-page`) gain on all others with --define PROBES=8192. The mark stands
# between the parts.
        .include "lib/wait.inc"
        .include "lib/barrier.inc"
        .include "lib/share.inc"
        .include "lib/random.inc"
        .include "lib/finish.inc"

        .default BUILD, 512             # rows of the smaller table
        .default PROBES, 1024           # rows of the larger one
        .default KEYS, 512              # both have keys from 0 to KEYS - 1
        .default BUCKETS, 256
        .default SPACING, 512           # bytes from row to row and from bucket to bucket: a multiple of 8, at least 24

# A row of the smaller table, in the list of its bucket.
        .equ    KEY, 0
        .equ    VALUE, 8
        .equ    NEXT, 16                # address of the next row in the list, or 0

        .bss
        .align  4096
rows:   .space  BUILD * SPACING
        .align  4096
buckets: .space BUCKETS * SPACING       # address of the first row in the list, or 0

# key_of KEY, ROW: KEY = that of row number ROW, counted through both tables; changes t0.
        .macro  key_of key, row
        mv      \key, \row
        scramble \key, t0
        shri    \key, \key, 16
        li      t0, KEYS
        remu    \key, \key, t0
        .endm

# bucket_of BUCKET, KEY: BUCKET = address of the bucket where rows with this key are; changes t0.
        .macro  bucket_of bucket, key
        li      t0, BUCKETS
        remu    \bucket, \key, t0
        mul     \bucket, \bucket, a2
        la      t0, buckets
        add     \bucket, \bucket, t0
        .endm

        .text
_start:
        mv      s0, a0
        mv      s1, a1
        li      a2, SPACING

# Fill a run of rows and empty a run of buckets. Row i has the value i + 1.
        share   a0, a1, BUILD
        mul     a3, a0, a2
        la      t0, rows
        add     a3, a3, t0
.fill:
        bgeu    a0, a1, .filled
        key_of  t1, a0
        sd      t1, KEY(a3)
        inc     a0
        sd      a0, VALUE(a3)
        add     a3, a3, a2
        j       .fill
.filled:
        share   a0, a1, BUCKETS
        mul     a3, a0, a2
        la      t0, buckets
        add     a3, a3, t0
.empty:
        bgeu    a0, a1, .emptied
        sd      zero, 0(a3)
        add     a3, a3, a2
        inc     a0
        j       .empty
.emptied:
        call    barrier
        bnez    s0, .measured
        roi.begin
.measured:

# Build: a run of rows, each put before the others of its bucket.
        share   a0, a1, BUILD
        mul     a3, a0, a2
        mul     a4, a1, a2
        la      t0, rows
        add     a3, a3, t0
        add     a4, a4, t0
.build:
        bgeu    a3, a4, .built
        ld      t1, KEY(a3)
        bucket_of t2, t1
        swap    t1, a3, (t2)
        sd      t1, NEXT(a3)            # lists hang together once all have come to the barrier
        add     a3, a3, a2
        j       .build
.built:
        call    barrier
        bnez    s0, .unmarked
        mark    zero
.unmarked:

# Probe: a run of rows of the larger table. Row j finds the values of all rows with its key, each times j + 1.
        li      a0, 0
        share   a3, a4, PROBES
.probe:
        bgeu    a3, a4, .probed
        addi    t1, a3, BUILD
        key_of  t2, t1
        bucket_of t1, t2
        inc     a3
        ld      t1, 0(t1)
.row:
        beqz    t1, .probe
        ld      t0, KEY(t1)
        bne     t0, t2, .other
        ld      t0, VALUE(t1)
        mul     t0, t0, a3
        add     a0, a0, t0
.other:
        ld      t1, NEXT(t1)
        j       .row
.probed:
        call    barrier
        bnez    s0, finish
        roi.end
        j       finish
